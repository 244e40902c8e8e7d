/**
 * Routed mode: the host's macvlan is the gateway of the endpoints on its lower device, and the lower device has an address
 * in the external host's subnet.
 */
import type { CheckSpec } from "../model/scenario.ts";
import type { Gateway } from "../model/stacks-look.ts";
import type { Mode } from "../model/vocabulary.ts";
import { OUTSIDE, type SitePart, siteInternet, siteName } from "./site.ts";
import {
  type Estate,
  estateOf,
  type HostMacvlanCheck,
  hostSpace,
  partOf,
  residentOf,
  turnsWithin,
} from "./site-host-macvlan.ts";
import type { Arranged, SiteTalk } from "./site-talk.ts";

export interface GatewayCheck extends CheckSpec {
  readonly setUp: Gateway;
}

/** The host's number in the external host's subnet. */
const UPLINK = 254;
/** Subnets of the external host, beside those of endpoints. */
const BEYOND = 128;
const PAYLOAD = 4000;
/** All at once, but after whatever else is asked first. */
const TURN = 10;

/**
 * One lower device for each mode of the host's macvlan, for checks of either kind; and one where nothing is masqueraded.
 * @param first number of the first part.
 */
export function arrangeHosts(
  { within, beyond }: { readonly within: readonly HostMacvlanCheck[]; readonly beyond: readonly GatewayCheck[] },
  first: number,
): Arranged {
  const plain = ({ setUp }: GatewayCheck) => !setUp.masquerade;
  const modes = [...new Set([...within, ...beyond.filter((check) => !plain(check))].map(({ setUp }) => setUp.host))];
  const groups = [
    ...modes.map((host) => ({
      host,
      within: within.filter(({ setUp }) => setUp.host === host),
      beyond: beyond.filter((check) => check.setUp.host === host && !plain(check)),
    })),
    ...[...new Set(beyond.filter(plain).map(({ setUp }) => setUp.host))].map((host) => ({
      host,
      within: [],
      beyond: beyond.filter((check) => check.setUp.host === host && plain(check)),
    })),
  ];
  const arranged = groups.map((group, index) => arrangeHost(group, first + index));
  return { parts: arranged.flatMap(({ parts }) => parts), turns: arranged.flatMap(({ turns }) => turns) };
}

interface Group {
  readonly host: Mode;
  readonly within: readonly HostMacvlanCheck[];
  readonly beyond: readonly GatewayCheck[];
}

function arrangeHost({ host, within, beyond }: Group, part: number): Arranged {
  const asked = [...within, ...beyond].map(({ setUp }) => setUp.endpoint);
  const estate = estateOf(part, host, asked);
  const turns = beyond.map((check) => ({
    reflectiveRelay: check.reflectiveRelay ?? false,
    turn: TURN,
    talks: [talkOf(estate, check)],
  }));
  const masquerade = beyond.some(({ setUp }) => setUp.masquerade);
  const built = beyond.length > 0 ? gatewayPart(estate, masquerade) : partOf(estate);
  return { parts: [built], turns: [...turnsWithin(estate, within), ...turns] };
}

const hostsUplink = (part: number): string => siteInternet(BEYOND + part, UPLINK);

/** The external host is known to each endpoint by another address. */
function outsideAddress({ part, endpoints }: Estate, resident: Estate["endpoints"][number]): string {
  return siteInternet(BEYOND + part, 1 + endpoints.indexOf(resident));
}

function gatewayPart(estate: Estate, masquerade: boolean): SitePart {
  const { part, endpoints } = estate;
  const namespace = hostSpace(part);
  const base = partOf(estate);
  return {
    ...base,
    batches: [
      ...base.batches,
      { namespace, lines: [`address add ${hostsUplink(part)}/24 dev ${siteName(part, "")}`] },
      ...endpoints.map((resident) => ({
        namespace: resident.namespace,
        lines: [`route add ${siteInternet(BEYOND + part, 0)}/24 via ${resident.hosts} dev ${resident.endpoint.name}`],
      })),
      {
        namespace: OUTSIDE.namespace,
        lines: endpoints.map((resident) => `address add ${outsideAddress(estate, resident)}/24 dev ${OUTSIDE.name}`),
      },
    ],
    settings: [...base.settings, { namespace, name: "ipv4/ip_forward", value: 1 }],
    filters: masquerade ? [{ namespace, rules: masqueradeRules(siteName(part, "")) }] : [],
  };
}

function masqueradeRules(lower: string): string {
  return [
    "table ip gateway {",
    "  chain leaving {",
    "    type nat hook postrouting priority 100",
    `    oifname "${lower}" masquerade`,
    "  }",
    "}",
  ].join("\n");
}

function talkOf(estate: Estate, { id, setUp }: GatewayCheck): SiteTalk {
  const resident = residentOf(estate, setUp.endpoint);
  return {
    check: id,
    name: "connection",
    word: "tcp",
    bytes: PAYLOAD,
    from: resident.endpoint.name,
    to: [OUTSIDE.name],
    source: resident.internet,
    destination: outsideAddress(estate, resident),
    alias: hostsUplink(estate.part),
  };
}
