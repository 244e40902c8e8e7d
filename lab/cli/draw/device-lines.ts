/** What the commands of the engine make: read from their lines, so that a picture shows what is built and nothing else. */

export interface MadeDevice {
  readonly name: string;
  /** As `ip` calls it: `veth`, `vlan`, `macvlan`. */
  readonly kind: string;
  /** What follows the kind: `id 9`, `mode bridge`. */
  readonly settings: string;
  /** The device it is made on. */
  readonly on: string | undefined;
  /** The other end of its cable. */
  readonly peer: string | undefined;
}

/** @param lines for `ip -batch`, or the same of a shell. */
export function madeDevices(lines: readonly string[]): MadeDevice[] {
  return lines.flatMap((line) => {
    const [, words = ""] = /^(?:ip )?link add (.*?)(?: \|\| exit)?$/.exec(line) ?? [];
    const [, head = "", kind = "", settings = ""] = /^(.*?)\btype (\S+) ?(.*)$/.exec(words) ?? [];
    if (kind === "") return [];
    const [, on] = /^link (\S+)/.exec(head) ?? [];
    const [, named = head.split(" ")[0] ?? ""] = /\bname (\S+)/.exec(head) ?? [];
    const [, peer] = /^peer name (\S+)/.exec(settings) ?? [];
    return [{ name: named, kind, settings, on, peer }];
  });
}

/** By device, what it is a port of. */
export function masters(lines: readonly string[]): Map<string, string> {
  return new Map(
    lines.flatMap((line) => {
      const [, device, master] = /^link set (\S+) master (\S+)$/.exec(line) ?? [];
      return device && master ? [[device, master] as const] : [];
    }),
  );
}
