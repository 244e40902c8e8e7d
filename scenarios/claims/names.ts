/** What is claimed about the modes' names and flags. */
import type { CheckPart, Claim } from "../../lab/model/claim.ts";
import { MODES, type Mode } from "../../lab/model/vocabulary.ts";

const shown = (mode: Mode): CheckPart => ({
  says: `a device made in ${mode} mode is shown as that by ip -d link show`,
  checks: [`ledger mode-shown-${mode}`],
  seen: mode,
});

export const NAME_CLAIMS: readonly Claim[] = [
  {
    id: "M2",
    text: "The modes that can be named are those the ip tool lists in its error for a wrong one; ip -d link show displays a device's mode. (Also: which modes and flags exist beyond the four classic ones: source, nopromisc, nodst, bcqueuelen, bclim.)",
    parts: [
      {
        says: "ip's error lists private, vepa, bridge, passthru and source",
        checks: ["ledger mode-names"],
        seen: MODES.join(" "),
      },
      ...MODES.map(shown),
      { says: "a device's mode is shown as changed later", checks: ["basics mode-change"], seen: "bridge" },
      { says: "ip refuses to name another", checks: ["ledger mode-wrong-name"], seen: "refused by ip" },
      {
        says: "the kernel refuses the number of a mode there is not with EINVAL",
        checks: [0, 3, 32].map((number) => `ledger mode-number-${number}`),
        seen: "EINVAL",
      },
      {
        asks: "what the flags nopromisc and nodst do",
        checks: ["ledger nopromisc-*", "ledger nodst-*", "ledger flag-unknown", "basics source-nodst*"],
      },
      {
        asks: "what bcqueuelen and bclim do",
        checks: ["ledger bcqueuelen-*", "ledger bclim-*", "ledger attribute-unknown"],
      },
      {
        asks: "what a source list does",
        checks: [
          "basics source-copy*",
          "basics source-no-copy",
          "basics source-to-*",
          "basics source-down",
          "basics source-two-lists",
          "basics source-list-*",
          "ledger source-list-*",
          "ledger list-*",
        ],
      },
    ],
  },
];
