/** Endpoints that move, whose lower device moves, goes down, is unplugged or goes, and what each of them leaves behind. */
import type { CheckSpec } from "../../lab/model/scenario.ts";
import { add, down, moveAway, moveHome, raise, refuses, remove, setAddress, setMode, shows, up } from "./steps.ts";

const bridge = add("first", { mode: "bridge", address: "given" });
const live = [bridge, ...up("first")];
const STATE = ["first", "state"] as const;
const COUNT = ["lower", "promiscuity"] as const;
const look = (
  id: string,
  text: string,
  ...rest: Parameters<typeof shows> extends [unknown, unknown, unknown, ...infer Rest] ? Rest : never
) => shows(id, undefined, text, ...rest);
const refusal = (
  id: string,
  text: string,
  ...steps: Parameters<typeof refuses> extends [unknown, unknown, unknown, ...infer Rest] ? Rest : never
) => refuses(id, undefined, text, ...steps);

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

const LOWER_DOWN: readonly CheckSpec[] = [
  look("lower-down-state", "an endpoint's state once its lower device is down", STATE, ...live, down("lower")),
  look(
    "lower-down-up-state",
    "its state once its lower device is up again",
    STATE,
    ...live,
    down("lower"),
    raise("lower"),
  ),
  look(
    "lower-down-state-idle",
    "the state of an endpoint that is down, its lower device too",
    STATE,
    bridge,
    down("lower"),
  ),
  refusal(
    "lower-down-open",
    "bringing an endpoint up while its lower device is down",
    bridge,
    down("lower"),
    ...up("first"),
  ),
  look(
    "lower-down-made",
    "the state of an endpoint made and brought up while its lower device is down",
    STATE,
    down("lower"),
    ...live,
  ),
  refusal(
    "lower-down-passthru",
    "bringing a passthru endpoint up while its lower device is down",
    add("first", { mode: "passthru" }),
    down("lower"),
    ...up("first"),
  ),
  look("unplugged-state", "an endpoint's state once its lower device's cable is pulled", STATE, ...live, down("port")),
  look("plugged-state", "its state once the cable is back", STATE, ...live, down("port"), raise("port")),
  look(
    "unplugged-state-away",
    "the state of an endpoint in another namespace once its lower device's cable is pulled",
    STATE,
    bridge,
    moveAway("first"),
    ...up("first"),
    down("port"),
  ),
];

const REMOVED: readonly CheckSpec[] = [
  look(
    "lower-removed",
    "an endpoint that is up once its lower device is removed",
    ["first", "kind"],
    ...live,
    remove("lower"),
  ),
  look(
    "lower-removed-away",
    "an endpoint that is up in another namespace once its lower device is removed",
    ["first", "kind"],
    bridge,
    moveAway("first"),
    ...up("first"),
    remove("lower"),
  ),
  look(
    "removed-promiscuity",
    "how often the lower device takes every frame once its only endpoint is removed while up",
    COUNT,
    ...live,
    remove("first"),
  ),
  look(
    "removed-one-promiscuity",
    "the same once one of two is removed",
    COUNT,
    ...live,
    add("second"),
    ...up("second"),
    remove("second"),
  ),
];

const filtering = (id: string, text: string, ...steps: readonly Parameters<typeof shows>[4][]) =>
  shows(id, "M17", text, COUNT, ...steps);

/** A lower device with no filter of its own for unicast. */
const FILTER: readonly CheckSpec[] = [
  filtering("promiscuity-alone", "how often a lower device without endpoints takes every frame"),
  filtering("promiscuity-down", "the same with an endpoint that is down", bridge),
  filtering("promiscuity-up", "the same with an endpoint that is up", ...live),
  filtering("promiscuity-two", "the same with two that are up", ...live, add("second"), ...up("second")),
  filtering("promiscuity-told", "the same with one that is up and is promiscuous itself", ...live, {
    do: "set-promiscuous",
    device: "first",
    on: true,
  }),
  filtering(
    "promiscuity-told-passthru",
    "the same with a passthru one that is up and is promiscuous itself",
    add("first", { mode: "passthru" }),
    ...up("first"),
    { do: "set-promiscuous", device: "first", on: true },
  ),
];

export const LIFE_CHECKS: readonly CheckSpec[] = [...MOVED, ...LOWER_MOVED, ...LOWER_DOWN, ...REMOVED, ...FILTER];
