/** Claims no scenario asks about yet, and what that takes. */
import type { Claim } from "../../lab/model/claim.ts";

const ENGINE = "a container engine, for which no scenario is there yet";
const DEVICES = "lower devices other than a veth, for which no scenario is there yet";

export const OPEN_CLAIMS: readonly Claim[] = [
  {
    id: "L1",
    text: "The matrix is the same whatever the lower device is: veth, dummy, VLAN, bond, bridge, virtio-net, e1000, e1000e, vmxnet3, rtl8139 (emulated), wireless.",
    parts: [{ says: "every lower device gives the matrix of the veth", lacks: DEVICES }],
  },
  {
    id: "C1",
    text: "Container engines' macvlan networks give the reachability of the mode they are made with; the container cannot reach its host.",
    parts: [{ says: "containers on such a network fare as endpoints of its mode do", lacks: ENGINE }],
  },
];
