/** Where an endpoint's address comes from, and when one in use already is refused. */
import type { CheckSpec, EndpointRequest } from "../../lab/model/scenario.ts";
import { ENDPOINT_KINDS, type EndpointKind, type Mode } from "../../lab/model/vocabulary.ts";
import { add, up } from "./steps.ts";

const MODES_WITH_OWN: readonly Mode[] = ["private", "vepa", "bridge", "source"];

const addressOf = (id: string, claim: string, text: string, request: Partial<EndpointRequest>): CheckSpec => ({
  id,
  claim,
  text,
  steps: [add("first", request)],
  look: { look: "address", device: "first" },
});

const generated = (mode: Mode): CheckSpec =>
  addressOf(`address-generated-${mode}`, "H5", `the address of a ${mode} endpoint made without one`, { mode });

const given = (kind: EndpointKind): CheckSpec =>
  addressOf(`address-given-${kind}`, "H5", `the address of a ${kind} made with one`, { kind, address: "given" });

const look = { look: "error" } as const;
const lowersAddress = add("first", { mode: "bridge", address: "lower" });
const siblingsAddress = [add("first", { mode: "bridge" }), add("second", { mode: "bridge", address: "sibling" })];

const DUPLICATES: readonly CheckSpec[] = [
  { id: "duplicate-of-lower-add", text: "making an endpoint with its lower device's address", steps: [lowersAddress] },
  { id: "duplicate-of-lower-up", text: "bringing that endpoint up", steps: [lowersAddress, ...up("first")] },
  { id: "duplicate-of-sibling-add", text: "making an endpoint with a sibling's address", steps: siblingsAddress },
  {
    id: "duplicate-of-sibling-up",
    text: "bringing an endpoint up that has the address of a sibling that is up",
    steps: [...siblingsAddress, ...up("first", "second")],
  },
  {
    id: "duplicate-of-down-sibling-up",
    text: "bringing an endpoint up that has the address of a sibling that is down",
    steps: [...siblingsAddress, ...up("second")],
  },
  {
    id: "passthru-up",
    text: "bringing a passthru endpoint up, which has its lower device's address",
    steps: [add("first", { mode: "passthru" }), ...up("first")],
  },
].map((check) => ({ ...check, claim: "H5", look }));

/** The table of addresses holds endpoints that are up. */
const downSibling: CheckSpec = {
  id: "duplicate-of-down-sibling-frame",
  claim: "H5",
  text: "a frame for an address two siblings have, one of them up",
  steps: [...siblingsAddress, ...up("second")],
  look: { look: "copies", from: "external", to: "second", at: ["first", "second", "lower-host"] },
};

export const ADDRESS_CHECKS: readonly CheckSpec[] = [
  addressOf("address-passthru", "M14", "the address of a passthru endpoint made without one", { mode: "passthru" }),
  addressOf("address-passthru-given", "M14", "the address of a passthru endpoint made with one", {
    mode: "passthru",
    address: "given",
  }),
  ...MODES_WITH_OWN.map(generated),
  ...ENDPOINT_KINDS.map(given),
  ...DUPLICATES,
  downSibling,
];
