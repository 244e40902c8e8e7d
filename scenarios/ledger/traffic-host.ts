/** H2, H6: an endpoint the host keeps for itself beside its guests', and endpoints made on endpoints. */
import type { CheckSpec } from "../../lab/model/scenario.ts";
import type { Mode } from "../../lab/model/vocabulary.ts";
import { add, up } from "../basics/steps.ts";
import { endpoints, frame, withRelay } from "./frames.ts";

const SHARING: readonly Mode[] = ["private", "vepa", "bridge", "source"];

/** `first` is the host's. */
const kept = (host: Mode, guest: Mode, reflectiveRelay: boolean): CheckSpec => ({
  id: `host-${host}-guest-${guest}-${withRelay(reflectiveRelay)}`,
  claim: "H2",
  text: `a ${host} macvlan of the host and a ${guest} guest on one lower device, ${reflectiveRelay ? "with" : "without"} reflective relay`,
  reflectiveRelay,
  steps: endpoints(host, { kind: "macvtap", mode: guest }),
  look: {
    look: "frames",
    send: [
      frame("first", "second", ["second"]),
      frame("second", "first", ["first"]),
      frame("first", "everybody", ["second"]),
      frame("second", "everybody", ["first"]),
    ],
  },
});

const besidePassthru: CheckSpec = {
  id: "host-macvlan-beside-passthru",
  claim: "H2",
  text: "making a macvlan for the host beside a passthru guest",
  steps: [add("first", { kind: "macvtap", mode: "passthru" }), add("second", { mode: "bridge" })],
  look: { look: "error" },
};

/** `second` is made on `first`. */
const nested = (outer: Mode, inner: Mode): CheckSpec => ({
  id: `nested-${inner}-on-${outer}`,
  claim: "H6",
  text: `a ${inner} macvlan made on a ${outer} one: which devices its frames pass, and how often`,
  steps: [
    add("first", { mode: outer, ...(outer === "source" && { sources: ["external"] }) }),
    add("second", { mode: inner, on: "first", ...(inner === "source" && { sources: ["external"] }) }),
    ...up("first", "second"),
  ],
  look: {
    look: "frames",
    send: [
      frame("second", "external", ["second:out", "first:in", "first:out", "lower:out", "wire", "external"]),
      frame("external", "second", ["lower:in", "first", "second", "second:in"]),
      frame("first", "second", ["lower:out", "lower:in", "wire", "second"]),
    ],
  },
});

export const HOST_TRAFFIC: readonly CheckSpec[] = [
  ...SHARING.flatMap((host) => SHARING.flatMap((guest) => [kept(host, guest, false), kept(host, guest, true)])),
  besidePassthru,
  ...SHARING.flatMap((outer) => SHARING.map((inner) => nested(outer, inner))),
];
