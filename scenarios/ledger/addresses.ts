/** When an endpoint's address may change, and to what; the lower device's beside it. */
import type { CheckSpec } from "../../lab/model/scenario.ts";
import { add, down, refuses, setAddress, shows, up } from "./steps.ts";

const claim = "H5";
const bridge = add("first", { mode: "bridge" });
const pair = [bridge, add("second", { mode: "bridge" })];
const pairUp = [...pair, ...up("first", "second")];

export const ADDRESS_CHANGE_CHECKS: readonly CheckSpec[] = [
  shows(
    "address-changed-live",
    claim,
    "the address of an endpoint that is up, once it is changed",
    ["first", "whose-address"],
    ...[bridge, ...up("first"), setAddress("first", "spare")],
  ),
  refuses(
    "address-changed-to-own",
    claim,
    "giving an endpoint the address it has",
    bridge,
    ...up("first"),
    setAddress("first", "first"),
  ),
  refuses(
    "address-to-siblings-up",
    claim,
    "giving an endpoint that is up the address of a sibling that is up",
    ...pairUp,
    setAddress("first", "second"),
  ),
  refuses(
    "address-to-siblings-from-down",
    claim,
    "giving an endpoint that is down the address of a sibling that is up",
    ...pair,
    ...up("second"),
    setAddress("first", "second"),
  ),
  refuses(
    "address-to-down-siblings",
    claim,
    "giving an endpoint that is up the address of a sibling that is down",
    ...pair,
    ...up("first"),
    setAddress("first", "second"),
  ),
  refuses(
    "address-to-lowers-up",
    claim,
    "giving an endpoint that is up its lower device's address",
    bridge,
    ...up("first"),
    setAddress("first", "lower"),
  ),
  refuses(
    "address-to-lowers-down",
    claim,
    "giving an endpoint that is down its lower device's address",
    bridge,
    setAddress("first", "lower"),
  ),
  refuses(
    "address-to-group",
    claim,
    "giving an endpoint a group's address",
    bridge,
    ...up("first"),
    setAddress("first", "group"),
  ),
  refuses("address-to-zero", claim, "giving an endpoint an address of zeros", bridge, setAddress("first", "zero")),
  refuses("address-group-add", claim, "making an endpoint with a group's address", add("first", { address: "group" })),
  refuses(
    "lower-takes-endpoints-address",
    claim,
    "giving a lower device the address of an endpoint that is up",
    bridge,
    ...up("first"),
    setAddress("lower", "first"),
  ),
  refuses(
    "lower-took-address-reopen",
    claim,
    "bringing an endpoint up again whose address its lower device was given meanwhile",
    ...[bridge, ...up("first"), setAddress("lower", "first"), down("first"), ...up("first")],
  ),
  shows(
    "lowers-address-apart",
    claim,
    "a lower device's address once its bridge endpoint's is changed",
    ["lower", "whose-address"],
    ...[bridge, ...up("first"), setAddress("first", "spare")],
  ),
  shows(
    "address-apart-from-lowers",
    claim,
    "a bridge endpoint's address once its lower device's is changed",
    ["first", "whose-address"],
    ...[add("first", { mode: "bridge", address: "given" }), ...up("first"), setAddress("lower", "spare")],
  ),
];
