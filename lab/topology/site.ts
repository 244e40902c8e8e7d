/**
 * A site: IP stacks in namespaces of their own on one external switch, put together of parts that know nothing of each
 * other. Plain data with every name and address fixed in advance.
 */
import type { ExternalHost, Lower, Mac } from "../model/topology.ts";

/** A device that is on a cable to a port of the switch, in a namespace. */
export interface Cabled extends Lower {
  readonly namespace: string;
  /** Whether its port is told to reflect where a round asks for it. */
  readonly reflects: boolean;
}

/** A device frames are seen at. */
export interface SiteDevice {
  readonly name: string;
  readonly namespace: string;
  /** What it is to whoever reads the capture. */
  readonly description: string;
}

/** A macvtap, in its lower device's namespace, and the tap of the same name in its guest's. */
export interface SiteGuest {
  readonly device: string;
  readonly host: string;
  readonly guest: string;
  /** Link-layer groups its macvtap is told to let through, as whoever runs guests can have it. */
  readonly joins?: readonly Mac[];
}

/** Lines of one `ip -batch`, in a namespace; undefined: the one the switch is in. */
export interface SiteBatch {
  readonly namespace: string | undefined;
  readonly lines: readonly string[];
}

/** A file below `/proc/sys/net` of a namespace. */
export interface Setting {
  readonly namespace: string;
  readonly name: string;
  readonly value: number;
}

export interface SitePart {
  readonly namespaces: readonly string[];
  readonly cables: readonly Cabled[];
  /** Once all cables are plugged in: the first of each part, which makes devices, then the others. */
  readonly batches: readonly SiteBatch[];
  /** Frames are recorded at these, and fences awaited where they are up. */
  readonly devices: readonly SiteDevice[];
  readonly guests: readonly SiteGuest[];
  /** Addresses the switch is told of, beside those of the cables. */
  readonly behind: readonly { readonly address: Mac; readonly port: string }[];
  readonly settings: readonly Setting[];
  /** Packet filters, for `nft`: a kernel may not have what they take. */
  readonly filters?: readonly Filter[];
}

export interface Filter {
  readonly namespace: string;
  readonly rules: string;
}

export interface Site {
  readonly switch: string;
  readonly outside: Outside;
  readonly parts: readonly SitePart[];
}

/** The host everybody can be seen from; it has the address of the fences, which is on every list. */
export interface Outside extends ExternalHost {
  readonly namespace: string;
}

export const OUTSIDE: Outside = {
  name: "outside",
  port: "outside-p",
  address: "02:6d:76:0f:00:01",
  namespace: "mv-outside",
};

export function siteOf(parts: readonly SitePart[]): Site {
  const { name, namespace } = OUTSIDE;
  const outside: SitePart = {
    namespaces: [namespace],
    cables: [{ ...OUTSIDE, reflects: false }],
    batches: [{ namespace, lines: upLines(name) }],
    devices: [{ name, namespace, description: "the external host" }],
    guests: [],
    behind: [],
    settings: [],
  };
  return { switch: "site-switch", outside: OUTSIDE, parts: [outside, ...parts] };
}

export function namespacesOf({ parts }: Site): string[] {
  return [...new Set(parts.flatMap(({ namespaces }) => namespaces))];
}

/** One process each: in an emulated guest they are what building takes its time for. */
export function perNamespace(batches: readonly SiteBatch[]): SiteBatch[] {
  const lines = new Map<string | undefined, string[]>();
  for (const { namespace, lines: own } of batches) lines.set(namespace, [...(lines.get(namespace) ?? []), ...own]);
  return [...lines].map(([namespace, all]) => ({ namespace, lines: all }));
}

/** No address of the kernel's own making, so that it has nothing to say by itself. */
export function upLines(device: string): string[] {
  return [`link set ${device} addrgenmode none`, `link set ${device} up`];
}

/** Name of device number `index` of part number `part`: short enough for anything a kernel calls a device. */
export function siteName(part: number, role: string): string {
  return `s${part}${role}`;
}

/** Address of device number `index` of part number `part`. */
export function siteAddress(part: number, index: number): Mac {
  const hex = (value: number) => value.toString(16).padStart(2, "0");
  return `02:6d:76:10:${hex(part)}:${hex(index)}`;
}

/** IPv4 address number `host` of part number `part`, from the range for benchmarks (RFC 2544). */
export function siteInternet(part: number, host: number): string {
  return `198.19.${part}.${host}`;
}
