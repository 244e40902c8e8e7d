/** Plays a plan where the topology is and in the guests that have its macvtaps as cards, in step; takes the records home. */
import type { GuestExecutor } from "../base/executor.ts";
import { joinRecordings, type SeatRecording } from "./cards-records.ts";
import { type CardsPlan, outsideOpening, rankOf, relayParts, seatOpening } from "./cards-script.ts";
import { dropsBetween, requireStill } from "./counters.ts";
import type { Played } from "./play.ts";
import { startPlayer } from "./player.ts";
import { parseRecording, type Recording } from "./records.ts";

/**
 * @param outside where the topology is.
 * @param guests in the order of the plan's seats; their interfaces have the names of the plan's.
 * @throws EnvironmentError when an agent fails, or a device vanishes meanwhile.
 */
export async function playCards(
  outside: GuestExecutor,
  guests: readonly GuestExecutor[],
  whole: CardsPlan,
): Promise<Played> {
  const started = performance.now();
  const home = startPlayer(outside, "play");
  const players = guests.map((guest) => startPlayer(guest, "play"));
  const everywhere = async (lines: readonly (readonly string[])[]) => {
    await Promise.all(players.map((player, index) => player.play(lines[index] ?? [])));
  };
  await home.play(outsideOpening(whole));
  await everywhere(whole.seats.map((seat) => seatOpening(whole, seat)));
  for (const relay of [false, true]) {
    const slowness = guests.map((guest) => guest.slowness ?? 1);
    const parts = relayParts(whole, relay, slowness);
    if (!parts) continue;
    await home.play(parts.probes);
    await everywhere(parts.seatProbes);
    await home.play(parts.parted);
    await Promise.all([home.play(parts.fences), everywhere(parts.seatFences)]);
  }
  await Promise.all([home, ...players].map((player) => player.play(["counters"])));
  const [own, ...others] = await Promise.all(
    [home, ...players].map(async (player) => parseRecording(await player.end())),
  );
  const places = [outside, ...guests].map(({ place }) => place);
  const seats = others.map((recording, index): SeatRecording => ({ seat: whole.seats[index] as never, recording }));
  return {
    recording: joinRecordings(whole.plan, own as Recording, seats, rankOf(whole.plan)),
    drops: new Map([own as Recording, ...others].flatMap((one, index) => [...dropsOf(places[index] as string, one)])),
    seconds: (performance.now() - started) / 1000,
  };
}

function dropsOf(place: string, { texts }: Recording): Map<string, number> {
  const [before = "", after = ""] = texts.filter((text) => text.includes("|"));
  requireStill(place, before, after);
  return dropsBetween(before, after);
}
