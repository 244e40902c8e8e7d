/** Guests whose network cards are macvtaps of a place on the running kernel: booted all at once, and what is known of them. */
import { join } from "node:path";
import pRetry from "p-retry";
import { EnvironmentError, KernelError } from "../base/errors.ts";
import type { GuestExecutor } from "../base/executor.ts";
import type { Scope } from "../base/scope.ts";
import { chooseAccelerator } from "../guest/accelerator.ts";
import { bootInStep } from "../guest/in-step.ts";
import { type GuestNic, nicModules } from "../guest/nic.ts";
import { type GuestImage, guestImage } from "../image/index.ts";
import { defaultKernelSpec, resolveKernel } from "../kernels/index.ts";
import type { GuestsResult } from "../model/results.ts";
import { cardScript } from "../topology/card-script.ts";
import { allUp } from "../topology/operational.ts";
import { interfacesOf } from "../traffic/cards-script.ts";
import type { Seat } from "../traffic/seats.ts";
import type { CardPlace } from "./place.ts";

export interface CardGuestsOptions {
  /** The run's directory. */
  readonly directory: string;
  readonly note: (text: string) => void;
}

/** What all of them are booted with. */
export interface CardImage {
  readonly image: GuestImage;
  readonly accelerator: GuestsResult["accelerator"];
}

/** One that is up. */
export interface CardGuest {
  readonly seat: Seat;
  readonly executor: GuestExecutor;
  /** The signal that ended its QEMU, where that was not the lab's. */
  readonly killedBy: () => string | undefined;
}

/** The agent's first descriptor (`images/agent/hand.c`). */
const FIRST_DESCRIPTOR = 10;
const MODEL = "virtio-net-pci";
const CARD_MODEL = [{ model: MODEL }] as const;

/** The newest cloud kernel of the machine's own suite: a guest is a stack behind a card, whatever its kernel. */
export async function cardImage(note: (text: string) => void): Promise<CardImage> {
  const kernel = await resolveKernel(await defaultKernelSpec(), { note, modules: [] });
  const image = await guestImage(kernel, { note, userSpace: "lean", modules: nicModules(CARD_MODEL) });
  return { image, accelerator: await chooseAccelerator(image, note) };
}

/**
 * Each guest once, with all its cards; they end with `scope`. The macvtaps are up.
 * @param over by interface in a guest, lines for `ip -batch` that put up what stands on its cards.
 * @throws EnvironmentError when one does not come up: its kernel is not the one that is asked.
 */
export async function bootCardGuests(
  place: CardPlace,
  seats: readonly Seat[],
  { image, accelerator }: CardImage,
  over: (seat: Seat) => readonly string[],
  options: CardGuestsOptions,
  scope: Scope,
): Promise<{ readonly guests: readonly CardGuest[]; readonly result: GuestsResult }> {
  const started = performance.now();
  const booted = await Promise.all(
    seats.map(async (seat) => {
      const guest = await explained([], seat.name, async () => {
        const console = join(options.directory, "console", `guest-nics-${seat.name}.log`);
        const through = [...place.enter, place.executor.agent, "hand", ...seat.cards.map(nameOf), "--"];
        const own = { name: seat.name, image, accelerator, console, nics: seat.cards.map(cardNic), through };
        return bootInStep(own, options.note);
      });
      scope.use(`the guest "${seat.name}"`, guest);
      const { executor, killedBy } = guest;
      await withGuests([{ seat, executor, killedBy }], () => furnish(executor, seat, over(seat)));
      return { seat, guest };
    }),
  );
  const [first] = booted;
  const cards = seats.flatMap((seat) => seat.cards).length;
  return {
    guests: booted.map(({ seat, guest: { executor, killedBy } }) => ({ seat, executor, killedBy })),
    result: {
      boots: booted.length,
      cards,
      seconds: Math.round(performance.now() - started) / 1000,
      release: first?.guest.greeting.release ?? "",
      accelerator,
    },
  };
}

const nameOf = ({ endpoint }: Seat["cards"][number]): string => endpoint.name;

function cardNic({ endpoint, vhost }: Seat["cards"][number], index: number): GuestNic {
  const descriptor = FIRST_DESCRIPTOR + index;
  return { model: MODEL, address: endpoint.address, link: { kind: "tap", descriptor, vhost } };
}

async function furnish(executor: GuestExecutor, seat: Seat, over: readonly string[]): Promise<void> {
  const cards = seat.cards.map(({ endpoint, whole }) => ({ ...endpoint, promiscuous: whole }));
  const { status, stderr } = await executor.run(cardScript(cards, over));
  if (status !== 0) throw new EnvironmentError(`${executor.place}: its cards cannot be made ready`, { detail: stderr });
  await allUp(executor, interfacesOf(seat));
}

/**
 * Work that is done in them.
 * @throws EnvironmentError for a guest that is lost: the kernel that is asked is not the one in it.
 */
export async function withGuests<T>(guests: readonly CardGuest[], work: () => Promise<T>): Promise<T> {
  return explained(guests, guests.map(({ seat }) => seat.name).join('", "'), work);
}

/** Milliseconds in which it shows how a QEMU ended whose channel broke off. */
const ENDS_WITHIN = 2_000;

async function explained<T>(guests: readonly CardGuest[], names: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    const ended = await pRetry(() => endedOf(guests), {
      retries: 100,
      minTimeout: 20,
      factor: 1,
      maxRetryTime: ENDS_WITHIN,
    }).catch(() => undefined);
    const what = ended ? `its QEMU was ended by ${ended.killedBy()}` : error.message;
    throw new EnvironmentError(
      `guest "${ended?.seat.name ?? names}", whose network cards are macvtaps, is lost: ${what}`,
      {
        ...(error.detail === undefined ? {} : { detail: error.detail }),
        cause: error,
      },
    );
  }
}

function endedOf(guests: readonly CardGuest[]): CardGuest {
  const ended = guests.find(({ killedBy }) => killedBy() !== undefined);
  if (!ended) throw new Error("none has ended");
  return ended;
}
