/**
 * The look `frames`: single frames sent through the world of a check, and what was seen of each where. What stands beside
 * the endpoints is its scene, put up once the steps are done.
 */

export type EndpointName = "first" | "second" | "third";

/**
 * `first-again`: `first` through a second opener of its character device. `behind`: a host with an address of its own
 * behind a Linux bridge. `bridge`: that bridge's own stack. `vlan`: the stack of the scene's VLAN device. `nested`: the
 * macvlan of the scene.
 */
export type Sender = EndpointName | "first-again" | "external" | "lower-host" | "behind" | "bridge" | "nested";

/**
 * Places copies are counted at, as `copies` counts them, and places a frame passes: `first:in`, `first:out`, `lower:in`,
 * `lower:out`: a packet socket on that interface, by direction. `wire`: copies that entered the switch from the lower
 * device; `back`: that left it by the port of the lower device. `dropped`: by how much the lower device's counter of
 * frames it dropped on receiving grew, while all frames were sent.
 */
export type Watch =
  | EndpointName
  | "first-again"
  | "external"
  | "lower-host"
  | "behind"
  | "bridge"
  | "vlan"
  | "nested"
  | `${EndpointName | "lower"}:${"in" | "out"}`
  | "wire"
  | "back"
  | "dropped";

/**
 * Whom a frame is for. `foreign`: an address nobody has, which the switch takes to be the lower device's side.
 * `unknown`: one nobody knows. `everybody`: broadcast.
 */
export type Addressee =
  | EndpointName
  | ("external" | "lower-host" | "behind" | "nested")
  | ("foreign" | "unknown" | "everybody");

export interface Sent {
  readonly from: Sender;
  readonly to: Addressee;
  /** Its source address is `foreign` instead of the sender's. */
  readonly as?: "foreign";
  /** With a VLAN tag. */
  readonly tagged?: true;
  /**
   * So many frames, IPv4 and UDP, each of a flow of its own or all of one. Shown is `together=32 readers=2`: the copies
   * that all of `at` got, and how many of `at` got any.
   */
  readonly many?: { readonly frames: number; readonly flows: "one" | "each" };
  readonly at: readonly Watch[];
}

/** What stands beside the endpoints. Whatever it names has to exist. */
export interface Scene {
  /** The switch runs the spanning tree protocol; its ports forward. */
  readonly stp?: true;
  /**
   * A Linux bridge with the address of this endpoint, which is one port of it; another leads to the host `behind`, whose
   * address the switch knows to be on the lower device's side.
   */
  readonly bridgeOver?: "first";
  /** A VLAN device for the tag of tagged frames. */
  readonly vlanOver?: "first" | "lower";
  readonly promiscuous?: readonly EndpointName[];
  /** macvtaps nobody has the character device of open. */
  readonly unread?: readonly EndpointName[];
  /** The character device of `first` is opened twice. */
  readonly openedTwice?: true;
  /**
   * `first` is a macvtap and the network card of a guest. What is over it, promiscuous or has another address is so in
   * the guest; `first` are copies the card handed to the guest.
   */
  readonly inside?: "guest";
  /** A bridge-mode macvlan with an address of its own, in the guest. */
  readonly macvlanOver?: "first";
  /** The guest gave its card the address `foreign`; `first` as an addressee still is the macvtap's. */
  readonly address?: "foreign";
}

/** What changes between two rounds of frames. */
export type Change =
  | { readonly change: "list"; readonly device: EndpointName; readonly by: "add" | "del" | "flush" }
  | { readonly change: "down" | "up"; readonly device: EndpointName | "lower" }
  /** Into another network namespace and back. */
  | { readonly change: "move"; readonly device: EndpointName };

/**
 * The frames of `send`, then the changes of `then`, then the frames of `again`, each once the one before has arrived.
 * The value names the counts of every frame in order: `first>second: second=1 wire=0; second>first: first=1 wire=0`,
 * those of `again` behind ` then `. `absent` where a sender or addressee does not exist. A `list` change is about the
 * external host's address. The error a scene is refused with is the value: `EBUSY`.
 */
export interface FramesLook {
  readonly look: "frames";
  readonly scene?: Scene;
  readonly send: readonly Sent[];
  readonly then?: readonly Change[];
  readonly again?: readonly Sent[];
}

/** `first as foreign>everybody`: what one frame is called in the value. */
export function sentName({ from, to, as, tagged, many }: Sent): string {
  const flows = many ? ` ${many.frames} of ${many.flows === "one" ? "one flow" : "as many flows"}` : "";
  return `${from}${as ? ` as ${as}` : ""}>${to}${tagged ? " tagged" : ""}${flows}`;
}

/** The endpoints a look's frames are sent by or to. */
export function namedEndpoints({ send, again = [] }: FramesLook): EndpointName[] {
  const names = [...send, ...again].flatMap(({ from, to }) => [from === "first-again" ? "first" : from, to]);
  const isEndpoint = (name: string): name is EndpointName => ["first", "second", "third"].includes(name);
  return [...new Set(names.filter(isEndpoint))];
}

/** The counts of frames in the order of `send` and `again`, as one value. */
export function framesValue(look: FramesLook, counts: readonly string[]): string {
  const all = [...look.send, ...(look.again ?? [])];
  const named = all.map((sent, index) => `${sentName(sent)}: ${counts[index]}`);
  const rounds = [named.slice(0, look.send.length), named.slice(look.send.length)].filter((round) => round.length > 0);
  return rounds.map((round) => round.join("; ")).join(" then ");
}

/** What all of several places together got of many frames. */
export function togetherText(copies: readonly number[]): string {
  const together = copies.reduce((sum, count) => sum + count, 0);
  return `together=${together} readers=${copies.filter((count) => count > 0).length}`;
}
