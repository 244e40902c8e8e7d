/**
 * The JSON Schema of `results.json`, for other people's tools. `reports/results.schema.json` is this, written down;
 * `npm run schema` writes it anew.
 */
import { z } from "zod";
import { resultsSchema, SCHEMA_ID } from "../lab/model/results.ts";

/** Additional fields stay allowed: later versions add some, and nobody's validation should break. */
export function resultsJsonSchema(): string {
  const { $schema, ...schema } = z.toJSONSchema(resultsSchema, { target: "draft-2020-12", io: "input" });
  const title = `macvlab results (${SCHEMA_ID})`;
  return `${JSON.stringify({ $schema, title, ...schema }, null, 2)}\n`;
}
