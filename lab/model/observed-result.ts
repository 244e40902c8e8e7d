/** The schema of what was observed of a cell, as results have it. */
import { z } from "zod";
import { OUTCOMES, PACKET_TYPES, TAP_POINTS, VERDICTS } from "./vocabulary.ts";

export const verdict = z.enum(VERDICTS);
export const outcome = z.enum(OUTCOMES);
export const count = z.int().min(0);
const direction = z.enum(["in", "out"]);
const packetType = z.enum(PACKET_TYPES);

export const counts = {
  copies: count.optional(),
  echo: count.optional(),
  wire: count.optional(),
  as: z.array(packetType).optional(),
};

export const observed = z.object({
  ...counts,
  outcome: outcome.optional().describe("conversations: how far it came in its last try"),
  tries: z.array(outcome).optional().describe("how far it came in each try; more are made until it is answered"),
  duplicates: z
    .object({ heard: count, answered: count })
    .optional()
    .describe("conversations: how often more than once its peer's socket got it, and it was answered, in the last try"),
  ping: z
    .enum(["answered", "unanswered"])
    .optional()
    .describe("containers: what `ping` in the container saw, between the addresses the engine gave"),
  error: z.string().optional(),
  at: z.string().optional().describe("the command that was refused"),
  leaked: z.tuple([count, count]).optional().describe("[n, of]: groups the driver's hash filter let through"),
  seen: z.partialRecord(z.enum(TAP_POINTS), z.array(direction)).optional(),
  path: z
    .array(z.tuple([z.enum(TAP_POINTS), direction, z.number(), z.int().min(1)]))
    .optional()
    .describe("tap point, direction, microseconds since it was sent, frame number"),
});
