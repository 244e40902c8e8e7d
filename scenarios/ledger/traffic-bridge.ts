/** H4: an endpoint as a port of a Linux bridge, with a host behind it. */
import type { Watch } from "../../lab/model/frames-look.ts";
import type { CheckSpec } from "../../lab/model/scenario.ts";
import { ENDPOINT_KINDS, type EndpointKind, MODES, type Mode } from "../../lab/model/vocabulary.ts";
import { endpoints, frame } from "./frames.ts";

const scene = { bridgeOver: "first" } as const;
const claim = "H4";
const INSIDE: readonly Watch[] = ["first", "bridge", "behind"];

/** The bridge has its port's address; the host behind it has its own. */
const asPort = (mode: Mode, kind: EndpointKind): CheckSpec => ({
  id: `bridge-port-${kind}-${mode}`,
  claim,
  text: `a ${mode} ${kind} as a port of a Linux bridge: the bridge itself and a host behind it, to and from the external host`,
  steps: endpoints({ kind, mode }),
  look: {
    look: "frames",
    scene,
    send: [
      frame("bridge", "external", ["wire", "external"]),
      frame("external", "first", INSIDE),
      frame("behind", "first", ["wire", "bridge"]),
      frame("behind", "external", ["wire", "external"]),
      frame("external", "behind", ["lower:in", ...INSIDE]),
      frame("external", "everybody", INSIDE),
    ],
  },
});

const siblings = (mode: Mode): CheckSpec => ({
  id: `bridge-port-sibling-${mode}`,
  claim,
  text: `a host behind a Linux bridge whose port is a ${mode} endpoint, to and from a ${mode} sibling`,
  steps: endpoints(mode, mode),
  look: {
    look: "frames",
    scene,
    send: [
      frame("behind", "second", ["wire", "second"]),
      frame("second", "behind", ["wire", ...INSIDE]),
      frame("second", "everybody", ["wire", ...INSIDE]),
    ],
  },
});

/** What comes back from the switch comes from nobody the driver knows. */
const echo = (mode: Mode): CheckSpec => ({
  id: `bridge-port-echo-${mode}`,
  claim,
  text: `a broadcast of a host behind a Linux bridge whose port is a ${mode} endpoint, with reflective relay`,
  reflectiveRelay: true,
  steps: endpoints(mode),
  look: { look: "frames", scene, send: [frame("behind", "everybody", ["wire", "back", ...INSIDE])] },
});

export const BRIDGE_TRAFFIC: readonly CheckSpec[] = [
  ...ENDPOINT_KINDS.flatMap((kind) => MODES.map((mode) => asPort(mode, kind))),
  ...(["private", "vepa", "bridge"] as const).map(siblings),
  ...MODES.filter((mode) => mode !== "source").map(echo),
];
