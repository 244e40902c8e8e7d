/**
 * The schema of `results.json`, the file every report is rendered from. Field names are a contract with other
 * people's scripts: fields may be added, never renamed.
 */
import { z } from "zod";
import { FINDING_KINDS, HEALTH_STATUSES } from "./finding.ts";
import { count, counts, observed, outcome, verdict } from "./observed-result.ts";
import { RESULTS_SCHEMA } from "./schema-ids.ts";
import { trace } from "./trace-result.ts";
import {
  ENDPOINT_KINDS,
  ENGINE_KINDS,
  HOST_KINDS,
  LAYER2_TRAFFIC,
  LOWER_KINDS,
  MODES,
  PLACEMENTS,
  TALKS,
} from "./vocabulary.ts";

export const SCHEMA_ID = RESULTS_SCHEMA;

const EXTRAPOLATED =
  "no reviewed driver settles it: the kernel is newer, older or between reviewed versions where they differ";

const party = z.object({
  kind: z.enum([...ENDPOINT_KINDS, ...ENGINE_KINDS, ...HOST_KINDS]),
  mode: z.enum(MODES).optional(),
  sourceList: z.enum(["sender", "other"]).optional(),
});

/** What was sent, what it rests on: frame numbers are those Wireshark shows (from 1) in the capture named. */
const evidence = z.object({
  capture: z.string(),
  interface: z.string(),
  frames: z.array(z.int().min(1)),
  control: z.array(z.int().min(1)).describe("the frames that make an absence credible"),
});

const expected = z.object({
  ...counts,
  outcome: outcome.optional().describe("conversations: how far it is predicted to come"),
  error: z.string().optional().describe("errno name the kernel is predicted to refuse with"),
  by: z.enum(["oracle", "baseline"]),
  rule: z.string().describe("the kernel functions the prediction follows, and why"),
  extrapolated: z.boolean().optional().describe(EXTRAPOLATED),
});

/** The oracle's rule that, decided otherwise, foretells most of what a kernel did and was not to do. */
const suspect = z.object({
  rule: z.string(),
  functions: z.array(z.string()),
  text: z.string(),
  otherwise: z.string().describe("how it seems to be decided instead"),
  explains: z.tuple([count, count]).describe("[n, of]: cells that mismatch, of those it was held against"),
  contradicts: z
    .tuple([count, count])
    .describe("[n, of]: cells that match and would not, of those it was held against"),
});

const cell = z.object({
  id: z.string(),
  scenario: z.string(),
  kernel: z.string(),
  claims: z.array(z.string()),
  lower: z.enum(LOWER_KINDS).optional().describe("what its lower devices are; absent: veth"),
  placement: z.enum(PLACEMENTS),
  reflectiveRelay: z.boolean(),
  traffic: z.enum([...LAYER2_TRAFFIC, ...TALKS]),
  vhost: z.literal(true).optional().describe("the guests' cards are moved by the kernel (vhost-net), not by QEMU"),
  neighbours: z.literal("static").optional().describe("conversations: each was told its next hop's address"),
  route: z.literal("router").optional().describe("conversations: across the router behind the switch"),
  source: party,
  destination: party,
  expected,
  observed,
  verdict,
  reason: z.string().optional(),
  again: z
    .string()
    .optional()
    .describe("asked once more, since frames were dropped the first time: why it could not be told then"),
  evidence: z.array(evidence),
  suspect: suspect.optional().describe("where it mismatches and a rule decided otherwise foretells just that"),
  trace: trace.optional().describe("absent where nothing was traced"),
});

const check = z.object({
  id: z.string(),
  scenario: z.string(),
  kernel: z.string(),
  claim: z.string().optional(),
  text: z.string(),
  expected: z.string(),
  by: z.enum(["oracle", "baseline"]).optional().describe("whose expectation it is; absent: the oracle's"),
  observed: z.string(),
  rule: z.string(),
  extrapolated: z.boolean().optional().describe(EXTRAPOLATED),
  verdict,
  reason: z.string().optional(),
  evidence: z.array(evidence),
});

const spread = z.tuple([z.number(), z.number()]).describe("the least and the greatest");

export const measurementRatios = z
  .array(z.object({ to: z.string().describe("id of the other measurement"), median: z.number(), spread }))
  .describe("this one's sample divided by the other's of the same round: the median over all rounds");

/** Nothing is judged by it: absolute figures are the machine's as much as the kernel's. */
const measurement = z.object({
  id: z.string(),
  scenario: z.string(),
  kernel: z.string(),
  claim: z.string().optional(),
  text: z.string(),
  unit: z.string(),
  samples: z
    .array(z.number())
    .describe("one a round, in the order taken; what was compared with each other took turns"),
  median: z.number().optional().describe("absent without a sample"),
  spread: spread.optional(),
  ratios: measurementRatios,
  reason: z.string().optional().describe("why samples are missing"),
});

const finding = z.object({
  kind: z.enum(FINDING_KINDS),
  title: z
    .string()
    .describe("the way kernel people title it, e.g. `BUG: kernel NULL pointer dereference in macvlan_queue_xmit`"),
  log: z.string().describe("the console from there on"),
  count: z.int().min(1).optional().describe("how often the console told of it; absent: once"),
  cause: z
    .string()
    .optional()
    .describe(
      "what provokes it all by itself: the id of a cell or check, with its frame, or a command of the topology",
    ),
});

