/** How an endpoint's MTU hangs on its lower device's, which is 1500 unless a step sets it. */
import type { CheckSpec, CheckStep } from "../../lab/model/scenario.ts";
import { add, setMtu } from "./steps.ts";

const mtuAfter = (id: string, text: string, ...steps: CheckStep[]): CheckSpec => ({
  id,
  text,
  steps,
  look: { look: "mtu", device: "first" },
});

const errorAfter = (id: string, text: string, ...steps: CheckStep[]): CheckSpec => ({
  id,
  text,
  steps,
  look: { look: "error" },
});

export const MTU_CHECKS: readonly CheckSpec[] = [
  mtuAfter("mtu-default", "the MTU of an endpoint made without one", setMtu("lower", 1400), add("first")),
  mtuAfter("mtu-given", "the MTU of an endpoint made with a smaller one", add("first", { mtu: 1300 })),
  mtuAfter("mtu-lowered", "the endpoint's MTU once the lower device's is lowered", add("first"), setMtu("lower", 1400)),
  mtuAfter(
    "mtu-lowered-not-below",
    "the endpoint's MTU once the lower device's is lowered, but not below it",
    add("first", { mtu: 1300 }),
    setMtu("lower", 1400),
  ),
  mtuAfter("mtu-raised", "the endpoint's MTU once the lower device's is raised", add("first"), setMtu("lower", 2000)),
  errorAfter(
    "mtu-above-lower-add",
    "making an endpoint with an MTU above its lower device's",
    add("first", { mtu: 1501 }),
  ),
  errorAfter(
    "mtu-above-lower-set",
    "raising an endpoint's MTU above its lower device's",
    add("first"),
    setMtu("first", 1501),
  ),
  errorAfter("mtu-below-lower-set", "lowering an endpoint's MTU", add("first"), setMtu("first", 1400)),
  errorAfter("mtu-too-small-add", "making an endpoint with an MTU of 67", add("first", { mtu: 67 })),
];
