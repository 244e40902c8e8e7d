/** What is wrong with a file that says it is a run, by the schema of `results.json`. */
import { type ZodType, z } from "zod";
import { resultsSchema } from "./results.ts";

export interface Fault {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/**
 * The first fault, or undefined. Each kernel, cell and check is looked at by itself: checking a whole run at once makes a
 * copy of it, and a run of many kernels would be in memory twice.
 */
export function resultsFault(value: unknown): Fault | undefined {
  const fields = value as Readonly<Record<string, unknown>>;
  for (const [name, schema] of Object.entries(resultsSchema.shape)) {
    const element = elementOf(schema);
    const items = fields[name];
    const fault = element && Array.isArray(items) ? itemFault(element, items) : faultOf(schema, items);
    if (fault) return { ...fault, path: [name, ...fault.path] };
  }
  return undefined;
}

function elementOf(schema: ZodType): ZodType | undefined {
  const whole = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
  return whole instanceof z.ZodArray ? (whole.element as ZodType) : undefined;
}

function itemFault(schema: ZodType, items: readonly unknown[]): Fault | undefined {
  for (const [index, item] of items.entries()) {
    const fault = faultOf(schema, item);
    if (fault) return { ...fault, path: [index, ...fault.path] };
  }
  return undefined;
}

function faultOf(schema: ZodType, value: unknown): Fault | undefined {
  return schema.safeParse(value).error?.issues[0];
}
