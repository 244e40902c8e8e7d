/** What is claimed about what a guest can do on an endpoint: M13. */
import type { Claim, ClaimPart, ShownCount } from "../../lab/model/claim.ts";

/** Both can, in two parts: who cannot shows. `check`: `ledger promiscuous`, without the mode. */
function both(
  says: string,
  check: string,
  how: { readonly shows: readonly ShownCount[] } | { readonly seen: string },
): ClaimPart[] {
  return (["passthru", "vepa"] as const).map((mode) => ({
    says: says.replace("MODE", mode),
    checks: [`${check}-${mode}`],
    ...how,
  }));
}

const card = (what: string) => `guest-nics card-${what}`;

export const GUEST_CLAIMS: readonly Claim[] = [
  {
    id: "M13",
    text: "What passthru is for: what it can do that VEPA cannot (promiscuous mode, bridges, VLANs and nested macvlans inside a guest). The notes' author could do all of these with VEPA in a guest.",
    open: true,
    parts: [
      ...both("a MODE endpoint in promiscuous mode gets frames for others", "ledger promiscuous", {
        shows: [{ frame: "external>foreign", count: "first=1" }],
      }),
      ...both("a host behind a bridge on a MODE endpoint is reached", "ledger host-behind", {
        shows: [{ frame: "external>behind", count: "behind=1" }],
      }),
      ...both("tagged frames of a VLAN device on a MODE endpoint leave, and get to it", "ledger vlan-on", {
        shows: [
          { frame: "first>external", count: "wire=1" },
          { frame: "external>first", count: "vlan=1" },
        ],
      }),
      ...both("a macvlan can be made on a MODE endpoint", "ledger macvlan-on", { seen: "none" }),
      {
        asks: "how it is in the other modes",
        checks: ["ledger promiscuous-*", "ledger host-behind-*", "ledger vlan-on-*", "ledger macvlan-on-*"],
      },
      {
        asks: "how often the lower device is told to take every frame, with passthru and nopromisc",
        checks: ["ledger promiscuity-passthru*", "ledger promiscuity-nopromisc*", "ledger passthru-nopromisc"],
      },
      ...both("a guest on a MODE macvtap that makes its card promiscuous gets frames for others", card("promiscuous"), {
        shows: [{ frame: "external>foreign", count: "first=1" }],
      }),
      ...both("a host behind a bridge in a guest on a MODE macvtap is heard", card("bridge"), {
        shows: [{ frame: "behind>external", count: "external=1" }],
      }),
      ...both("a host behind a bridge in a guest on a MODE macvtap is reached", card("bridge"), {
        shows: [{ frame: "external>behind", count: "behind=1" }],
      }),
      ...both("tagged frames of a VLAN device in a guest on a MODE macvtap leave, and get to it", card("vlan"), {
        shows: [
          { frame: "first>external", count: "wire=1" },
          { frame: "external>first", count: "vlan=1" },
        ],
      }),
      ...both("a macvlan in a guest on a MODE macvtap is heard", card("macvlan"), {
        shows: [{ frame: "nested>external", count: "external=1" }],
      }),
      ...both("a macvlan in a guest on a MODE macvtap is reached at its own address", card("macvlan"), {
        shows: [{ frame: "external>nested", count: "nested=1" }],
      }),
    ],
  },
];
