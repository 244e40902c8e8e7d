/** The schema of what a guest's kernel told of a cell's frame, as results have it. */
import { z } from "zod";
import { count, observed, verdict } from "./observed-result.ts";
import { TAP_POINTS } from "./vocabulary.ts";

const hop = z.object({
  function: z.string().describe("of the kernel, that had the frame in hand"),
  device: z.string(),
  at: count.describe("microseconds since the first of them"),
  returned: z.string().optional().describe("what it decided: `pass`, `another`, `consumed`, or a number"),
  caller: z.string().optional().describe("who let a buffer of it go: symbol and offset"),
  frame: z.int().min(1).optional().describe("where the capture saw it pass there: frame number"),
  reason: z.string().optional().describe("why, in the running kernel's own words"),
});

/** What the switch knew, as the kernel showed it once the frames had passed. */
const switching = z.object({
  known: z
    .array(z.string())
    .optional()
    .describe("ports its table has the frame's destination at; empty: none, so it floods; absent: a group's address"),
  ports: z
    .record(z.string(), z.object({ hairpin: z.boolean().optional(), state: z.string().optional() }))
    .describe("of the cell's: `hairpin` is absent where the other relay state was asked after this cell's"),
});

/** What the kernel itself told of a cell's frame. Buffers' addresses are no identity: frames are known by their tag. */
export const trace = z.object({
  alone: z.literal(true).describe("the pair was built alone for it"),
  observed: observed.optional().describe("of a cell asked again for it: what it did then; absent: as the cell says"),
  verdict: verdict.optional().describe("of a cell asked again for it: what was made of it then"),
  reason: z.string().optional().describe("of a cell asked again for it: why, where it was no match then"),
  hops: z.array(hop),
  lower: z.string().optional().describe("the destination's lower device"),
  port: z.string().optional().describe("the switch's port that leads to the destination"),
  devices: z
    .record(z.string(), z.enum(TAP_POINTS))
    .optional()
    .describe("which tap point each of the cell's devices is"),
  capture: z.string().optional().describe("the capture its frames are in"),
  switch: switching.optional(),
  down: z.array(z.string()).describe("devices of the cell that were down"),
  drops: z.record(z.string(), count).describe("by device: frames it counted as dropped meanwhile"),
  lacking: z.array(z.string()).describe("probes this kernel has not"),
  lost: count.describe("events the kernel had no room for, and calls and returns it missed"),
});
