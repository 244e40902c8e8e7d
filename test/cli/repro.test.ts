/** `macvlab repro` as a user calls it: what cannot be a script is refused in a sentence that says what to do instead. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CellResult, KernelResult, Results } from "../../lab/model/results.ts";
import { captureName } from "../../lab/runner/capture-name.ts";
import { stringifyResults } from "../../reports/results-file.ts";
import { NEW, OLD, SAMPLE } from "../reports/sample.ts";
import { TALKS } from "../reports/talks.ts";
import { openYard, type Yard } from "./macvlab.ts";
import { expectRefusal } from "./refused.ts";

const USAGE = 2;
const INSTEAD = "have the lab ask it again instead\n  -> macvlab run ";

const PLAIN = SAMPLE.cells.find(({ observed }) => observed.as?.join() === "host");
const named = (name: string, parts: Partial<CellResult>) =>
  ({ ...PLAIN, id: `pairings ${PLAIN?.kernel} ${name}`, ...parts }) as CellResult;

/** What a script would show otherwise than the run saw it. */
const ODD: Results = {
  ...SAMPLE,
  cells: [
    named("as-multicast", { verdict: "mismatch", observed: { ...PLAIN?.observed, as: ["multicast"] } }),
    named("on-e1000", { lower: "e1000" }),
    named("vhost", { scenario: "guest-nics", vhost: true }),
  ],
};

let yard: Yard;
beforeAll(async () => {
  yard = await openYard();
  await writeFile(join(yard.directory, "run.json"), stringifyResults(SAMPLE));
  await writeFile(join(yard.directory, "odd.json"), stringifyResults(ODD));
  await writeFile(join(yard.directory, "talks.json"), stringifyResults(TALKS));
});
afterAll(() => yard[Symbol.asyncDispose]());

const REFUSED = [
  {
    what: "a conversation",
    args: ["talks.json", `${NEW} same-lower relay-on tcp macvlan/private>macvtap/bridge`],
    says: ["cannot be a script: it is a conversation of two IP stacks, and a script sends single frames; ", INSTEAD],
  },
  {
    what: "a check",
    args: ["run.json", "default-mode"],
    says: [
      '"default-mode" is a check and cannot be a script: it asks more of a kernel than where a frame goes; ',
      `${INSTEAD}basics --kernel ${OLD} --filter '^default-mode$'`,
    ],
  },
  {
    what: "a cell the run could not tell",
    args: ["run.json", `${NEW} two-lowers relay-on unicast macvlan/bridge>macvlan/source+sender`],
    says: [
      "cannot be a script: the run could not tell what the kernel does; ",
      // A regular expression that matches the cell and no other.
      `macvlan/bridge>macvlan/source\\+sender$' --isolate`,
    ],
  },
  {
    what: "what differs in packet types alone",
    args: ["odd.json", "as-multicast", "--mail"],
    says: [
      'as-multicast" cannot be a script: it arrives as multicast instead of as host, as often as expected, and a script counts frames; ',
      INSTEAD,
    ],
  },
  {
    what: "a cell on another lower device",
    args: ["odd.json", "on-e1000"],
    says: ["its lower devices are e1000, and a script has veths; ", INSTEAD, " --lower e1000 --filter "],
  },
  {
    what: "a cell of guests' network cards",
    args: ["odd.json", "vhost"],
    says: ["its macvtaps are network cards of guests, ", "macvlab run guest-nics "],
  },
  {
    what: "what two kernels have",
    args: ["run.json", "same-lower relay-on unicast macvlan/vepa>macvlan/vepa"],
    says: ["is more than one cell: ", "name the whole id"],
  },
  { what: "what no kernel has", args: ["run.json", "nonsense"], says: ['"run.json" has no cell "nonsense"'] },
] as const;

describe("refused in a sentence", () => {
  test.each(REFUSED)("$what", async ({ args, says }) => {
    await expectRefusal(yard, ["repro", ...args], { code: USAGE, says });
  });
});

test("a cell is written to a file, as a script or as a mail with the script in it", async () => {
  const cell = `${OLD} same-lower relay-on unicast macvlan/bridge>macvlan/bridge`;
  const [script, mail] = await Promise.all([
    yard.run(["repro", "run.json", cell]),
    yard.run(["repro", "run.json", cell, "--mail"]),
  ]);
  expect([script.code, mail.code]).toEqual([0, 0]);
  expect(script.stdout).toMatch(/^#!\/bin\/sh\n/);
  expect(mail.stdout).toContain(script.stdout.trimEnd());
});

/** A run's directory whose kernel has one console, and these facts beside. */
async function runWith(name: string, facts: Partial<KernelResult>): Promise<void> {
  const directory = join(yard.directory, name);
  const kernels = SAMPLE.kernels.map((kernel) => ({ ...kernel, ...facts }));
  await mkdir(join(directory, "console"), { recursive: true });
  await writeFile(join(directory, "results.json"), stringifyResults({ ...SAMPLE, kernels }));
  await writeFile(join(directory, "console", `${captureName(OLD)}.log`), "[    1.000000] said by the first guest\n");
}

test("a mail quotes the log of the cell's guest, and where it may be another one's says that it has none", async () => {
  const cell = `${OLD} same-lower relay-on unicast macvtap/vepa>macvtap/bridge`;
  await Promise.all([runWith("one", {}), runWith("two", { boots: 2 })]);
  const [one, two] = await Promise.all(["one", "two"].map((run) => yard.run(["repro", run, cell, "--mail"])));
  expect(one?.stdout).toContain("  [    1.000000] said by the first guest\n");
  expect(one?.stdout).toContain("Taint: nothing in the kernel's log says it is tainted\n");
  expect(two?.code, two?.stderr).toBe(0);
  expect(two?.stdout).not.toContain("first guest");
  expect(two?.stdout).toContain("The kernel's log was not recorded for this cell.\n");
  expect(two?.stdout).toContain("Taint: not recorded for this cell\n");
});
