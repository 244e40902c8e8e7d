/**
 * The schema of a baseline: an earlier run trimmed to what a later one is held against. What changes by itself between
 * two runs of one kernel (times, hashes, frame numbers, releases) is not in it, so that it can be committed and its
 * changes reviewed. Fields may be added, never renamed.
 */
import { z } from "zod";
import { FINDING_KINDS, HEALTH_STATUSES } from "./finding.ts";
import { measurementRatios } from "./results.ts";
import { BASELINE_SCHEMA } from "./schema-ids.ts";
import { LAYER2_TRAFFIC, LOWER_KINDS, OUTCOMES, PACKET_TYPES, PLACEMENTS, TALKS } from "./vocabulary.ts";

const count = z.int().min(0);

const ofKernels = {
  kernels: z.array(z.string()).optional().describe("ids of the kernels it holds for; absent: all of this baseline"),
  rule: z
    .array(z.string())
    .optional()
    .describe("keys of `rules`: what the oracle's expectation followed; only where rules were kept"),
};

const observation = {
  copies: count.optional(),
  echo: count.optional(),
  wire: count.optional(),
  as: z.array(z.enum(PACKET_TYPES)).optional(),
  outcome: z.enum(OUTCOMES).optional(),
  error: z.string().optional(),
};

/** Every source with every destination: the cells of one place that were observed alike. */
const cells = z.object({
  scenario: z.string(),
  lower: z.enum(LOWER_KINDS).optional().describe("absent: veth"),
  placement: z.enum(PLACEMENTS),
  reflectiveRelay: z.boolean(),
  traffic: z.enum([...LAYER2_TRAFFIC, ...TALKS]),
  neighbours: z.literal("static").optional(),
  route: z.literal("router").optional(),
  vhost: z.literal(true).optional(),
  sources: z.array(z.string()).describe("parties as ids name them: `macvlan/vepa`, `lower-host`"),
  destinations: z.array(z.string()),
  observed: z.object(observation),
  expected: z.object(observation).optional().describe("what was expected instead, where it was a mismatch even then"),
  ...ofKernels,
});

const check = z.object({
  scenario: z.string(),
  id: z.string(),
  text: z.string(),
  observed: z.string(),
  expected: z.string().optional().describe("what was expected instead, where it was a mismatch even then"),
  unsupported: z.literal(true).optional().describe("it was refused, as predicted"),
  ...ofKernels,
});

/** Nothing is held against it: what claims say of how fast things are is told by it. */
const measurement = z.object({
  scenario: z.string(),
  id: z.string(),
  kernel: z.string(),
  text: z.string(),
  unit: z.string(),
  ratios: measurementRatios,
});

const kernel = z.object({
  id: z.string().describe("the spec as typed"),
  generation: z.string().describe("upstream version without the patch level: `6.12`; empty for one that never told"),
  version: z.string().optional().describe("upstream version; only where rules were kept"),
  health: z
    .object({
      status: z.enum(HEALTH_STATUSES),
      findings: z.array(z.object({ kind: z.enum(FINDING_KINDS), title: z.string() })),
    })
    .optional()
    .describe("absent: ok"),
});

export const baselineSchema = z.object({
  schema: z.literal(BASELINE_SCHEMA),
  kernels: z.array(kernel),
  rules: z.record(z.string(), z.string()).optional().describe("sentences of the oracle by the function they are about"),
  cells: z.array(cells),
  checks: z.array(check),
  measurements: z.array(measurement).optional().describe("only where rules were kept, and something was measured"),
});

export type Baseline = z.infer<typeof baselineSchema>;
export type BaselineCells = z.infer<typeof cells>;
export type BaselineCheck = z.infer<typeof check>;
export type BaselineMeasurement = z.infer<typeof measurement>;
export type BaselineKernel = z.infer<typeof kernel>;