const health = z.object({
  status: z.enum(HEALTH_STATUSES),
  findings: z.array(finding),
});

const module = z.object({
  name: z.string(),
  sha256: z.string(),
  replacedBy: z.string().optional().describe("path of the user's own file it was replaced by"),
});

/** Its kernel is not under test: what it did is told apart from what the kernel under test did. */
const switchGuest = z.object({
  id: z.string().describe("spec of its kernel"),
  release: z.string(),
  version: z.string(),
  sha256: z.string(),
  modules: z.array(module),
  hypervisors: z.int().min(1).describe("guests of the kernel under test that are cabled to it"),
  clockError: z
    .int()
    .min(0)
    .optional()
    .describe("microseconds by which times seen in different guests may be off against one another"),
  health,
});

/** Guests whose network cards are macvtaps of the kernel that was asked. */
const guests = z.object({
  boots: z.int().min(1).describe("how many were booted, each once"),
  cards: z.int().min(1).describe("network cards they had together"),
  seconds: z.number().describe("until all were up and their cards ready"),
  release: z.string().describe("of the kernel in them"),
  accelerator: z.enum(["kvm", "tcg"]),
});

const kernel = z.object({
  id: z.string().describe("the spec as typed"),
  release: z.string(),
  version: z.string(),
  sha256: z.string(),
  modules: z.array(module),
  accelerator: z.enum(["kvm", "tcg", "none"]),
  image: z
    .object({
      sha256: z.string().describe("of the initramfs"),
      recipe: z.string().describe("hash of what its user space is made by"),
      iproute2: z.string().optional().describe("version of the package the topology is built with"),
    })
    .optional()
    .describe("what the guest was booted with; absent for the running kernel, and for one that did not boot"),
  seconds: z.object({
    boot: z.number(),
    topology: z.number(),
    traffic: z.number(),
    decode: z.number(),
    total: z.number(),
  }),
  guests: guests.optional().describe("endpoints that were guests; absent where none was"),
  lowers: z
    .array(
      z.object({
        kind: z.enum(LOWER_KINDS),
        offload: z.enum(["on", "off"]).optional().describe("asked for; absent: as the driver has it"),
        features: z
          .record(z.string(), z.enum(["on", "off"]))
          .optional()
          .describe("what a lower device then said it does, by ethtool's names; absent where nothing was asked for"),
        missing: z.string().optional().describe("why this kernel cannot have it"),
      }),
    )
    .optional()
    .describe("kinds of lower devices beside veth; absent: none"),
  engine: z
    .object({
      version: z.string(),
      storage: z.string(),
      private: z.boolean().describe("started by the lab for itself"),
    })
    .optional()
    .describe("the container engine that made endpoints"),
  boots: z.int().min(1).optional().describe("guests it took: more than one after a crash; absent: one"),
  switch: switchGuest.optional().describe("the external switch and external host, where they had a guest of their own"),
  health,
});

/** How far a run was held against an earlier one. Cells and checks together. */
const baselineUse = z.object({
  file: z.string().describe("as typed"),
  judged: count.describe("those it has an entry for"),
  others: count.describe("those it has none for: the oracle judged them"),
});

const scenarioFacts = z.object({
  name: z.string(),
  revision: z.string().describe("SHA-256 of the scenario as data, whatever of it was selected"),
  topology: z.string().optional().describe("SHA-256 of the topologies it is asked in; absent where it has none"),
});

export const resultsSchema = z.object({
  schema: z.literal(SCHEMA_ID),
  run: z.object({
    id: z.string(),
    startedAt: z.iso.datetime(),
    seconds: z.number(),
    version: z.string(),
    command: z.array(z.string()),
    host: z.object({ release: z.string(), cpus: z.int() }),
    baseline: baselineUse.optional(),
    scenarios: z.array(scenarioFacts).optional().describe("what was asked, by hash: what compared runs have to share"),
    tools: z
      .record(z.string(), z.string().nullable())
      .optional()
      .describe("versions of the tools outside the guests, as they tell them; null: not there"),
  }),
  kernels: z.array(kernel),
  cells: z.array(cell),
  checks: z.array(check),
  measurements: z.array(measurement).optional().describe("absent where nothing was to be measured"),
});

export type Results = z.infer<typeof resultsSchema>;
export type CellResult = z.infer<typeof cell>;
export type CheckResult = z.infer<typeof check>;
export type Measurement = z.infer<typeof measurement>;
export type KernelResult = z.infer<typeof kernel>;
export type ScenarioFacts = z.infer<typeof scenarioFacts>;
export type SwitchResult = z.infer<typeof switchGuest>;
export type GuestsResult = z.infer<typeof guests>;
export type Suspect = z.infer<typeof suspect>;
export type Trace = z.infer<typeof trace>;
export type Evidence = z.infer<typeof evidence>;
export type Expected = z.infer<typeof expected>;
export type Observed = z.infer<typeof observed>;
export type Finding = z.infer<typeof finding>;
