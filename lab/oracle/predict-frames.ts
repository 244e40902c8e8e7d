/** Predicts what is seen of single frames: each sent through the world as the scene and the changes made it. */
import type { Addressee, Change, FramesLook, Sender, Sent, Watch } from "../model/frames-look.ts";
import { framesValue, togetherText } from "../model/frames-look.ts";
import type { Mac } from "../model/topology.ts";
import { EXTERNAL, LOWER } from "./check-steps.ts";
import { bringUp } from "./control.ts";
import { arriveAtHost, copiesAt, type Flow, hostOf, passesOf, record, startFlow } from "./flow.ts";
import { CARD_FILTER, CARD_IS_ITS_OWN, type CardFacts, cardTakes } from "./guest-card.ts";
import type { Judge } from "./judge.ts";
import { transmit } from "./transmit.ts";
import type { Frame, Place, Station, World } from "./world.ts";
import { addressAt, BROADCAST, isGroup, NOBODY } from "./world.ts";

const BEHIND = { name: "behind", address: "02:6d:00:00:01:0b" };
const FOREIGN: Mac = "02:6d:00:00:01:0c";
const NESTED = { name: "nested", address: "02:6d:00:00:01:0d" };
/** Copies a guest's card hands to its guest. */
const CARD = "card";

/** The text a run observes, and whom the decisions it rests on are about. */
export interface FramesPrediction {
  readonly value: string;
  readonly about: readonly string[];
  /** What it rests on that is no decision of the kernel: of a guest. */
  readonly beside: readonly string[];
}

export function predictFrames(before: World, look: FramesLook, judge: Judge): FramesPrediction {
  const watches = [...look.send, ...(look.again ?? [])].flatMap(({ at }) => at);
  const about = [...watches, LOWER.name, hostOf(LOWER.name), EXTERNAL.name, hostOf(EXTERNAL.name)];
  const first = before.stations.find(({ name }) => name === "first");
  const inGuest = look.scene?.inside !== undefined;
  const beside = inGuest ? [CARD_FILTER, CARD_IS_ITS_OWN] : [];
  if (look.scene?.bridgeOver && !inGuest && first && judge.ask("one-handler-a-device", "first", first.kind))
    return { value: "EBUSY", about, beside };
  let world = withScene(before, look);
  const counts = look.send.map((sent) => countOf(world, look, sent, judge));
  for (const change of look.then ?? []) world = changed(world, change, judge);
  counts.push(...(look.again ?? []).map((sent) => countOf(world, look, sent, judge)));
  return { value: framesValue(look, counts), about, beside };
}

/** Macvtaps are open but those nobody reads; the switch takes some addresses to be on the lower device's side. */
function withScene(world: World, { scene = {} }: FramesLook): World {
  const unread: readonly string[] = scene.unread ?? [];
  const stations = world.stations.map((station) => ({
    ...station,
    open: !unread.includes(station.name),
    vlan: scene.vlanOver === station.name && !scene.inside,
  }));
  const beyond = [FOREIGN, BEHIND.address, ...(scene.macvlanOver ? [NESTED.address] : [])];
  const lowers = world.lowers.map((lower) => ({ ...lower, beyond, vlan: scene.vlanOver === "lower" }));
  return { ...world, stations, lowers, ...(scene.stp ? { stp: true } : {}) };
}

function countOf(world: World, look: FramesLook, sent: Sent, judge: Judge): string {
  const frame: Frame = {
    source: sent.as ? FOREIGN : sourceOf(world, sent.from),
    destination: destinationOf(world, sent.to),
    ...(sent.tagged ? { tagged: true } : {}),
  };
  const flow = startFlow(world, judge, frame, (station, type) => {
    if (look.scene?.inside && station.name === "first" && !intoGuest(flow, look, station, type)) return;
    if (look.scene?.bridgeOver === station.name) fromPort(flow, station, type);
    if (look.scene?.vlanOver === station.name && frame.tagged) record(flow, "vlan", { type, by: "stack" });
  });
  send(flow, sent.from);
  if (sent.many) return togetherText(shared(flow, look, sent));
  const placed = (watch: Watch) => (look.scene?.inside && watch === "first" ? copiesAt(flow, CARD).length : undefined);
  return sent.at.map((watch) => `${watch}=${placed(watch) ?? seenAt(flow, watch)}`).join(" ");
}

/** Whether a guest's card hands on what its macvtap has for it; what stands on top of the card in the guest then gets it. */
function intoGuest(
  flow: Flow,
  look: FramesLook,
  station: Station,
  type: Parameters<typeof record>[2]["type"],
): boolean {
  const { destination } = flow.frame;
  const facts: CardFacts = { macvtap: station.address, foreign: FOREIGN, nested: NESTED.address };
  if (!cardTakes(look, facts, destination)) return false;
  record(flow, CARD, { type, by: "stack" });
  // A nested macvlan takes group frames from outside and what is for itself, as one on any lower device does.
  if (look.scene?.macvlanOver && (isGroup(destination) || destination === NESTED.address))
    record(flow, NESTED.name, { type, by: "stack" });
  return true;
}

