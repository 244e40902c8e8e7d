/** A passthru endpoint and its lower device share one address: who gives it to whom, and what is left afterwards. */
import type { CheckSpec } from "../../lab/model/scenario.ts";
import { add, down, refuses, remove, setAddress, setMode, setNopromisc, shows, up } from "./steps.ts";

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

const COUNT = ["lower", "promiscuity"] as const;

/** How often the lower device is told to take every frame. */
const PROMISCUITY: readonly CheckSpec[] = [
  shows(
    "promiscuity-passthru",
    "M13",
    "the lower device's promiscuity with a passthru endpoint that is up",
    COUNT,
    passthru,
    ...up("first"),
  ),
  shows(
    "promiscuity-passthru-down",
    "M13",
    "the same once the endpoint is taken down",
    COUNT,
    passthru,
    ...up("first"),
    down("first"),
  ),
  shows(
    "promiscuity-passthru-removed",
    "M13",
    "the same once the endpoint is removed while up",
    COUNT,
    passthru,
    ...up("first"),
    remove("first"),
  ),
  shows(
    "promiscuity-nopromisc",
    "M13",
    "the same with nopromisc",
    COUNT,
    add("first", { mode: "passthru", nopromisc: true }),
    ...up("first"),
  ),
  shows(
    "promiscuity-nopromisc-live",
    "M13",
    "the same once nopromisc is set while the endpoint is up",
    COUNT,
    passthru,
    ...up("first"),
    setNopromisc("first", true),
  ),
  shows(
    "promiscuity-nopromisc-live-off",
    "M13",
    "the same once nopromisc is taken back while the endpoint is up",
    COUNT,
    add("first", { mode: "passthru", nopromisc: true }),
    ...up("first"),
    setNopromisc("first", false),
  ),
  shows(
    "promiscuity-nopromisc-idle",
    "M13",
    "the same once nopromisc is set before the endpoint comes up",
    COUNT,
    passthru,
    setNopromisc("first", true),
    ...up("first"),
  ),
  shows(
    "promiscuity-nopromisc-idle-off",
    "M13",
    "the same once nopromisc is taken back before the endpoint comes up",
    COUNT,
    add("first", { mode: "passthru", nopromisc: true }),
    setNopromisc("first", false),
    ...up("first"),
  ),
];

export const PASSTHRU_LIFE_CHECKS: readonly CheckSpec[] = [...ADDRESSES, ...LIFE, ...PROMISCUITY];
