import { describe, expect, test } from "vitest";
import { type Asked, narrow, type Unit } from "../../lab/runner/narrowing.ts";

interface Numbered extends Unit {
  readonly number: number;
}

const TRAFFIC = ["unicast", "broadcast", "multicast"];
const MODES = ["private", "vepa", "bridge"];

/** Units as a run has them: each mode sends each kind of traffic, relay state after relay state. */
const UNITS: readonly Numbered[] = Array.from({ length: 930 }, (_, number) => {
  const traffic = TRAFFIC[number % 3] as string;
  const mode = MODES[Math.floor(number / 3) % 3] as string;
  const relay = number < 465 ? "off" : "on";
  return {
    number,
    family: "cells",
    id: `unit ${number}`,
    traits: { traffic, mode, relay, group: String(traffic !== "unicast") },
  };
});

interface Fault {
  readonly guilty: (unit: Numbered) => boolean;
  /** How many units later the kernel dies; absent: nobody knows how far it had come. */
  readonly delay?: number;
  /** Whether what was asked before the crash is known all the same. */
  readonly keeps?: boolean;
}

/** A kernel that dies of its guilty units; counts the guests. */
function kernel({ guilty, delay, keeps = false }: Fault) {
  let guests = 0;
  const ask = async (units: readonly Numbered[]): Promise<Asked<Numbered>> => {
    guests++;
    const at = units.findIndex(guilty);
    if (at < 0) return { done: units, crashed: false };
    const inFlight = delay === undefined ? undefined : units[Math.min(at + delay, units.length - 1)];
    return { done: keeps ? units.slice(0, at) : [], crashed: true, inFlight };
  };
  return { ask, guests: () => guests };
}

async function investigate(fault: Fault, units = UNITS, guests = 12) {
  const { ask, guests: used } = kernel(fault);
  const first = await ask(units);
  const narrowed = await narrow(units, first, guests - 1, ask);
  const numbers = narrowed.culprits.map(({ unit }) => unit.number);
  const alone = narrowed.culprits.filter((one) => one.alone).map(({ unit }) => unit.number);
  return { ...narrowed, numbers, alone, lost: narrowed.avoided.length, guests: used() };
}

describe("one guilty unit", () => {
  test.each([0, 1, 400, 928, 929])("number %i, seen in flight: proven alone and the rest done in three", async (n) => {
    const found = await investigate({ guilty: ({ number }) => number === n, delay: 0 });
    expect(found).toMatchObject({ alone: [n], numbers: [n], lost: 0, guests: 3 });
  });

  test.each([1, 5, 60])("the kernel dies %i units later", async (delay) => {
    const found = await investigate({ guilty: ({ number }) => number === 300, delay });
    expect(found).toMatchObject({ alone: [300], numbers: [300], lost: 0 });
    expect(found.guests).toBeLessThanOrEqual(12);
  });

  test.each([0, 517, 929])("number %i, nothing known of how far it came: halved", async (n) => {
    const found = await investigate({ guilty: ({ number }) => number === n });
    expect(found).toMatchObject({ numbers: [n], lost: 0 });
    expect(found.guests).toBeLessThanOrEqual(12);
  });
});

describe("a whole kind of units", () => {
  test("what its units have in common is found, and everything else done", async () => {
    const found = await investigate({ guilty: ({ traits }) => traits.traffic === "broadcast", delay: 0 });
    expect(found.shared).toMatchObject({ traffic: "broadcast" });
    expect(found.alone.length).toBeGreaterThan(0);
    expect(found.avoided.every(({ traits }) => traits.traffic === "broadcast")).toBe(true);
    expect(found.guests).toBeLessThanOrEqual(12);
  });

  test("without knowing how far it came", async () => {
    const found = await investigate({ guilty: ({ traits }) => traits.mode === "vepa" && traits.relay === "on" });
    expect(found.guests).toBeLessThanOrEqual(12);
    expect(found.alone.length).toBeGreaterThan(0);
  });
});

test("frames that are sent after everything: two units alone tell, and no unit is blamed", async () => {
  let guests = 0;
  const ask = async (units: readonly Numbered[]): Promise<Asked<Numbered>> => {
    guests++;
    return { done: [], crashed: true, inFlight: units.at(-1), control: true };
  };
  const found = await narrow(UNITS, await ask(UNITS), 11, ask);
  expect(found).toMatchObject({ culprits: [], shared: {} });
  expect(found.avoided).toHaveLength(UNITS.length);
  expect(guests).toBe(3);
});

test("group frames, and the group frames that are sent after everything: unicast is not blamed", async () => {
  const ask = async (units: readonly Numbered[]): Promise<Asked<Numbered>> => {
    const guilty = units.find(({ traits }) => traits.group === "true");
    return guilty
      ? { done: [], crashed: true, inFlight: guilty }
      : { done: [], crashed: true, inFlight: units.at(-1), control: true };
  };
  const found = await narrow(UNITS, await ask(UNITS), 11, ask);
  expect(found.culprits.every(({ unit }) => unit.traits.group === "true")).toBe(true);
});

test("nothing is blamed once nothing more can be asked", async () => {
  const ask = async (): Promise<Asked<Numbered>> => ({ done: [], crashed: false, stopped: true });
  const found = await narrow(UNITS.slice(0, 2), { done: [], crashed: true }, 11, ask);
  expect(found.culprits).toEqual([]);
  expect(found.avoided).toHaveLength(2);
});

/**
 * A kernel that dies `delay` frames after its guilty unit, or in the frames sent after all the units; its boots too are
 * counted.
 */
