/** Source lists: who gets the frames of a listed sender, and who still gets them with nodst. */
import type { CheckSpec, CheckStep, EndpointRequest } from "../../lab/model/scenario.ts";
import { add, setMode, up } from "./steps.ts";

const claim = "M2";

/** `first` is a source endpoint with this list, `second` and `third` are bridge endpoints. */
const beside = (request: Pick<EndpointRequest, "sources" | "nodst">): CheckStep[] => [
  add("first", { mode: "source", ...request }),
  add("second", { mode: "bridge", address: "given" }),
  add("third", { mode: "bridge" }),
  ...up("first", "second", "third"),
];

const fromExternal = {
  look: "copies",
  from: "external",
  to: "second",
  at: ["first", "second", "third", "lower-host"],
} as const;
const toItself = { look: "copies", from: "external", to: "first", at: ["first", "lower-host"] } as const;
const betweenBridges = { look: "copies", from: "second", to: "third", at: ["first", "third", "lower-host"] } as const;
const alone = (request: Pick<EndpointRequest, "sources">): CheckStep[] => [
  add("first", { mode: "source", ...request }),
  ...up("first"),
];

const CHECKS: readonly CheckSpec[] = [
  {
    id: "source-copy",
    text: "a listed sender's frame to another endpoint",
    steps: beside({ sources: ["external"] }),
    look: fromExternal,
  },
  {
    id: "source-no-copy",
    text: "an unlisted sender's frame to another endpoint",
    steps: beside({ sources: ["second"] }),
    look: fromExternal,
  },
  {
    id: "source-nodst",
    text: "a listed sender's frame to another endpoint, with nodst",
    steps: beside({ sources: ["external"], nodst: true }),
    look: fromExternal,
  },
  {
    id: "source-nodst-unlisted",
    text: "an unlisted sender's frame to another endpoint, with nodst",
    steps: beside({ sources: ["second"], nodst: true }),
    look: fromExternal,
  },
  {
    id: "source-copy-of-siblings",
    text: "a listed sibling's frame to another sibling, both bridge",
    steps: beside({ sources: ["second"] }),
    look: betweenBridges,
  },
  {
    id: "source-nodst-siblings",
    text: "a listed sibling's frame to another sibling, both bridge, with nodst",
    steps: beside({ sources: ["second"], nodst: true }),
    look: betweenBridges,
  },
  {
    id: "source-to-itself-listed",
    text: "a listed sender's frame to the source endpoint itself",
    steps: alone({ sources: ["external"] }),
    look: toItself,
  },
  {
    id: "source-to-itself-unlisted",
    text: "a frame to a source endpoint without a list",
    steps: alone({}),
    look: toItself,
  },
  {
    id: "source-down",
    text: "a listed sender's frame while the source endpoint is down",
    steps: [add("first", { mode: "source", sources: ["external"] })],
    look: toItself,
  },
  {
    id: "source-list-in-vepa",
    text: "making a vepa endpoint with a source list",
    steps: [add("first", { mode: "vepa", sources: ["external"] })],
    look: { look: "error" },
  },
  {
    id: "source-two-lists",
    text: "a sender on the lists of two source endpoints",
    steps: [
      add("first", { mode: "source", sources: ["external"] }),
      add("second", { mode: "source", sources: ["external"] }),
      ...up("first", "second"),
    ],
    look: { look: "copies", from: "external", to: "second", at: ["first", "second", "lower-host"] },
  },
  {
    id: "source-list-after-naming-mode",
    text: "a listed sender's frame once source mode was named again",
    steps: [...alone({ sources: ["external"] }), setMode("first", "source")],
    look: toItself,
  },
  {
    id: "source-list-after-mode-change",
    text: "a listed sender's frame once the endpoint was in bridge mode and back",
    steps: [...alone({ sources: ["external"] }), setMode("first", "bridge"), setMode("first", "source")],
    look: toItself,
  },
];

export const SOURCE_CHECKS: readonly CheckSpec[] = CHECKS.map((check) => ({ ...check, claim }));
