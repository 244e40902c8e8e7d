/** Guests whose clock runs as fast as the machine's. */
import { bootGuest, type Guest, type GuestOptions } from "./guest.ts";

/** A guest's clock against the machine's: more than this, and its watchdogs bark at nothing. */
const FAST = 1.3;
const BOOTS = 3;

/** An emulated kernel calibrates its clock wrongly now and then, by factors; the next boot it does not. */
export async function bootInStep(options: GuestOptions, note: (text: string) => void): Promise<Guest> {
  for (let boots = 1; ; boots++) {
    const guest = await bootGuest(options);
    const factor = guest.greeting.firstCommand / guest.bootSeconds;
    if (factor < FAST || boots === BOOTS) return guest;
    note(`its clock runs ${factor.toFixed(1)} times too fast: booted again`);
    await guest[Symbol.asyncDispose]();
  }
}
