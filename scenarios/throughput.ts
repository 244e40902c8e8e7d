/** How fast siblings talk, by the way their frames take. */
import { type MeasureSpec, SIBLING_PATHS, type SiblingPath } from "../lab/model/measure.ts";
import type { Scenario } from "../lab/model/scenario.ts";

const PHRASES: Readonly<Record<SiblingPath, string>> = {
  bridge: "two bridge-mode macvlans on one lower device",
  vepa: "two VEPA macvlans on one lower device, through a switch with reflective relay",
  veth: "two veths that are ports of a Linux bridge",
};

const measures = SIBLING_PATHS.flatMap((path): MeasureSpec[] => [
  {
    id: `throughput-${path}`,
    claim: "M8",
    text: `one TCP stream between ${PHRASES[path]}`,
    measured: "throughput",
    path,
  },
  {
    id: `round-trip-${path}`,
    claim: "M8",
    text: `the round trip of a ping between ${PHRASES[path]}`,
    measured: "round-trip",
    path,
  },
]);

export const throughput: Scenario = {
  name: "throughput",
  title: "How fast siblings talk: bridge mode, VEPA through a reflecting switch, and a plain bridge with veths",
  claims: ["M8"],
  slow: true,
  privileged: false,
  measures,
};
