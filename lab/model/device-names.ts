/** Names of endpoints, all fixed in advance: they say what an endpoint is. */
import type { EndpointKind, EngineKind, Mode, Party } from "./vocabulary.ts";

const KIND_TAG: Record<EndpointKind | EngineKind, string> = { macvlan: "mvl", macvtap: "mvt", container: "ctr" };
const MODE_TAG: Record<Mode, string> = { private: "prv", vepa: "vep", bridge: "brg", passthru: "pas", source: "sr" };

/** `a-mvl-vep1`: lower device a, macvlan, vepa, the first; `srs` and `sro` are source mode with sender or other listed. */
export function endpointName(lowerTag: string, party: Party, instance: number): string {
  const kind = KIND_TAG[party.kind as EndpointKind | EngineKind];
  const mode = MODE_TAG[party.mode as Mode] + (party.mode === "source" ? (party.sourceList ?? "other").charAt(0) : "");
  return `${lowerTag}-${kind}-${mode}${instance}`;
}

const NAME = new RegExp(`-(${Object.values(KIND_TAG).join("|")})-(${Object.values(MODE_TAG).join("|")})[so]?\\d+$`);

/** The kind and mode of an endpoint, by the name `endpointName` gave it. */
export function endpointNamed(name: string): { readonly kind: EndpointKind; readonly mode: Mode } | undefined {
  const [, kindTag, modeTag] = NAME.exec(name) ?? [];
  const [kind] = Object.entries(KIND_TAG).find(([, tag]) => tag === kindTag) ?? [];
  const [mode] = Object.entries(MODE_TAG).find(([, tag]) => tag === modeTag) ?? [];
  return kind && mode ? { kind: kind as EndpointKind, mode: mode as Mode } : undefined;
}
