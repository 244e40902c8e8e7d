/** Takes down what of a neighbourhood is in one place. */
import { EnvironmentError } from "../base/errors.ts";
import { cardBack, REMOVAL_COMMAND } from "./commands.ts";
import type { Neighbourhood } from "./residents.ts";
import type { Part } from "./stage.ts";

/**
 * The switch and its ports go first, and with each port its cable and all that hangs off that: a namespace that is deleted
 * takes its devices with it only some time after. A card does not go: what hangs off it does, one by one.
 * @throws EnvironmentError when a namespace or a port is still there.
 */
export async function removePart(part: Part, place: Neighbourhood): Promise<void> {
  const { executor, has } = part;
  const names = namespacesOf(place, part);
  const lines = [REMOVAL_COMMAND, ...cardsBack(part, place), ...names.map((name) => `netns del ${name}`)];
  const script = [
    ...unstackLines(part, place),
    `ip -force -batch - <<'END'\n${lines.join("\n")}\nEND\nip netns list\ncd /sys/class/net && echo *`,
  ].join("\n");
  const { stdout, stderr } = await executor.run(script, { deadline: 60_000 });
  const there = new Set(stdout.toString().split(/\s+/));
  const left = [...names, ...[place.topology.switch, ...portsOf(place)].filter(has)].filter((name) => there.has(name));
  if (left.length === 0) return;
  throw new EnvironmentError(`${executor.place}: "${left.join('", "')}" cannot be removed`, { detail: stderr });
}

/** Takes from the lower devices that are cards what is on them, and out of their namespaces. */
function unstackLines({ card }: Part, { topology, residents }: Neighbourhood): string[] {
  const cards = topology.lowers.filter(({ name }) => card(name) !== undefined);
  const homes = cards.map(({ name }) => [residents.get(name)?.namespace, `link set ${name} netns 1`] as const);
  const stacked = topology.endpoints.filter(({ lower }) => cards.some(({ name }) => name === lower));
  const gone = stacked.map(({ name, lower, kind }) => {
    const at = residents.get(kind === "macvtap" ? lower : name);
    return [at?.namespace, `link del ${name}`] as const;
  });
  return [...gone, ...homes].map(([namespace, line]) => `ip -n ${namespace} ${line} 2>/dev/null`);
}

function cardsBack({ card }: Part, { topology }: Neighbourhood): string[] {
  return topology.lowers.flatMap(({ name, port }) =>
    [name, port].flatMap((device) => {
      const own = card(device);
      return own ? cardBack(own, device) : [];
    }),
  );
}

function portsOf({ topology, router }: Neighbourhood): string[] {
  return [topology.external, ...topology.lowers, router.near, router.far].map(({ port }) => port);
}

/** @param part whose */
export function namespacesOf({ residents, router }: Neighbourhood, { has }: Pick<Part, "has">): string[] {
  const own = [...residents.values()].filter(({ device }) => has(device)).map(({ namespace }) => namespace);
  return [...own, ...(has(router.near.name) ? [router.namespace] : [])];
}
