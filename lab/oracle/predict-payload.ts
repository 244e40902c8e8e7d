/** Predicts what is said by the path virtual machines use: how far it comes, and how it passes the macvtaps. */
import type { KernelVersion } from "../model/kernel-version.ts";
import { type Payload, type PayloadLook, payloadValue } from "../model/payload-look.ts";
import { predictConversation } from "./predict-conversation.ts";
import type { Rules } from "./rules.ts";

/** A macvtap hands on what its reader says of a frame, and tells its reader what it was told. */
const HANDS_ON: Readonly<Record<Payload, string | undefined>> = {
  large: "tap_get_user: a frame whose virtio header tells of segments goes on whole, and so it is put to the reader",
  unsummed: "tap_put_user: a checksum the sender left open is left open for the reader",
  tagged: "tap_put_user: a frame's VLAN tag is put back where the reader expects it",
  plain: undefined,
};

export function predictPayload(
  { payload, talk }: PayloadLook,
  kernel: KernelVersion,
  rules: Rules,
): { readonly value: string; readonly rule: string; readonly extrapolated?: true } {
  const { outcome, rule, extrapolated } = predictConversation(talk, kernel, rules);
  const handed = HANDS_ON[payload];
  return {
    value: payloadValue(payload, outcome, [true, true]),
    rule: handed === undefined ? rule : `${rule}; ${handed}`,
    ...(extrapolated ? { extrapolated } : {}),
  };
}
