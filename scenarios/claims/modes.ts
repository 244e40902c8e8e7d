/** What is claimed about the modes: who reaches whom. */
import type { Claim } from "../../lab/model/claim.ts";
import { frames, SHARING, siblings, talks, without } from "./select.ts";

const VEPAS = siblings(["vepa"], ["vepa"]);
const BRIDGES = siblings(["bridge"], ["bridge"]);
const FROM_PRIVATE = siblings(["private"], SHARING);
const TO_PRIVATE = siblings(SHARING, ["private"]);
const OFF = { relay: false } as const;
const ON = { relay: true } as const;

export const MODE_CLAIMS: readonly Claim[] = [
  {
    id: "M1",
    text: "A macvlan made without naming a mode is in VEPA mode.",
    parts: [
      {
        says: "a macvlan or macvtap made without naming a mode is in vepa mode",
        checks: ["basics default-mode-macvlan", "basics default-mode-macvtap"],
        seen: "vepa",
      },
    ],
  },
  {
    id: "M3",
    text: "VEPA sends everything out to the external switch, even for a sibling on the same lower device.",
    parts: [
      {
        says: "every frame of a vepa endpoint for a sibling is on the wire",
        cells: [
          frames(siblings(["vepa"], SHARING)),
          frames(siblings(["vepa"], SHARING), ["multicast-not-joined", "unknown-unicast"]),
        ],
        seen: { wire: "some" },
      },
    ],
  },
  {
    id: "M4",
    text: "With an ordinary switch VEPA siblings cannot talk; with reflective relay on the port they can.",
    parts: [
      {
        says: "without reflective relay no frame of a vepa endpoint reaches a vepa sibling",
        cells: [frames({ ...VEPAS, ...OFF })],
        seen: { reached: false },
      },
      {
        says: "with reflective relay frames of a vepa endpoint reach a vepa sibling",
        cells: [frames({ ...VEPAS, ...ON })],
        seen: { reached: true },
      },
      {
        says: "without reflective relay no ping, UDP or TCP between vepa siblings is answered",
        cells: [talks({ ...VEPAS, ...OFF })],
        seen: { reached: false },
      },
      {
        says: "with reflective relay pings, UDP and TCP between vepa siblings are answered",
        cells: [talks({ ...VEPAS, ...ON })],
        seen: { reached: true },
      },
    ],
  },
  {
    id: "M6",
    text: "Without reflective relay, VEPA siblings in different subnets can still talk through a router behind the switch.",
    parts: [
      {
        says: "pings, UDP and TCP across the router are answered without reflective relay",
        cells: [talks({ ...VEPAS, ...OFF, route: "router" })],
        seen: { reached: true },
      },
    ],
  },
  {
    id: "M7",
    text: "Bridge siblings talk directly; their frames never reach the wire; and it works with ordinary switches.",
    parts: [
      {
        says: "frames of a bridge endpoint reach a bridge sibling without reflective relay",
        cells: [frames({ ...BRIDGES, ...OFF })],
        seen: { reached: true },
      },
      {
        says: "no frame of a bridge endpoint for a bridge sibling is ever on the wire",
        cells: [frames(BRIDGES)],
        seen: { wire: "none" },
      },
      {
        says: "pings, UDP and TCP between bridge siblings are answered without reflective relay",
        cells: [talks({ ...BRIDGES, ...OFF })],
        seen: { reached: true },
      },
    ],
  },
  {
    id: "M9",
    text: "Bridge mode reaches a sibling directly only if that sibling is in bridge mode too.",
    parts: [
      {
        says: "without reflective relay frames of a bridge endpoint reach bridge siblings",
        cells: [frames({ ...BRIDGES, ...OFF })],
        seen: { reached: true },
      },
      {
        says: "without reflective relay frames of a bridge endpoint reach no sibling in another mode",
        cells: [frames({ ...siblings(["bridge"], without("bridge")), ...OFF })],
        seen: { reached: false },
      },
      {
        says: "two private siblings changed to bridge while up reach each other",
        checks: ["basics mode-change-in-force"],
        seen: "first=0 second=1 lower-host=0",
      },
    ],
  },
  {
    id: "M10",
    text: "Private endpoints cannot talk to siblings even if a reflecting switch or a router sends the traffic back.",
    parts: [
      {
        says: "with reflective relay no frame of a private endpoint reaches a sibling",
        cells: [frames({ ...FROM_PRIVATE, ...ON })],
        seen: { reached: false },
      },
      {
        says: "with reflective relay no frame of a sibling reaches a private endpoint",
        cells: [frames({ ...TO_PRIVATE, ...ON })],
        seen: { reached: false },
      },
      {
        says: "with reflective relay no ping, UDP or TCP between a private endpoint and a sibling is answered",
        cells: [talks({ ...FROM_PRIVATE, ...ON }), talks({ ...TO_PRIVATE, ...ON })],
        seen: { reached: false },
      },
      {
        says: "with reflective relay none is answered where both were told each other's address beforehand",
        cells: [
          talks({ ...FROM_PRIVATE, ...ON, neighbours: "static" }),
          talks({ ...TO_PRIVATE, ...ON, neighbours: "static" }),
        ],
        seen: { reached: false },
      },
      {
        says: "without reflective relay none is answered across a router behind the switch",
        cells: [talks({ ...FROM_PRIVATE, ...OFF, route: "router" }), talks({ ...TO_PRIVATE, ...OFF, route: "router" })],
        seen: { reached: false },
      },
    ],
  },
  {
    id: "M11",
    text: "It is the destination's mode that decides whether private isolation applies.",
    open: true,
    parts: [
      {
        says: "with reflective relay frames of a private endpoint reach siblings in other modes",
        cells: [frames({ ...siblings(["private"], without("private")), ...ON })],
        seen: { reached: true },
      },
      {
        says: "with reflective relay frames of siblings in other modes reach no private endpoint",
        cells: [frames({ ...siblings(without("private"), ["private"]), ...ON })],
        seen: { reached: false },
      },
      {
        asks: "which frames from or to a private endpoint reach the sibling",
        cells: [frames(FROM_PRIVATE), frames(TO_PRIVATE)],
      },
      {
        asks: "which conversations from or to a private endpoint are answered",
        cells: [talks(FROM_PRIVATE), talks(TO_PRIVATE)],
      },
    ],
  },
  {
    id: "M12",
    text: "What happens between siblings in different modes (VEPA to bridge, bridge to VEPA, private to VEPA, ...), each way.",
    open: true,
    parts: [
      {
        asks: "which unicast frames reach a sibling in another mode",
        cells: [frames({ ...siblings(SHARING, SHARING), modes: "different" }, ["unicast"])],
      },
      {
        asks: "which broadcasts and multicasts to joined groups reach a sibling in another mode",
        cells: [frames({ ...siblings(SHARING, SHARING), modes: "different" }, ["broadcast", "multicast-joined"])],
      },
      {
        asks: "which conversations between siblings in different modes are answered",
        cells: [talks({ ...siblings(SHARING, SHARING), modes: "different" })],
      },
      {
        asks: "which are answered where both were told each other's address beforehand",
        cells: [talks({ ...siblings(SHARING, SHARING), modes: "different", neighbours: "static" })],
      },
    ],
  },
];
