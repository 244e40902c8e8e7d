/** The claims ledger, in the order of its ids: what is claimed, and which results would bear it out. */
import type { Claim } from "../lab/model/claim.ts";
import { CONTAINER_CLAIMS } from "./claims/containers.ts";
import { GUEST_CLAIMS } from "./claims/guest.ts";
import { HOST_CLAIMS } from "./claims/host.ts";
import { LEARNING_CLAIMS } from "./claims/learning.ts";
import { MACVTAP_CLAIMS } from "./claims/macvtap.ts";
import { MODE_CLAIMS } from "./claims/modes.ts";
import { NAME_CLAIMS } from "./claims/names.ts";
import { OPEN_CLAIMS } from "./claims/open.ts";
import { PASSTHRU_CLAIMS } from "./claims/passthru.ts";
import { SWITCH_CLAIMS } from "./claims/switch.ts";
import { WIRELESS_CLAIMS } from "./claims/wireless.ts";

const FAMILIES = "MHTLC";
const place = ({ id }: Claim): number => FAMILIES.indexOf(id.charAt(0)) * 100 + Number(id.slice(1));

export const CLAIMS: readonly Claim[] = [
  ...MODE_CLAIMS,
  ...NAME_CLAIMS,
  ...PASSTHRU_CLAIMS,
  ...LEARNING_CLAIMS,
  ...HOST_CLAIMS,
  ...GUEST_CLAIMS,
  ...SWITCH_CLAIMS,
  ...MACVTAP_CLAIMS,
  ...WIRELESS_CLAIMS,
  ...CONTAINER_CLAIMS,
  ...OPEN_CLAIMS,
].sort((a, b) => place(a) - place(b));
