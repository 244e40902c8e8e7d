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
