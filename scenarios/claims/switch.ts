/** What is claimed about the switch: the ways to reflective relay, what keeps frames from coming back, and how fast it is. */
import type { Claim } from "../../lab/model/claim.ts";

const everybody = (state: "on" | "off") =>
  ["sysfs", "brctl", "bridge", "ip"].map((tool) => `${tool}=${state}`).join(" ");
const sentBack = (stp: boolean, relay: boolean) =>
  `ledger back-out-${stp ? "with" : "without"}-stp-${relay ? "with" : "without"}-relay`;

export const SWITCH_CLAIMS: readonly Claim[] = [
  {
    id: "M5",
    text: "Reflective relay can be switched on through sysfs (hairpin_mode), brctl hairpin and bridge link set ... hairpin on; all three are the same switch.",
    parts: [
      {
        says: "switched on by any of sysfs, brctl, bridge and ip, all four tell that it is on",
        checks: ["ledger relay-on-by-*"],
        seen: everybody("on"),
      },
      {
        says: "switched off by any of them, all four tell that it is off",
        checks: ["ledger relay-off-by-*"],
        seen: everybody("off"),
      },
    ],
  },
  {
    id: "M8",
    text: "Bridge mode is faster between siblings than VEPA through a reflecting switch.",
    parts: [
      {
        asks: "how many times as fast one way between siblings is as another",
        measured: [
          { what: "throughput throughput-bridge", to: "throughput-vepa" },
          { what: "throughput throughput-bridge", to: "throughput-veth" },
          { what: "throughput round-trip-vepa", to: "round-trip-bridge" },
          { what: "throughput round-trip-veth", to: "round-trip-bridge" },
        ],
        slow: true,
      },
    ],
  },
  {
    id: "M16",
    text: "It is STP that keeps an ordinary switch from sending a frame back out of its port.",
    parts: [
      {
        says: "with STP off and reflective relay off a frame is sent back out of its port",
        checks: [sentBack(false, false)],
        shows: [
          { frame: "first>second", count: "back=1" },
          { frame: "first>everybody", count: "back=1" },
        ],
      },
      {
        says: "with STP on and reflective relay on it is not",
        checks: [sentBack(true, true)],
        shows: [
          { frame: "first>second", count: "back=0" },
          { frame: "first>everybody", count: "back=0" },
        ],
      },
      {
        asks: "when the switch sends a frame back",
        checks: ["ledger back-out-*"],
      },
    ],
  },
];
