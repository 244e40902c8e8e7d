/**
 * The JSON Schemas of the lab's files, for other people's tools. `reports/*.schema.json` are these, written down;
 * `npm run schema` writes them anew.
 */
import { z } from "zod";
import { baselineSchema } from "../lab/model/baseline.ts";
import { resultsSchema } from "../lab/model/results.ts";
import { BASELINE_SCHEMA, RESULTS_SCHEMA } from "../lab/model/schema-ids.ts";

/** Of `results.json`. */
export function resultsJsonSchema(): string {
  return jsonSchema(resultsSchema, `macvlab results (${RESULTS_SCHEMA})`);
}

/** Of what `macvlab baseline` writes. */
export function baselineJsonSchema(): string {
  return jsonSchema(baselineSchema, `macvlab baseline (${BASELINE_SCHEMA})`);
}

/** Additional fields stay allowed: later versions add some, and nobody's validation should break. */
function jsonSchema(described: z.ZodType, title: string): string {
  const { $schema, ...schema } = z.toJSONSchema(described, { target: "draft-2020-12", io: "input" });
  return `${JSON.stringify({ $schema, title, ...schema }, null, 2)}\n`;
}
