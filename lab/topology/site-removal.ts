/** Takes down what of a site is in one place. */
import { EnvironmentError } from "../base/errors.ts";
import { cardBack, REMOVAL_COMMAND } from "./commands.ts";
import { namespacesOf, perNamespace, type Site, type SiteBatch, type SiteDevice } from "./site.ts";
import type { Part } from "./stage.ts";

const DEADLINE = 60_000;

/**
 * The namespaces take all devices with them but the switch, and but cards: what hangs off one goes before, and it is taken
 * out and given back.
 */
export async function removeSite(part: Part, site: Site): Promise<void> {
  const { executor, has } = part;
  const cards = cardsOf(part, site);
  const lines = [
    ...namespacesOf(site)
      .filter(has)
      .map((name) => `netns del ${name}`),
    REMOVAL_COMMAND,
    ...cards.flatMap(({ card, name }) => cardBack(card, name)),
  ];
  const script = [
    ...unstackBatches(part, site).map(
      ({ namespace, lines: own }) => `ip -force -n ${namespace} -batch - <<'END'\n${own.join("\n")}\nEND`,
    ),
    `ip -force -batch - <<'END'\n${lines.join("\n")}\nEND`,
    ...(cards.length > 0 ? ["cd /sys/class/net && echo *"] : []),
  ].join("\n");
  const { stdout, stderr } = await executor.run(script, { deadline: DEADLINE });
  if (stderr.includes("Device or resource busy"))
    throw new EnvironmentError(`${executor.place}: a namespace cannot be removed`, { detail: stderr });
  const there = new Set(stdout.toString().split(/\s+/));
  const away = cards.map(({ card }) => card).filter((card) => !there.has(card));
  if (away.length === 0) return;
  throw new EnvironmentError(`${executor.place}: "${away.join('", "')}" did not come back`, { detail: stderr });
}

/** Ends of cables that are network cards, and what they are meanwhile. */
function cardsOf({ card }: Pick<Part, "card">, { parts }: Site): { readonly card: string; readonly name: string }[] {
  const ends = parts.flatMap(({ cables }) => cables.flatMap(({ name, port }) => [name, port]));
  return ends.flatMap((name) => {
    const own = card(name);
    return own === undefined ? [] : [{ card: own, name }];
  });
}

/** What hangs off network cards, and where: a macvtap is beside its card. */
export function onCards({ card }: Pick<Part, "card">, { parts }: Site): Pick<SiteDevice, "name" | "namespace">[] {
  return parts
    .filter(({ cables }) => cables.some(({ name }) => card(name) !== undefined))
    .flatMap(({ cables, devices, guests }) =>
      devices
        .filter(({ name }) => cables.every((cable) => cable.name !== name))
        .map(({ name, namespace }) => ({
          name,
          namespace: guests.find(({ device }) => device === name)?.host ?? namespace,
        })),
    );
}

/** First what hangs off cards elsewhere, then what is beside them; then they come out. */
function unstackBatches(part: Part, site: Site): SiteBatch[] {
  const homes = site.parts
    .flatMap(({ cables }) => cables)
    .filter(({ name }) => part.card(name) !== undefined)
    .map(({ name, namespace }) => ({ namespace, lines: [`link set ${name} netns 1`] }));
  const isHome = (namespace: string) => homes.some((home) => home.namespace === namespace);
  const stacked = [...new Set(onCards(part, site).map(({ namespace }) => namespace))];
  const inOrder = [...stacked.filter((name) => !isHome(name)), ...stacked.filter(isHome)];
  return perNamespace([...inOrder.map((namespace) => ({ namespace, lines: [REMOVAL_COMMAND] })), ...homes]);
}
