/**
 * Lines of a script that send a cell's frame, count its copies where the run counted them, and hold the counts against what
 * is wanted. An absence counts only where the frame was seen leaving and a fence that was sent after it arrived.
 */
import type { CellResult } from "../../lab/model/results.ts";
import { buildLines, FENCE_HOST, joinLines, type Target, type Targets } from "./build.ts";
import { namespaceOf, type ReproEnd, type ReproPlan } from "./plan.ts";
import { isHeldToExpected, type ReproFormat, wantedOf } from "./wanted.ts";

/** What the ends are counted by: which functions the script needs. */
export const countedBy = ({ source, destination }: ReproPlan): ReadonlySet<ReproEnd["counted"]> =>
  new Set([source.counted, destination.counted]);

const MEANS = ["copies", "echo", "wire"].map((count) => `${count}=$(((${count} + groups / 2) / groups))`);

export function trafficLines(cell: CellResult, plan: ReproPlan, format: ReproFormat): string[] {
  const { source, destination } = plan;
  const { copies = 0, echo = 0, wire = 0 } = wantedOf(cell, format);
  const whose = isHeldToExpected(cell, format) ? "expected" : "as on the kernel of the run";
  const targets = { probes: numbered(plan.targets, 101), fences: numbered(fenced(plan), 201) };
  const sw = namespaceOf("sw");
  return [
    "# Rules for forwarded packets are none of this switch's business.",
    "# shellcheck disable=SC2016 # for the other shell",
    `[ ! -e /proc/sys/net/bridge ] || ip netns exec ${sw} sh -c 'for one in /proc/sys/net/bridge/bridge-nf-call-*tables; do`,
    '\techo 0 >"$one"',
    "done'",
    ...buildLines(plan, cell.reflectiveRelay, targets),
    ...(cell.traffic === "multicast-joined" ? joinLines(plan) : []),
    "",
    ...[source, destination]
      .filter(({ counted }) => counted === "device")
      .map(({ namespace, device }) => `reader ${namespace} ${device}`),
    ...[...captured(plan)].map((namespace) => `capture ${namespace}`),
    "",
    ...playLines(plan, targets),
    "",
    ...(plan.targets.length > 1 ? MEANS : []),
    `echo "# copies $copies echo $echo wire $wire, ${whose}: copies ${copies} echo ${echo} wire ${wire}"`,
    `tell "$copies $echo $wire" '${copies} ${echo} ${wire}'`,
  ];
}

/** The switch, the sender, and whoever is counted by a capture. */
function captured({ source, destination }: ReproPlan): ReadonlySet<string> {
  const other = destination.counted === "capture" ? [destination.namespace] : [];
  return new Set([namespaceOf("sw"), source.namespace, ...other]);
}

/** The frame, its fences, and the counting. */
function playLines({ source, destination, port }: ReproPlan, { probes, fences }: Targets): string[] {
  const addresses = (targets: readonly Target[]) => targets.map(({ address }) => address).join(" ");
  const name = ({ counted, device }: ReproEnd) => (counted === "capture" ? device : "-");
  return [
    `sender=${source.device} source=${name(source)} destination=${name(destination)} port=${port}`,
    `frames ${source.namespace} ${source.device} 40 ${addresses(probes)}`,
    `follow sent ${probes.length} 'the frame was not seen leaving'`,
    `frames ${namespaceOf(FENCE_HOST)} ${FENCE_HOST} 1040 ${addresses(fences)}`,
    "follow fences_wire 1 'no fence passed the switch port'",
    ...fenceLines(destination, "to", "no fence arrived at the destination"),
    ...fenceLines(source, "from", "no fence arrived at the sender"),
    ...askLines(destination, "copies"),
    ...askLines(source, "echo"),
    "finish",
  ];
}

const fenceLines = ({ counted }: ReproEnd, which: "to" | "from", why: string): string[] =>
  counted === "capture" ? [`follow fences_${which} 1 '${why}'`] : [];

function askLines({ counted, namespace, device }: ReproEnd, which: "copies" | "echo"): string[] {
  if (counted === "capture") return [];
  const why = `no fence arrived at the ${which === "copies" ? "destination" : "sender"}`;
  const asked = counted === "stack" ? `stack ${namespace}` : `macvtap ${device}`;
  return [`ask ${asked} '${why}'`, `${which}=$probes`];
}

const numbered = (macs: readonly string[], first: number): Target[] =>
  macs.map((mac, index) => ({ address: `192.0.2.${first + index}`, mac }));

/** Where fences go: of the kind they fence, to both ends, so that one passes the sender's port. */
function fenced({ source, destination, fence }: ReproPlan): string[] {
  const everybody = "ff:ff:ff:ff:ff:ff";
  if (fence === "broadcast") return [everybody];
  const ends = [destination, source];
  const unicast = ends.filter(({ groupOnly }) => !groupOnly).map(({ mac }) => mac);
  return [...(unicast.length < ends.length ? [everybody] : []), ...new Set(unicast)];
}
