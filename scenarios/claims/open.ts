/** Claims about what endpoints stand on, and one no scenario asks about yet. */
import type { Claim } from "../../lab/model/claim.ts";
import { LOWER_KINDS } from "../../lab/model/vocabulary.ts";

const DEVICES = LOWER_KINDS.filter((kind) => kind !== "veth");

export const OPEN_CLAIMS: readonly Claim[] = [
  {
    id: "L1",
    text: "The matrix is the same whatever the lower device is: veth, dummy, VLAN, bond, bridge, virtio-net, e1000, e1000e, vmxnet3, rtl8139 (emulated), wireless.",
    parts: DEVICES.map((lower) => ({ says: `the matrix over ${lower} is that over veths`, lower })),
  },
];