function sourceOf(world: World, from: Sender): Mac {
  if (from === "behind" || from === "nested") return from === "behind" ? BEHIND.address : NESTED.address;
  const owner = from === "first-again" || from === "bridge" ? "first" : from;
  return addressAt(world, owner === "lower-host" ? LOWER.name : owner) ?? NOBODY;
}

function destinationOf(world: World, to: Addressee): Mac {
  if (to === "everybody") return BROADCAST;
  if (to === "foreign") return FOREIGN;
  if (to === "behind" || to === "nested") return to === "behind" ? BEHIND.address : NESTED.address;
  return addressAt(world, to === "lower-host" ? LOWER.name : to) ?? NOBODY;
}

function send(flow: Flow, from: Sender): void {
  if (from === "behind") fromBehind(flow);
  else if (from !== "first-again" || flow.judge.ask("any-opener-sends", undefined)) transmit(flow, deviceOf(from));
}

/** The place whose device a sender's frames leave by. */
function deviceOf(from: Exclude<Sender, "behind">): Place {
  if (from === "lower-host") return LOWER.name;
  return from === "bridge" || from === "first-again" || from === "nested" ? "first" : from;
}

/** `br_handle_frame_finish` for a frame from the bridge's other port. */
function fromBehind(flow: Flow): void {
  const { judge, frame, world } = flow;
  const own = frame.destination === addressAt(world, "first");
  if (judge.ask("inner-bridge-keeps", "bridge", own, isGroup(frame.destination)))
    arriveAtHost(flow, "bridge", frame.destination);
  if (judge.ask("inner-bridge-forwards", "behind", own)) transmit(flow, "first");
}

/** What arrives at the endpoint that is a bridge's port. */
function fromPort(flow: Flow, station: Station, type: Parameters<typeof record>[2]["type"]): void {
  const { judge, frame } = flow;
  const own = frame.destination === station.address;
  if (judge.ask("inner-bridge-keeps", "bridge", own, isGroup(frame.destination)))
    record(flow, "bridge", { type, by: "stack" });
  if (judge.ask("inner-bridge-forwards", "behind", own)) arriveAtHost(flow, "behind", BEHIND.address);
}

/** What the openers of one macvtap have of many frames, all alike but for their flow. */
function shared(flow: Flow, look: FramesLook, { many, at }: Sent): number[] {
  const frames = (many?.frames ?? 0) * copiesAt(flow, "first").length;
  const openers = look.scene?.openedTwice ? 2 : 1;
  const flows = many?.flows === "one" ? 1 : (many?.frames ?? 0);
  const spread = frames > 0 && flow.judge.ask("openers-share-flows", "first", openers, flows);
  return at.map(
    (_, index) => (spread ? Number(index < openers) : Number(index === 0)) * (frames / (spread ? openers : 1)),
  );
}

function seenAt(flow: Flow, watch: Watch): number {
  const { judge } = flow;
  if (watch === "wire") return flow.entered.get(LOWER.name) ?? 0;
  if (watch === "lower-host") return flow.frame.tagged ? 0 : copiesAt(flow, LOWER.name).length;
  if (watch === "vlan") return copiesAt(flow, flow.world.lowers[0]?.vlan ? LOWER.name : "vlan").length;
  if (watch === "back" || watch === "dropped") return passesOf(flow, `${LOWER.name}:${watch}`);
  if (watch.endsWith(":in")) return judge.ask("sockets-see-arrivals", watch) ? passesOf(flow, watch) : 0;
  if (watch.endsWith(":out")) return judge.ask("sockets-see-departures", watch) ? passesOf(flow, watch) : 0;
  return copiesAt(flow, watch as Place).length;
}

function changed(world: World, change: Change, judge: Judge): World {
  const { device } = change;
  if (device === "lower") {
    const back = judge.ask("lower-comes-back", LOWER.name);
    return back ? world : { ...world, stations: world.stations.map((station) => ({ ...station, up: false })) };
  }
  if (change.change === "up") return bringUp(device)(world, judge).world;
  const stations = world.stations.map((station) =>
    station.name === device ? altered(station, change, judge) : station,
  );
  return { ...world, stations };
}

function altered(station: Station, change: Change, judge: Judge): Station {
  if (change.change === "move") return { ...station, up: !judge.ask("moved-comes-down", station.name) };
  if (change.change !== "list") return { ...station, up: false };
  if (!judge.ask("list-changes-at-once", station.name)) return station;
  if (change.by === "flush") return { ...station, sources: [] };
  const others = station.sources.filter((source) => source !== EXTERNAL.address);
  return { ...station, sources: change.by === "add" ? [...others, EXTERNAL.address] : others };
}
