/** One ICMP echo exchange with real IP stacks, as the chain of frames it is made of. */
import { copiesAt, startFlow } from "./flow.ts";
import type { Judge } from "./judge.ts";
import { transmit } from "./transmit.ts";
import type { Place, World } from "./world.ts";
import { addressAt, BROADCAST, NOBODY } from "./world.ts";

/** ARP request (broadcast), ARP reply, echo request, echo reply: the answers are unicast, `there` and `back`. */
const EXCHANGE = [
  { way: "there", broadcast: true },
  { way: "back", broadcast: false },
  { way: "there", broadcast: false },
  { way: "back", broadcast: false },
] as const;

/** Whether every frame of the exchange gets to the other's stack. A macvtap nobody has open has its stack. */
export function pingReaches(world: World, from: Place, to: Place, judge: Judge): boolean {
  return EXCHANGE.every(({ way, broadcast }) => {
    const [sender, receiver] = way === "there" ? [from, to] : [to, from];
    const destination = broadcast ? BROADCAST : (addressAt(world, receiver) ?? NOBODY);
    return stackGets(world, sender, receiver, destination, judge);
  });
}

function stackGets(world: World, sender: Place, receiver: Place, destination: string, judge: Judge): boolean {
  const flow = startFlow(world, judge, { source: addressAt(world, sender) ?? NOBODY, destination });
  transmit(flow, sender);
  return copiesAt(flow, receiver).some(
    ({ type, by }) => by === "stack" && judge.ask("stack-takes-its-own", receiver, type),
  );
}
