/**
 * A cell as a shell script that needs no lab: it builds the two ends, sends the frame, counts its copies where the run
 * counted them, and says whether they are as many. An absence counts only where the frame was seen leaving and a fence that
 * was sent after it arrived.
 */
import type { CellResult } from "../../lab/model/results.ts";
import { countsText } from "../cell-text.ts";
import { drawTopology } from "../draw/draw.ts";
import { buildLines, endpointCommand, FENCE_HOST } from "./build.ts";
import { namespaceOf, type ReproEnd, type ReproPlan, reproPlan } from "./plan.ts";
import { PROLOGUE } from "./shell.ts";

export interface ReproOptions {
  readonly format: "script" | "kselftest";
  /** Of the kernel the run saw it on: `6.1.0-54-cloud-amd64`. */
  readonly release: string;
}

export function renderRepro(cell: CellResult, options: ReproOptions): string {
  const plan = reproPlan(cell);
  const body = cell.observed.error === undefined ? trafficLines(cell, plan) : refusalLines(cell, plan);
  return `${[
    options.format === "kselftest" ? "#!/bin/bash" : "#!/bin/sh",
    `# SPDX-License-Identifier: ${options.format === "kselftest" ? "GPL-2.0" : "MIT"}`,
    "# shellcheck disable=SC2016,SC2317 # words for another shell; functions the trap and await call",
    "#",
    ...head(cell, plan, options).map((line) => `# ${line}`.trimEnd()),
    "",
    `name='${nameOf(cell)}'`,
    `groups=${plan.targets.length} # frames the counts are the rounded mean of`,
    PROLOGUE,
    "",
    "echo 'KTAP version 1'",
    "echo '1..1'",
    "for tool in ip bridge ping tcpdump awk od; do",
    '\tcommand -v "$tool" >/dev/null || cannot "there is no $tool"',
    "done",
    '[ "$(id -u)" = 0 ] || cannot "needs root"',
    "",
    ...body,
  ].join("\n")}\n`;
}

const nameOf = ({ id, kernel }: CellResult) => id.replace(`${kernel} `, "").replace(/[^\w /+>-]/g, "_");

function head(cell: CellResult, { topology, source, destination }: ReproPlan, { release }: ReproOptions): string[] {
  const picture = drawTopology(topology, {
    format: "ascii",
    title: nameOf(cell),
    columns: 72,
    source: source.node,
    destination: destination.node,
    relay: cell.reflectiveRelay ? "on" : "off",
  });
  return [
    ...picture.trimEnd().split("\n"),
    "",
    `Seen on ${release}: ${countsText(cell.observed)}.`,
    `Expected: ${countsText(cell.expected)}.`,
    "Exit status: 0 the same is seen here, 1 something else is, 4 it cannot be told here.",
    "Run as root; all is in network namespaces that go when it ends.",
  ];
}

function trafficLines(cell: CellResult, plan: ReproPlan): string[] {
  const { source, destination, targets, port } = plan;
  const { copies = 0, echo = 0, wire = 0 } = cell.observed;
  const from = `${source.namespace} ${source.device}`;
  const fen = `${namespaceOf(FENCE_HOST)} ${FENCE_HOST}`;
  const sw = namespaceOf("sw");
  return [
    ...buildLines(plan, cell.reflectiveRelay),
    `inside ${source.namespace} ip address add 192.0.2.1/24 dev ${source.device}`,
    `inside ${namespaceOf(FENCE_HOST)} ip address add 192.0.2.77/24 dev ${FENCE_HOST}`,
    "",
    `watch ${watched(destination)} destination`,
    `watch ${watched(source)} source`,
    `capture ${sw} ${port} in wire`,
    `capture ${sw} ${port} out back`,
    `capture ${from} out sent`,
    "",
    ...targets.map((mac, index) => `frame ${from} 192.0.2.${101 + index} ${mac} 40`),
    `await 10 'the frame was not seen leaving' seen_leaving`,
    ...fences(plan).map(([mac, number]) => `frame ${fen} 192.0.2.${number} ${mac} 1040`),
    `await 10 'no fence arrived at the destination' fenced ${counter(destination)} destination`,
    `await 10 'no fence arrived at the sender' fenced ${counter(source)} source`,
    `await 10 'no fence passed the switch port' fenced capture - back`,
    "sleep 0.3 # what is on its way to a file",
    "",
    `copies=$(per_group "$(count ${counter(destination)} destination probe)")`,
    `echo=$(per_group "$(count ${counter(source)} source probe)")`,
    `wire=$(per_group "$(count capture - wire probe)")`,
    `echo "# copies $copies echo $echo wire $wire, as on the kernel of the run: copies ${copies} echo ${echo} wire ${wire}"`,
    `if [ "$copies $echo $wire" = '${copies} ${echo} ${wire}' ]; then`,
    '\techo "ok 1 $name"',
    "\texit 0",
    "fi",
    'echo "not ok 1 $name"',
    "exit 1",
  ];
}

const counter = ({ counted, namespace }: ReproEnd) => `${counted} ${namespace}`;
const watched = (end: ReproEnd) => `${counter(end)} ${end.device}`;

/** Of the kind they fence, to both ends and to whoever is at the sender's port. */
function fences({ source, destination, fence, topology, macs }: ReproPlan): [mac: string, address: number][] {
  const everybody: [string, number] = ["ff:ff:ff:ff:ff:ff", 201];
  if (fence === "broadcast") return [everybody];
  const ends = [destination, source];
  const unicast = ends.filter(({ groupOnly }) => !groupOnly).map(({ mac }) => mac);
  const lower = topology.lowers.map(({ name }) => macs.get(name) as string);
  const all = [...new Set([...unicast, ...lower])].map((mac, index): [string, number] => [mac, 202 + index]);
  return ends.some(({ groupOnly }) => groupOnly) ? [everybody, ...all] : all;
}

const ERRORS: Readonly<Record<string, string>> = { EINVAL: "Invalid argument", EBUSY: "Device or resource busy" };

/** Two that exclude each other: the second is to be refused, whichever it is. */
function refusalLines({ observed }: CellResult, plan: ReproPlan): string[] {
  const [lower] = plan.topology.lowers;
  const ns = namespaceOf(lower?.name ?? "");
  const [first, second] = plan.topology.endpoints.map((endpoint) =>
    endpointCommand(plan, endpoint).replace(/^inside \S+ /, ""),
  );
  const words = ERRORS[observed.error ?? ""] ?? observed.error ?? "";
  return [
    `namespace ${ns}`,
    `inside ${ns} ip link add ${lower?.name} type veth peer name ${lower?.port}`,
    "",
    "refused=0",
    ...[
      [first, second],
      [second, first],
    ].flatMap(([one, other]) => [
      `inside ${ns} ${one}`,
      `said=$(LC_ALL=C ip netns exec ${ns} ${other} 2>&1) || case $said in *'${words}'*) refused=$((refused + 1)) ;; esac`,
      'echo "# $said"',
      ...plan.topology.endpoints.map(({ name }) => `ip netns exec ${ns} ip link del ${name} 2>/dev/null`),
    ]),
    'if [ "$refused" = 2 ]; then',
    '\techo "ok 1 $name"',
    "\texit 0",
    "fi",
    'echo "not ok 1 $name"',
    "exit 1",
  ];
}
