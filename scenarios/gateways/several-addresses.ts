/** H7: several addresses, each with a MAC of its own, in one namespace: which settings give one MAC per address. */
import type { CheckSpec } from "../../lab/model/scenario.ts";
import type { SeveralAddresses } from "../../lab/model/stacks-look.ts";

function checkOf(setUp: Omit<SeveralAddresses, "what">): CheckSpec {
  const { mode, arpIgnore, arpAnnounce, arpFilter, rpFilter, bySource } = setUp;
  const settings = `ignore-${arpIgnore}-announce-${arpAnnounce}-filter-${arpFilter}-rp-${rpFilter}`;
  const routes = bySource ? ", each address routed by its own" : "";
  return {
    id: `several-${mode}-${bySource ? "by-source-" : ""}${settings}`,
    claim: "H7",
    text: `three ${mode} macvlans of one stack${routes}: arp_ignore ${arpIgnore}, arp_announce ${arpAnnounce}, arp_filter ${arpFilter}, rp_filter ${rpFilter}`,
    steps: [],
    look: { look: "stacks", setUp: { what: "several-addresses", ...setUp } },
  };
}

const settings = ([0, 1, 2] as const).flatMap((arpIgnore) =>
  ([0, 2] as const).flatMap((arpAnnounce) =>
    ([0, 1] as const).flatMap((arpFilter) =>
      ([0, 1, 2] as const).map((rpFilter) => ({ arpIgnore, arpAnnounce, arpFilter, rpFilter })),
    ),
  ),
);

export const SEVERAL_ADDRESSES_CHECKS: readonly CheckSpec[] = [false, true].flatMap((bySource) =>
  settings.map((each) => checkOf({ mode: "bridge", bySource, ...each })),
);
