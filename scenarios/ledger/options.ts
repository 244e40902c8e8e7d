/** Which modes and flags there are, past what the tool lets through, and which of them a kernel hears. */
import type { CheckSpec } from "../../lab/model/scenario.ts";
import { MODES, type Mode } from "../../lab/model/vocabulary.ts";
import { add, ERROR, refuses, request, setList, shows, up } from "./steps.ts";

const claim = "M2";
/** `IFLA_MACVLAN_BC_CUTOFF`, and one no kernel has. */
const [CUTOFF, NOBODYS] = [9, 99];
const bridge = add("first", { mode: "bridge" });
const source = add("first", { mode: "source", sources: ["external"] });

const modeShown = (mode: Mode): CheckSpec => ({
  id: `mode-shown-${mode}`,
  claim,
  text: `the mode ip -d link show tells of an endpoint made in ${mode} mode`,
  steps: [add("first", { mode })],
  look: { look: "mode", device: "first" },
});

const modeNumber = (number: number) =>
  refuses(
    `mode-number-${number}`,
    claim,
    `asking for mode number ${number}`,
    bridge,
    request("first", { mode: number }),
  );

const wrongMode = { do: "name-mode", mode: "hairpin" } as const;

const MODE_NAMES: readonly CheckSpec[] = [
  ...MODES.map(modeShown),
  {
    id: "mode-names",
    claim,
    text: "the modes ip names when it is asked for a wrong one",
    steps: [wrongMode],
    look: { look: "mode-names" },
  },
  { id: "mode-wrong-name", claim, text: "naming a mode there is not", steps: [wrongMode], look: ERROR },
  ...[0, 1, 3, 32].map(modeNumber),
];

const FLAGS: readonly CheckSpec[] = [
  refuses(
    "nopromisc-by-ip",
    claim,
    "making a bridge endpoint with nopromisc",
    add("first", { mode: "bridge", nopromisc: true }),
  ),
  refuses(
    "nopromisc-past-ip",
    claim,
    "asking the kernel itself for nopromisc on a bridge endpoint",
    bridge,
    request("first", { flags: 1 }),
  ),
  shows(
    "nopromisc-shown-in-bridge",
    claim,
    "nopromisc of that bridge endpoint",
    ["first", "nopromisc"],
    bridge,
    request("first", { flags: 1 }),
  ),
  shows(
    "nopromisc-shown",
    claim,
    "nopromisc of a passthru endpoint made with it",
    ["first", "nopromisc"],
    add("first", { mode: "passthru", nopromisc: true }),
  ),
  shows(
    "nodst-shown-in-bridge",
    claim,
    "nodst of a bridge endpoint made with it",
    ["first", "nodst"],
    add("first", { mode: "bridge", nodst: true }),
  ),
  shows(
    "nodst-shown",
    claim,
    "nodst of a source endpoint made with it",
    ["first", "nodst"],
    add("first", { mode: "source", nodst: true }),
  ),
  refuses("flag-unknown", claim, "asking for a third flag", bridge, request("first", { flags: 4 })),
];

const QUEUE: readonly CheckSpec[] = [
  shows(
    "bcqueuelen-default",
    claim,
    "the queue for group frames of an endpoint made without naming its length",
    ["first", "bcqueuelen"],
    bridge,
  ),
  refuses("bcqueuelen-accepted", claim, "making an endpoint with a queue of 5", add("first", { bcqueuelen: 5 })),
  shows(
    "bcqueuelen-given",
    claim,
    "the queue for group frames of an endpoint made with one of 5",
    ["first", "bcqueuelen"],
    add("first", { bcqueuelen: 5 }),
  ),
  shows(
    "bcqueuelen-changed",
    claim,
    "the queue for group frames of an endpoint whose own is made longer, as another on its lower device has 2000",
    ["first", "bcqueuelen"],
    ...[bridge, add("second", { mode: "bridge", bcqueuelen: 2000 }), ...up("first")],
    { do: "set-bcqueuelen", device: "first", length: 1500 },
  ),
  refuses(
    "bclim-known",
    claim,
    "asking for the limit of what that queue is for (bclim) with too short a number: refused by who knows it",
    bridge,
    request("first", { raw: { attribute: CUTOFF, bytes: 1 } }),
  ),
  refuses(
    "bclim-accepted",
    claim,
    "asking for that limit properly",
    bridge,
    request("first", { raw: { attribute: CUTOFF, bytes: 4 } }),
  ),
  refuses(
    "attribute-unknown",
    claim,
    "asking for what no kernel has",
    bridge,
    request("first", { raw: { attribute: NOBODYS, bytes: 1 } }),
  ),
];

const listAfter = (id: string, text: string, ...steps: readonly Parameters<typeof setList>[]) =>
  shows(
    `list-${id}`,
    claim,
    `a list of the external host: ${text}`,
    ["first", "sources"],
    source,
    ...steps.map((step) => setList(...step)),
  );

const LISTS: readonly CheckSpec[] = [
  listAfter("made", "as it was made"),
  listAfter("add", "once another is added", ["add", "second"]),
  listAfter("add-again", "once the same is added", ["add", "external"]),
  listAfter("del", "once it is taken off", ["del", "external"]),
  listAfter("del-absent", "once one that is not on it is taken off", ["del", "second"]),
  listAfter("set", "once another is set", ["set", "second"]),
  listAfter("flush", "once it is emptied", ["flush"]),
  shows(
    "list-while-up",
    claim,
    "a list that is added to while the endpoint is up",
    ["first", "sources"],
    source,
    ...up("first"),
    setList("add", "second"),
  ),
  refuses("list-of-group", claim, "putting a group's address on a source list", source, setList("add", "group")),
  refuses(
    "list-in-bridge",
    claim,
    "adding to the source list of a bridge endpoint",
    bridge,
    setList("add", "external"),
  ),
];

export const OPTION_CHECKS: readonly CheckSpec[] = [...MODE_NAMES, ...FLAGS, ...QUEUE, ...LISTS];
