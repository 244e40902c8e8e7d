/** Checks of payloads: guests that are up talk to each other and to their host, and what passed the macvtaps is looked at. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { EnvironmentError } from "../base/errors.ts";
import type { GuestExecutor } from "../base/executor.ts";
import { payloadValue } from "../model/payload-look.ts";
import type { CheckResult, Evidence } from "../model/results.ts";
import { interfaceOf } from "../model/topology.ts";
import type { Outcome } from "../model/vocabulary.ts";
import { addressLines, type PayloadEnds, type PayloadPlace, relayLines, STRICT } from "../topology/payload-place.ts";
import { readPayloads, type SeenPayload } from "../traffic/payload-records.ts";
import {
  type PayloadSite,
  payloadOpening,
  payloadServing,
  payloadTalks,
  talksFrom,
} from "../traffic/payload-script.ts";
import { startPlayer } from "../traffic/player.ts";
import { parseTalkRecording } from "../traffic/records.ts";
import type { CardGuest } from "./card-guests.ts";
import type { BatchOptions } from "./cell-batch.ts";
import { type ChecksAsked, resultOf } from "./checks-run.ts";
import type { Seen } from "./seen.ts";

/** What the host itself needs: its addresses, and the relay of the ports. */
export async function preparePayloads(executor: GuestExecutor, place: PayloadPlace): Promise<void> {
  const cards = new Set(place.topology.endpoints.filter(({ kind }) => kind === "macvtap").map(({ name }) => name));
  const lines = addressLines(place.ends, (name) => !cards.has(name));
  const script = [STRICT, ...relayLines(place), "exec ip -batch - <<'END'", ...lines, "END"].join("\n");
  const { status, stderr } = await executor.run(script);
  if (status !== 0)
    throw new EnvironmentError(`${executor.place}: the payloads' host cannot be made ready`, { detail: stderr });
}

/** Every check of the place, judged. @param nonce the run's own number. */
export async function runPayloads(
  outside: GuestExecutor,
  guests: readonly CardGuest[],
  place: PayloadPlace,
  run: ChecksAsked,
  options: Pick<BatchOptions, "directory" | "capture" | "application"> & { readonly nonce: number },
): Promise<CheckResult[]> {
  const recordings = await playPayloads(sitesOf(outside, guests), place, options.nonce);
  const [own, ...others] = recordings.map(parseTalkRecording);
  if (!own) return [];
  const { bytes, seen } = readPayloads(place, own, others, options.application);
  writeFileSync(join(options.directory, options.capture), bytes);
  return place.ends.map((ends) => {
    const payload = seen.get(ends.number) as SeenPayload;
    return resultOf(run, ends.check, seenIn(ends, payload, own.drops, options.capture));
  });
}

interface Site extends PayloadSite {
  readonly executor: GuestExecutor;
}

/** VLAN devices are on cards, in the guests. */
function sitesOf(outside: GuestExecutor, guests: readonly CardGuest[]): Site[] {
  const inGuests = guests.map(({ seat, executor }): Site => {
    const own = new Set(seat.cards.map(({ endpoint }) => endpoint.name));
    return { executor, isOutside: false, has: (name) => own.has(name) || own.has(name.replace(/\.\d+$/, "")) };
  });
  return [{ executor: outside, isOutside: true, has: (name) => !name.includes(".") }, ...inGuests];
}

async function playPayloads(sites: readonly Site[], place: PayloadPlace, nonce: number): Promise<Buffer[]> {
  const slowness = Math.max(...sites.map(({ executor }) => executor.slowness ?? 1));
  const players = sites.map((site) => ({ site, player: startPlayer(site.executor, "talk") }));
  await Promise.all(players.map(({ site, player }) => player.play(payloadOpening(place, nonce, site))));
  await Promise.all(
    players.map(({ site, player }) =>
      player.play(talksFrom(place, site).length > 0 ? payloadTalks(place, site, slowness) : payloadServing(slowness)),
    ),
  );
  return Promise.all(players.map(({ player }) => player.end()));
}

function outcomeOf({ answered, heard, left }: SeenPayload): Outcome {
  if (answered) return "answered";
  if (heard) return "heard";
  return left ? "unheard" : "unresolved";
}

/** What was not answered counts where its sender was seen asking, and others' frames got to it. */
function seenIn({ look, from, to }: PayloadEnds, seen: SeenPayload, drops: number, capture: string): Seen {
  const outcome = outcomeOf(seen);
  const evidence = [from.name, interfaceOf(to)].map((name): Evidence => {
    const control = name === from.name && outcome !== "answered" ? seen.control.slice(0, 2) : [];
    return { capture, interface: name, frames: [...(seen.frames.get(name) ?? [])].slice(0, 12), control };
  });
  const value = payloadValue(look.payload, outcome, seen.passed);
  const doubt = drops > 0 ? `the capture dropped ${drops} frames` : doubtOf(outcome, seen, from.name);
  return { value, evidence, ...(doubt === undefined ? {} : { doubt }) };
}

function doubtOf(outcome: Outcome, { asked, left, control }: SeenPayload, name: string): string | undefined {
  if (outcome === "answered") return undefined;
  if (!asked && !left) return `nothing was seen leaving "${name}"`;
  return control.length === 0 ? `nothing else was seen arriving at "${name}"` : undefined;
}
