/**
 * Endpoints that detect duplicates of their IPv6 addresses, one lower device for all: the stacks of the macvlans in its
 * host's namespace, those behind the macvtaps in another one. Who has an address is nobody else's concern.
 */
import type { CheckSpec } from "../model/scenario.ts";
import type { OwnQuestion, StacksEndpoint } from "../model/stacks-look.ts";
import { endpointCommand } from "./commands.ts";
import { OUTSIDE, type Setting, type SitePart, siteAddress, siteName, upLines } from "./site.ts";
import type { Arranged } from "./site-talk.ts";

export interface OwnQuestionCheck extends CheckSpec {
  readonly setUp: OwnQuestion;
}

interface Asker {
  readonly endpoint: StacksEndpoint;
  readonly device: string;
  readonly namespace: string;
  readonly number: number;
}

/** Between what is asked of hosts and of several addresses. */
const TURN = 20;
const LOWER = 254;
/** Milliseconds a question is given. */
const RETRANSMIT = 300;
const POLLS = 400;
/** Milliseconds a guest may stand still: whatever comes back later than the question is given is too late. */
const PATIENCE = 200;

export function arrangeOwnQuestions(checks: readonly OwnQuestionCheck[], part: number): Arranged {
  if (checks.length === 0) return { parts: [], turns: [] };
  const askers = askersOf(checks, part);
  const states = [false, true].flatMap((reflectiveRelay) =>
    [false, true].map((enhanced) => ({ reflectiveRelay, enhanced })),
  );
  const turns = states
    .filter(({ reflectiveRelay, enhanced }) =>
      checks.some((check) => (check.reflectiveRelay ?? false) === reflectiveRelay && check.setUp.enhanced === enhanced),
    )
    .map(({ reflectiveRelay, enhanced }) => ({
      reflectiveRelay,
      turn: ownQuestionTurn(enhanced),
      changes: detectionScript(askers),
      settings: settingsOf(askers, enhanced),
      patience: PATIENCE,
    }));
  return { parts: [partOf(askers, part)], turns };
}

export const ownQuestionTurn = (enhanced: boolean): number => TURN + Number(enhanced);

const nameOf = ({ kind, mode }: StacksEndpoint): string => `${kind === "macvlan" ? "v" : "t"}${mode.slice(0, 3)}`;

/** Names its device in whichever part it is. */
export const ownQuestionDevice = (endpoint: StacksEndpoint): RegExp => new RegExp(`^s\\d+d${nameOf(endpoint)}$`);

function askersOf(checks: readonly OwnQuestionCheck[], part: number): Asker[] {
  const wanted = new Map(checks.map(({ setUp: { endpoint } }) => [nameOf(endpoint), endpoint]));
  return [...wanted].map(([name, endpoint], index) => ({
    endpoint,
    device: siteName(part, `d${name}`),
    namespace: endpoint.kind === "macvlan" ? homeOf(part) : `mv-${siteName(part, "guests")}`,
    number: index + 1,
  }));
}

const homeOf = (part: number): string => `mv-${siteName(part, "askers")}`;

function partOf(askers: readonly Asker[], part: number): SitePart {
  const [lower, port, home] = [siteName(part, ""), siteName(part, "p"), homeOf(part)];
  const guests = askers.filter(({ endpoint }) => endpoint.kind === "macvtap");
  const made = askers.map(({ endpoint: { kind, mode }, device, number }) => ({
    name: device,
    lower,
    kind,
    mode,
    address: siteAddress(part, number),
    ...(mode === "source" ? { sources: [OUTSIDE.address] } : {}),
  }));
  const space = guests[0]?.namespace;
  return {
    namespaces: [home, ...(space ? [space] : [])],
    cables: [{ name: lower, port, address: siteAddress(part, LOWER), namespace: home, reflects: true }],
    batches: [
      {
        namespace: home,
        lines: [
          ...upLines(lower),
          ...made.flatMap((endpoint) => [endpointCommand(endpoint), ...upLines(endpoint.name)]),
        ],
      },
      ...guests.map(({ device, namespace, number }) => ({
        namespace,
        lines: [
          `tuntap add dev ${device} mode tap`,
          `link set ${device} address ${siteAddress(part, number)}`,
          ...upLines(device),
        ],
      })),
    ],
    devices: askers.map(({ device, namespace, endpoint }) => ({
      name: device,
      namespace,
      description: `${endpoint.kind}/${endpoint.mode}`,
    })),
    guests: guests.map(({ device, namespace, number }) => ({
      device,
      host: home,
      guest: namespace,
      joins: [`33:33:ff:00:00:${number.toString(16).padStart(2, "0")}`],
    })),
    behind: made.map(({ address }) => ({ address, port })),
    settings: askers.flatMap(({ namespace, device }) => [
      { namespace, name: `ipv6/conf/${device}/router_solicitation_delay`, value: 0 },
      { namespace, name: `ipv6/neigh/${device}/retrans_time_ms`, value: RETRANSMIT },
    ]),
  };
}

/** A nonce is sent where the device's setting or that for all says so. */
function settingsOf(askers: readonly Asker[], enhanced: boolean): Setting[] {
  const value = Number(enhanced);
  return askers.flatMap(({ namespace, device }) =>
    ["all", device].map((name) => ({ namespace, name: `ipv6/conf/${name}/enhanced_dad`, value })),
  );
}

const addressOf = ({ number }: Asker): string => `fd6d:7600:0:9::${number.toString(16)}`;

/** Gives every address anew, waits until it is told of each what came of it, and tells. */
function detectionScript(askers: readonly Asker[]): string[] {
  const namespaces = [...new Set(askers.map(({ namespace }) => namespace))];
  return namespaces
    .flatMap((namespace) => {
      const own = askers.filter((asker) => asker.namespace === namespace);
      return [
        `ip -force -n ${namespace} -batch - 2>/dev/null <<'END'`,
        ...own.map((asker) => `address del ${addressOf(asker)}/64 dev ${asker.device}`),
        ...own.map((asker) => `address add ${addressOf(asker)}/64 dev ${asker.device}`),
        "END",
      ];
    })
    .concat(
      namespaces.flatMap((namespace) => [
        "n=0",
        `while [ $n -lt ${POLLS} ]; do`,
        "  n=$((n + 1)) open=",
        `  said=$(ip -n ${namespace} -6 -o address show scope global)`,
        "  while read -r _ device _ _ rest; do",
        "    case $rest in *dadfailed*) ;; *tentative*) open=1 ;; esac",
        "  done <<END",
        "$said",
        "END",
        '  [ "$open" ] || break',
        "done",
        "while read -r _ device _ _ rest; do",
        '  case $rest in *dadfailed*) echo "0 0 $device failed" ;; *tentative*) ;; *) echo "0 0 $device passed" ;; esac',
        "done <<END",
        "$said",
        "END",
      ]),
    );
}
