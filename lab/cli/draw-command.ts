/** `macvlab draw`: a picture of what a scenario builds, from the same data the engine builds it from. */
import { drawTopology } from "../../reports/draw/draw.ts";
import { SCENARIOS } from "../../scenarios/index.ts";
import { UsageError } from "../base/errors.ts";
import { EXIT } from "../verdict/exit-code.ts";
import { drawingOf } from "./draw/drawing.ts";
import { writeOutput } from "./output-file.ts";

export interface DrawFlags {
  readonly filter?: string;
  readonly format?: "svg" | "ascii";
  readonly out?: string;
}

/** A page's width, where no terminal says another. */
const COLUMNS = { svg: 150, ascii: 100 };

/** Resolves to the exit code. @throws UsageError for what is no scenario, cannot be drawn, or matches nothing. */
export async function drawCommand(name: string, { filter, format, out }: DrawFlags): Promise<number> {
  const scenario = SCENARIOS.find((one) => one.name === name);
  if (!scenario)
    throw new UsageError(`"${name}" is not a scenario`, {
      mend: `scenarios: ${SCENARIOS.map((one) => `"${one.name}"`).join(", ")}`,
    });
  const { topology, options } = drawingOf(scenario, expression(filter));
  const chosen = format ?? (out === undefined && process.stdout.isTTY ? "ascii" : "svg");
  const columns = chosen === "ascii" ? (process.stdout.columns ?? COLUMNS.ascii) : COLUMNS.svg;
  writeOutput(out, drawTopology(topology, { ...options, format: chosen, columns }));
  return EXIT.expected;
}

function expression(filter: string | undefined): RegExp | undefined {
  try {
    return filter === undefined ? undefined : new RegExp(filter);
  } catch (error) {
    throw new UsageError(`--filter "${filter}" is no regular expression: ${(error as Error).message}`);
  }
}
