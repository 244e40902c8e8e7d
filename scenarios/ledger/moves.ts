/** Endpoints that are moved to another namespace, and lower devices that are. */
import type { CheckSpec } from "../../lab/model/scenario.ts";
import {
  add,
  down,
  showsUnclaimed as look,
  moveAway,
  moveHome,
  raise,
  refusesUnclaimed as refusal,
  setAddress,
  setMode,
  up,
} from "./steps.ts";

const bridge = add("first", { mode: "bridge", address: "given" });
const live = [bridge, ...up("first")];
const STATE = ["first", "state"] as const;
const COUNT = ["lower", "promiscuity"] as const;

const MOVED: readonly CheckSpec[] = [
  look(
    "moved-namespace",
    "where an endpoint is once it was moved away from its lower device",
    ["first", "namespace"],
    ...live,
    moveAway("first"),
  ),
  look("moved-below", "what it is on then", ["first", "below"], ...live, moveAway("first")),
  look("moved-state", "its state then, having been up", STATE, ...live, moveAway("first")),
  look("moved-up-again", "its state once it is brought up there", STATE, ...live, moveAway("first"), ...up("first")),
  look("moved-address", "its address there", ["first", "whose-address"], ...live, moveAway("first")),
  look(
    "moved-list",
    "the source list of an endpoint that was moved",
    ["first", "sources"],
    add("first", { mode: "source", sources: ["external"] }),
    ...up("first"),
    moveAway("first"),
  ),
  {
    id: "moved-mode-change",
    text: "the mode of an endpoint that was moved, changed there",
    steps: [...live, moveAway("first"), setMode("first", "private")],
    look: { look: "mode", device: "first" },
  },
  look("moved-there-and-back", "its state once it is moved back", STATE, ...live, moveAway("first"), moveHome("first")),
  refusal(
    "moved-onto-a-name",
    "moving an endpoint to where another has its name",
    add("first", { mode: "bridge", address: "given", in: "away" }),
    add("second", { mode: "bridge", address: "given", named: "first" }),
    moveHome("first"),
  ),
  look(
    "moved-onto-a-name-namespace",
    "where that endpoint is then",
    ["first", "namespace"],
    add("first", { mode: "bridge", address: "given", in: "away" }),
    add("second", { mode: "bridge", address: "given", named: "first" }),
    moveHome("first"),
  ),
  refusal(
    "moved-address-to-lowers",
    "giving an endpoint that was moved its lower device's address",
    ...live,
    moveAway("first"),
    setAddress("first", "lower"),
  ),
  look(
    "moved-passthru-address",
    "the lower device's address once its passthru endpoint was moved",
    ["lower", "whose-address"],
    add("first", { mode: "passthru" }),
    ...up("first"),
    moveAway("first"),
  ),
];

const LOWER_MOVED: readonly CheckSpec[] = [
  look(
    "lower-moved-endpoint",
    "where an endpoint is once its lower device was moved",
    ["first", "namespace"],
    ...live,
    moveAway("lower"),
  ),
  look("lower-moved-state", "its state then", STATE, ...live, moveAway("lower")),
  look("lower-moved-up", "its state once its lower device is up there", STATE, ...live, moveAway("lower"), {
    do: "up",
    device: "lower",
  }),
  look(
    "lower-moved-filter",
    "how often that lower device takes every frame, the endpoint on it being up all along",
    COUNT,
    ...live,
    moveAway("lower"),
    { do: "up", device: "lower" },
  ),
  look(
    "lower-stays-filter",
    "the same of one that was only taken down and up",
    COUNT,
    ...live,
    down("lower"),
    raise("lower"),
  ),
];

export const MOVE_CHECKS: readonly CheckSpec[] = [...MOVED, ...LOWER_MOVED];
