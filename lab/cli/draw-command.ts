/** `macvlab draw`: a picture of what a scenario builds, from the same data the engine builds it from. */
import { drawTopology } from "../../reports/draw/draw.ts";
import { SCENARIOS } from "../../scenarios/index.ts";
import { UsageError } from "../base/errors.ts";
import type { Scenario } from "../model/scenario.ts";
import type { LowerKind } from "../model/vocabulary.ts";
import { EXIT } from "../verdict/exit-code.ts";
import type { SwitchChoice } from "./arguments/values.ts";
import { type DrawnPlace, drawingOf } from "./draw/drawing.ts";
import { writeOutput } from "./output-file.ts";
import { refuseHypervisors, refuseUnswitched } from "./switch-targets.ts";

export interface DrawFlags {
  readonly filter?: string;
  readonly format?: "svg" | "ascii";
  readonly out?: string;
  readonly lower?: LowerKind;
  readonly switch?: SwitchChoice;
  readonly hypervisors?: number;
}

/** A page's width, where no terminal says another. */
const COLUMNS = { svg: 150, ascii: 100 };

/** Resolves to the exit code. @throws UsageError for what is no scenario, cannot be drawn, or matches nothing. */
export async function drawCommand(name: string, flags: DrawFlags): Promise<number> {
  const { filter, format, out } = flags;
  const scenario = SCENARIOS.find((one) => one.name === name);
  if (!scenario)
    throw new UsageError(`"${name}" is not a scenario`, {
      mend: `scenarios: ${SCENARIOS.map((one) => `"${one.name}"`).join(", ")}`,
    });
  const { topology, options } = drawingOf(scenario, expression(filter), placeOf(scenario, flags));
  const chosen = format ?? (out === undefined && process.stdout.isTTY ? "ascii" : "svg");
  const columns = chosen === "ascii" ? (process.stdout.columns ?? COLUMNS.ascii) : COLUMNS.svg;
  writeOutput(out, drawTopology(topology, { ...options, format: chosen, columns }));
  return EXIT.expected;
}

/** @throws UsageError for what cannot be built so. */
function placeOf(scenario: Scenario, { lower, switch: choice, hypervisors }: DrawFlags): DrawnPlace {
  refuseHypervisors(hypervisors, choice);
  if (lower !== undefined && choice)
    throw new UsageError("--lower and --switch do not go together: with --switch lower devices are network cards", {
      mend: "leave one of them out",
    });
  if (lower !== undefined && (!scenario.cells || scenario.privileged))
    throw new UsageError(`scenario "${scenario.name}" has no matrix of frames, which is what --lower is for`, {
      mend: `macvlab draw pairings --lower ${lower}`,
    });
  if (!choice) return lower === undefined ? {} : { lower };
  refuseUnswitched([scenario], SCENARIOS);
  const { kernel } = choice;
  return { hypervisors: hypervisors ?? 1, ...(kernel === undefined ? {} : { switchKernel: kernel }) };
}

function expression(filter: string | undefined): RegExp | undefined {
  try {
    return filter === undefined ? undefined : new RegExp(filter);
  } catch (error) {
    throw new UsageError(`--filter "${filter}" is no regular expression: ${(error as Error).message}`);
  }
}
