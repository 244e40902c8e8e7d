/** A passthru endpoint and its lower device share one address: who gives it to whom, and what is left afterwards. */
import type { CheckSpec } from "../../lab/model/scenario.ts";
import { add, refuses, remove, setAddress, setMode, shows, up } from "./steps.ts";

const claim = "M14";
const passthru = add("first", { mode: "passthru" });
const LOWER = ["lower", "whose-address"] as const;
const FIRST = ["first", "whose-address"] as const;
const spare = setAddress("first", "spare");

const ADDRESSES: readonly CheckSpec[] = [
  shows(
    "passthru-address-to-lower",
    claim,
    "the lower device's address once its passthru endpoint, which is down, is given another",
    LOWER,
    passthru,
    spare,
  ),
  shows(
    "passthru-address-to-lower-live",
    claim,
    "the lower device's address once its passthru endpoint, which is up, is given another",
    LOWER,
    passthru,
    ...up("first"),
    spare,
  ),
  shows("passthru-address-own", claim, "that endpoint's own address", FIRST, passthru, ...up("first"), spare),
  shows(
    "passthru-address-handed-back",
    claim,
    "the lower device's address once that endpoint is removed",
    LOWER,
    passthru,
    ...up("first"),
    spare,
    remove("first"),
  ),
  shows(
    "passthru-follows-lower",
    claim,
    "a passthru endpoint's address once its lower device is given another",
    FIRST,
    passthru,
    ...up("first"),
    setAddress("lower", "spare"),
  ),
  shows(
    "passthru-follows-lower-down",
    claim,
    "the same, the endpoint being down",
    FIRST,
    passthru,
    setAddress("lower", "spare"),
  ),
  shows(
    "passthru-lower-keeps-own-change",
    claim,
    "the lower device's address once it was given another itself and its passthru endpoint is removed",
    LOWER,
    passthru,
    ...up("first"),
    setAddress("lower", "spare"),
    remove("first"),
  ),
  refuses(
    "passthru-address-group",
    claim,
    "giving a passthru endpoint a group's address",
    passthru,
    ...up("first"),
    setAddress("first", "group"),
  ),
];

const LIFE: readonly CheckSpec[] = [
  refuses(
    "passthru-room-again",
    claim,
    "making a bridge endpoint where a passthru one was removed",
    passthru,
    remove("first"),
    add("second", { mode: "bridge" }),
  ),
  refuses(
    "passthru-after-others",
    claim,
    "making a passthru endpoint where all others were removed",
    add("first", { mode: "bridge" }),
    remove("first"),
    add("second", { mode: "passthru" }),
  ),
  refuses(
    "passthru-on-passthru",
    claim,
    "making an endpoint on a passthru endpoint",
    passthru,
    add("second", { on: "first" }),
  ),
  refuses(
    "passthru-macvtap-beside",
    claim,
    "making a macvtap beside a passthru macvtap",
    add("first", { kind: "macvtap", mode: "passthru" }),
    add("second", { kind: "macvtap" }),
  ),
  refuses(
    "passthru-change-live",
    claim,
    "changing a bridge endpoint that is up to passthru",
    add("first", { mode: "bridge" }),
    ...up("first"),
    setMode("first", "passthru"),
  ),
];

export const PASSTHRU_LIFE_CHECKS: readonly CheckSpec[] = [...ADDRESSES, ...LIFE];
