/** Builds a site by ordinary commands: namespaces, the switch and its cables, then the lines of every part. */
import { EnvironmentError } from "../base/errors.ts";
import type { Topology } from "../model/topology.ts";
import { LONG_BACKLOG, PLAIN_QUEUE } from "./build.ts";
import { buildFailure } from "./build-failure.ts";
import { cableCommand, cardCommands, DEVICE_GROUP, forwardingEntry, portCommands, switchCommands } from "./commands.ts";
import { type Cabled, type Filter, namespacesOf, perNamespace, type Site, type SiteBatch } from "./site.ts";
import { onCards, removeSite } from "./site-removal.ts";
import { allOf, type Part, type Stage } from "./stage.ts";

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
export async function buildSite({ parts }: Stage, site: Site): Promise<LiveSite> {
  const started = performance.now();
  const remove = async () => void (await allOf(parts, (part) => removeSite(part, site)));
  const refused = new Map<string, string>();
  try {
    await allOf(parts, async (part) => {
      for (const [namespace, said] of await buildPart(part, site)) refused.set(namespace, said);
    });
  } catch (error) {
    await remove().catch(() => {}); // what went wrong first is what is told
    throw error;
  }
  return { seconds: (performance.now() - started) / 1000, refused, [Symbol.asyncDispose]: remove };
}

/** Resolves to the packet filters that were refused there. */
async function buildPart(part: Part, site: Site): Promise<Map<string, string>> {
  const batches = batchesOf(part, site);
  const { status, stdout, stderr } = await part.executor.run(scriptOf(part, site, batches), { deadline: DEADLINE });
  if (status !== 0) throw await buildFailure(part.executor, refusedLine(batches, stderr), stderr);
  return refusedFilters(stdout.toString());
}

function batchesOf(part: Part, site: Site): SiteBatch[] {
  const { has } = part;
  const topology = { switch: site.switch } as Topology;
  const namespaces = namespacesOf(site).filter(has);
  const lines = [
    ...namespaces.map((name) => `netns add ${name}`),
    ...(has(site.switch) ? switchCommands(topology) : []),
    ...site.parts.flatMap(({ cables }) => cables.flatMap((cable) => cableLines(part, topology, cable))),
  ];
  const own = site.parts.map(({ batches }) => batches);
  const here = ({ namespace }: SiteBatch) => has(namespace ?? site.switch);
  const first = own.flatMap((batches) => batches.slice(0, 1)).filter(here);
  const rest = own.flatMap((batches) => batches.slice(1)).filter(here);
  return [{ namespace: undefined, lines }, ...first, ...perNamespace([...rest, ...groupBatches(part, site)])];
}

/** What hangs off cards does not go with them: it is made known as the lab's, to go all at once. */
function groupBatches(part: Part, site: Site): SiteBatch[] {
  return onCards(part, site).map(({ name, namespace }) => ({
    namespace,
    lines: [`link set ${name} group ${DEVICE_GROUP}`],
  }));
}

function cableLines({ has, card }: Part, topology: Topology, cable: Cabled): string[] {
  return [
    ...cardCommands(cable, { card }),
    ...(has(cable.name) && has(cable.port) ? [cableCommand(cable)] : []),
    ...(has(cable.port) ? portCommands(topology, cable) : []),
    ...(has(cable.name) ? [`link set ${cable.name} netns ${cable.namespace}`] : []),
  ];
}

function scriptOf({ has, card }: Part, { switch: name, parts }: Site, batches: readonly SiteBatch[]): string {
  const cables = parts.flatMap((part) => part.cables);
  const hasCards = cables.some((cable) => (card(cable.name) ?? card(cable.port)) !== undefined);
  const known = parts.flatMap((part) => [...part.cables, ...part.behind]);
  const filters = parts.flatMap((part) => part.filters ?? []);
  return [
    "for f in /proc/sys/net/bridge/bridge-nf-call-*tables; do [ ! -e $f ] || echo 0 > $f; done",
    // Whoever talks across cables does not wait until everybody has heard each question.
    ...(hasCards ? [PLAIN_QUEUE, LONG_BACKLOG] : []),
    ...batches.flatMap(({ namespace, lines }, index) => [
      `ip ${namespace ? `-n ${namespace} ` : ""}-batch - <<'END' || { echo "in batch ${index}" >&2; exit 1; }`,
      ...lines,
      "END",
    ]),
    ...(has(name) ? ["bridge -batch - <<'END' || exit", ...new Set(known.map(forwardingEntry)), "END"] : []),
    ...filters.filter(({ namespace }) => has(namespace)).flatMap(filterLines),
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
