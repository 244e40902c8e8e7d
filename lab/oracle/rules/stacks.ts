/** Rules of IP stacks with several addresses and devices: who answers for which, by what, and what is routed. */
import { rule } from "../rule.ts";

export const STACKS_RULES = {
  "answers-for-any-of-its-addresses": rule({
    functions: ["arp_process"],
    text: "a stack asked for any of its addresses answers from the device it was asked on, with that device's address, where it is not told to keep quiet there",
    decide: (ignore: number) => ignore === 0,
  }),
} as const;