function lateKernel(guilty: (unit: Numbered) => boolean, delay: number) {
  const asked: (readonly Numbered[])[] = [];
  const ask = async (units: readonly Numbered[]): Promise<Asked<Numbered>> => {
    asked.push(units);
    const at = units.findIndex(guilty);
    if (at < 0) return { done: units, crashed: false };
    const last = units.length - 1;
    return { done: [], crashed: true, inFlight: units[Math.min(at + delay, last)], control: at + delay > last };
  };
  return { ask, asked };
}

describe("a kernel that dies some frames later than of what it dies", () => {
  test.each([1, 3, 40])(
    "%i later, and of one alone only in the frames sent after it: that one is blamed",
    async (delay) => {
      const { ask, asked } = lateKernel(({ number }) => number === 300, delay);
      const found = await narrow(UNITS, await ask(UNITS), 11, ask);
      expect(found.culprits.map(({ unit, alone }) => [unit.number, alone])).toEqual([[300, true]]);
      expect(found.avoided).toEqual([]);
      expect(asked.length).toBeLessThanOrEqual(12);
    },
  );

  test("of many: none that is innocent is blamed", async () => {
    const { ask, asked } = lateKernel(({ traits }) => traits.traffic === "broadcast", 1);
    const found = await narrow(UNITS, await ask(UNITS), 11, ask);
    expect(found.culprits.length).toBeGreaterThan(0);
    for (const { unit } of found.culprits) expect(unit.traits.traffic).toBe("broadcast");
    expect(asked.length).toBeLessThanOrEqual(12);
  });
});

test("frames that are sent after some units only: those units are lost, none is blamed, the others are done", async () => {
  const units = UNITS.map((unit) => ({ ...unit, control: { relay: unit.traits.relay as string } }));
  let guests = 0;
  const ask = async (some: readonly Numbered[]): Promise<Asked<Numbered>> => {
    guests++;
    const on = some.filter(({ traits }) => traits.relay === "on");
    return on.length === 0
      ? { done: some, crashed: false }
      : { done: [], crashed: true, inFlight: on.at(-1), control: true };
  };
  const found = await narrow(units, await ask(units), 11, ask);
  expect(found.culprits).toEqual([]);
  expect(found.avoided.map(({ number }) => number)).toEqual(units.slice(465).map(({ number }) => number));
  expect(guests).toBeLessThanOrEqual(12);
});

describe("a guest that did not come to be asked", () => {
  const failing = (which: (guest: number) => boolean) => {
    const { ask } = kernel({ guilty: ({ number }) => number === 7, delay: 0 });
    let guests = 0;
    const flaky = async (units: readonly Numbered[]): Promise<Asked<Numbered>> =>
      which(++guests) ? { done: [], crashed: false, unasked: true } : ask(units);
    return { ask: flaky, guests: () => guests };
  };

  test("blames nobody, and the next one is asked the same", async () => {
    const { ask, guests } = failing((guest) => guest === 2);
    const found = await narrow(UNITS, await ask(UNITS), 11, ask);
    expect(found.culprits.map(({ unit, alone }) => [unit.number, alone])).toEqual([[7, true]]);
    expect([found.avoided.length, guests()]).toEqual([0, 4]);
  });

  test("again and again ends the search", async () => {
    const { ask, guests } = failing((guest) => guest > 1);
    const found = await narrow(UNITS, await ask(UNITS), 11, ask);
    expect(found.culprits).toEqual([]);
    expect(found.avoided).toHaveLength(UNITS.length);
    expect(guests()).toBe(3);
  });
});

test("nothing more is asked where nothing more can be, nor searched for where nothing crashed", async () => {
  let guests = 0;
  const ask = async (units: readonly Numbered[]): Promise<Asked<Numbered>> => {
    guests++;
    return { done: units, crashed: false };
  };
  const found = await narrow(UNITS, { done: [], crashed: false, stopped: true }, 11, ask);
  expect([guests, found.avoided.length]).toEqual([0, UNITS.length]);
  await narrow(UNITS, { done: [], crashed: false, unasked: true }, 11, ask);
  expect(guests).toBe(1);
});

describe("limits", () => {
  test("a kernel that dies of everything costs no more guests than there are, and nothing is called done", async () => {
    const found = await investigate({ guilty: () => true, delay: 0 });
    expect(found.guests).toBeLessThanOrEqual(12);
    expect(found.lost + found.numbers.length).toBe(UNITS.length);
  });

  test("a crash that does not come again leaves no culprit and nothing undone", async () => {
    let first = true;
    const ask = async (units: readonly Numbered[]): Promise<Asked<Numbered>> => {
      if (!first) return { done: units, crashed: false };
      first = false;
      return { done: [], crashed: true, inFlight: UNITS[7] };
    };
    const found = await narrow(UNITS, await ask(UNITS), 11, ask);
    expect(found).toEqual({ culprits: [], avoided: [], shared: {} });
  });

  test("what was done before the crash is not asked again", async () => {
    const asked: number[] = [];
    const { ask } = kernel({ guilty: ({ number }) => number === 900, delay: 0, keeps: true });
    const counting = async (units: readonly Numbered[]) => {
      asked.push(units.length);
      return ask(units);
    };
    await narrow(UNITS, await ask(UNITS), 11, counting);
    expect(asked).toEqual([1, 29]);
  });

  test("every order of asking is that of the run", async () => {
    const { ask } = kernel({ guilty: ({ number }) => number === 300, delay: 40 });
    const inOrder = async (units: readonly Numbered[]) => {
      const numbers = units.map(({ number }) => number);
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      return ask(units);
    };
    await narrow(UNITS, await ask(UNITS), 11, inOrder);
  });
});
