/** Builds a site by ordinary commands: namespaces, the switch and its cables, then the lines of every part. */
import { EnvironmentError } from "../base/errors.ts";
import type { Executor } from "../base/executor.ts";
import type { Topology } from "../model/topology.ts";
import { buildFailure } from "./build-failure.ts";
import { cableCommand, forwardingEntry, portCommands, REMOVAL_COMMAND, switchCommands } from "./commands.ts";
import type { Filter, Site, SiteBatch } from "./site.ts";

export interface LiveSite extends AsyncDisposable {
  readonly seconds: number;
  /** By namespace, what was said of a packet filter this kernel refused. */
  readonly refused: ReadonlyMap<string, string>;
}

const DEADLINE = 60_000;

/**
 * @throws EnvironmentError with the refused line when a command fails, or with the kind of device the kernel lacks.
 * What was built is removed then, and when the result is disposed of.
 */
export async function buildSite(executor: Executor, site: Site): Promise<LiveSite> {
  const started = performance.now();
  const batches = batchesOf(site);
  const { status, stdout, stderr } = await executor.run(scriptOf(site, batches), { deadline: DEADLINE });
  if (status !== 0) {
    await removeSite(executor, site).catch(() => {}); // what went wrong first is what is told
    throw await buildFailure(executor, refusedLine(batches, stderr), stderr);
  }
  return {
    seconds: (performance.now() - started) / 1000,
    refused: refusedFilters(stdout.toString()),
    [Symbol.asyncDispose]: () => removeSite(executor, site),
  };
}

/** The namespaces take all devices with them but the switch. */
async function removeSite(executor: Executor, site: Site): Promise<void> {
  const lines = namespacesOf(site).map((name) => `netns del ${name}`);
  const script = `ip -force -batch - <<'END'\n${[...lines, REMOVAL_COMMAND].join("\n")}\nEND`;
  const { stderr } = await executor.run(script, { deadline: DEADLINE });
  if (stderr.includes("Device or resource busy"))
    throw new EnvironmentError(`${executor.place}: a namespace cannot be removed`, { detail: stderr });
}

export function namespacesOf({ parts }: Site): string[] {
  return [...new Set(parts.flatMap(({ namespaces }) => namespaces))];
}

function batchesOf(site: Site): SiteBatch[] {
  const topology = { switch: site.switch } as Topology;
  const plugged = site.parts.flatMap(({ cables }) =>
    cables.flatMap((cable) => [
      cableCommand(cable),
      ...portCommands(topology, cable),
      `link set ${cable.name} netns ${cable.namespace}`,
    ]),
  );
  const namespaces = namespacesOf(site).map((name) => `netns add ${name}`);
  const lines = [...namespaces, ...switchCommands(topology), ...plugged];
  const first = site.parts.flatMap(({ batches }) => batches.slice(0, 1));
  const rest = site.parts.flatMap(({ batches }) => batches.slice(1));
  return [{ namespace: undefined, lines }, ...first, ...perNamespace(rest)];
}

/** One process each: in an emulated guest they are what building takes its time for. */
function perNamespace(batches: readonly SiteBatch[]): SiteBatch[] {
  const lines = new Map<string | undefined, string[]>();
  for (const { namespace, lines: own } of batches) lines.set(namespace, [...(lines.get(namespace) ?? []), ...own]);
  return [...lines].map(([namespace, all]) => ({ namespace, lines: all }));
}

function scriptOf({ parts }: Site, batches: readonly SiteBatch[]): string {
  const known = parts.flatMap(({ cables, behind }) => [...cables, ...behind]);
  return [
    "for f in /proc/sys/net/bridge/bridge-nf-call-*tables; do [ ! -e $f ] || echo 0 > $f; done",
    ...batches.flatMap(({ namespace, lines }, index) => [
      `ip ${namespace ? `-n ${namespace} ` : ""}-batch - <<'END' || { echo "in batch ${index}" >&2; exit 1; }`,
      ...lines,
      "END",
    ]),
    "bridge -batch - <<'END' || exit",
    ...new Set(known.map(forwardingEntry)),
    "END",
    ...parts.flatMap(({ filters = [] }) => filters).flatMap(filterLines),
  ].join("\n");
}

function filterLines({ namespace, rules }: Filter): string[] {
  return [`said=$(ip netns exec ${namespace} nft -f - 2>&1 <<'END'`, rules, "END", `) || echo "${namespace}: "$said`];
}

/** @throws EnvironmentError where there is no `nft`. */
function refusedFilters(output: string): Map<string, string> {
  const said = [...output.matchAll(/^(mv-\S+): (.*)$/gm)].map(
    ([, namespace = "", text = ""]) => [namespace, text] as const,
  );
  const [, failure] = said.find(([, text]) => text.includes('exec of "nft" failed')) ?? [];
  if (failure === undefined) return new Map(said);
  throw new EnvironmentError(`there is no "nft": ${failure}`, { mend: "apt-get install nftables" });
}

function refusedLine(batches: readonly SiteBatch[], stderr: string): string {
  const [, line = "0"] = /Command failed -:(\d+)/.exec(stderr) ?? [];
  const [, batch = ""] = /in batch (\d+)/.exec(stderr) ?? [];
  return batches[Number(batch)]?.lines[Number(line) - 1] ?? "ip -batch";
}
