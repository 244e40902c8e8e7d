/** Lower devices that go down, are unplugged or go, endpoints that go, and what is left. */
import type { CheckSpec } from "../../lab/model/scenario.ts";
import {
  add,
  down,
  showsUnclaimed as look,
  moveAway,
  raise,
  refusesUnclaimed as refusal,
  remove,
  up,
} from "./steps.ts";

const bridge = add("first", { mode: "bridge", address: "given" });
const live = [bridge, ...up("first")];
const STATE = ["first", "state"] as const;
const COUNT = ["lower", "promiscuity"] as const;

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

export const LOWER_CHECKS: readonly CheckSpec[] = [...LOWER_DOWN, ...REMOVED];
