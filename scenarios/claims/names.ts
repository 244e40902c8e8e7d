/** What is claimed about the modes' names and flags, and what a source list does. */
import type { Claim } from "../../lab/model/claim.ts";
import { SOURCE_CHECKS } from "../basics/sources.ts";

export const NAME_CLAIMS: readonly Claim[] = [
  {
    id: "M2",
    text: "The modes that can be named are those the ip tool lists in its error for a wrong one; ip -d link show displays a device's mode. (Also: which modes and flags exist beyond the four classic ones: source, nopromisc, nodst, bcqueuelen, bclim.)",
    parts: [
      {
        says: "a device's mode is shown, and shows a change of it",
        checks: ["basics mode-change"],
        seen: "bridge",
      },
      {
        asks: "what a source list does, with and without nodst",
        checks: SOURCE_CHECKS.map(({ id }) => `basics ${id}`),
      },
    ],
  },
];
