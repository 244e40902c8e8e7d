/** Guests whose clock runs as fast as the machine's. */
import { bootGuest, type Guest, type GuestOptions } from "./guest.ts";

/** A guest's clock against the machine's: more than this, and its watchdogs bark at nothing. */
const FAST = 1.3;
const BOOTS = 3;

/** An emulated kernel calibrates its clock wrongly now and then, by factors; the next boot it does not. */
export async function bootInStep(options: GuestOptions, note: (text: string) => void): Promise<Guest> {
  const [guest] = await bootTogetherInStep(() => [bootGuest(options)], note);
  return guest as Guest;
}

/** Guests that are cabled to one another: all are booted again when one is out of step. */
export async function bootTogetherInStep(
  boot: () => readonly Promise<Guest>[],
  note: (text: string) => void,
): Promise<Guest[]> {
  for (let boots = 1; ; boots++) {
    const guests = await allOrNone(boot());
    const factor = Math.max(...guests.map(({ greeting, bootSeconds }) => greeting.firstCommand / bootSeconds));
    if (factor < FAST || boots === BOOTS) return guests;
    note(`its clock runs ${factor.toFixed(1)} times too fast: booted again`);
    await endAll(guests);
  }
}

/** @throws what kept the first of them from booting, once none is left. */
async function allOrNone(booting: readonly Promise<Guest>[]): Promise<Guest[]> {
  const booted = await Promise.allSettled(booting);
  const failed = booted.find((one) => one.status === "rejected");
  if (!failed) return Promise.all(booting);
  await endAll(booted.flatMap((one) => (one.status === "fulfilled" ? [one.value] : [])));
  throw failed.reason;
}

async function endAll(guests: readonly Guest[]): Promise<void> {
  await Promise.all(guests.map((guest) => guest[Symbol.asyncDispose]()));
}
