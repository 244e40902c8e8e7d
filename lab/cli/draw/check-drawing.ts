/** The little world of one check, as it is once all its steps are taken. */
import { UsageError } from "../../base/errors.ts";
import type { CheckSpec, Scenario } from "../../model/scenario.ts";
import { checkWorlds, deviceName } from "../../topology/check-world.ts";
import type { Drawing } from "./drawn.ts";
import { CARDS, payloadDrawing, sceneOf } from "./guest-cards.ts";
import { siteDrawing } from "./site-drawing.ts";

/** So many names are told where a filter matches more than one. */
const NAMED = 5;

/** @throws UsageError where not one check alone is named, or it has no endpoints on a lower device. */
export function checkDrawing(scenario: Scenario, filter: RegExp | undefined): Drawing {
  const checks = (scenario.checks ?? []).filter(
    ({ id }) => filter === undefined || filter.test(`${scenario.name} ${id}`),
  );
  const [check] = checks;
  if (!check) throw new UsageError(`no check of "${scenario.name}" matches "${filter?.source}"`);
  const exact = checks.length === 1 ? check : checks.find(({ id }) => id === filter?.source);
  if (!exact) throw manyWorlds(scenario, checks);
  if (exact.look.look === "stacks") return siteDrawing(scenario.name, exact, exact.look.setUp);
  if (exact.look.look === "payload") return payloadDrawing(scenario.name, exact);
  return worldDrawing(scenario, exact);
}

function manyWorlds(scenario: Scenario, checks: readonly CheckSpec[]): UsageError {
  const some = checks.slice(0, NAMED).map(({ id }) => id);
  return new UsageError(
    `"${scenario.name}" builds a world of its own for each of ${checks.length} checks: one can be drawn at a time`,
    {
      mend: `--filter 'ID$', one of: ${some.join(", ")}${checks.length > NAMED ? ", ..." : ""}`,
    },
  );
}

function worldDrawing(scenario: Scenario, check: CheckSpec): Drawing {
  const [world] = checkWorlds([check]);
  if (!world) throw new RangeError(`"${check.id}" has no world`);
  const remarks = new Map<string, string[]>();
  const remark = (name: string, text: string) => remarks.set(name, [...(remarks.get(name) ?? []), text]);
  for (const step of check.steps)
    if (step.do === "add" && step.request.on)
      remark(deviceName(world, step.endpoint), `on ${deviceName(world, step.request.on)}`);
  const { over, within } = sceneOf(world);
  for (const [name, texts] of over) for (const text of texts) remark(name, text);
  return {
    topology: world.topology,
    options: {
      title: `${scenario.name} ${check.id}`,
      relay: check.reflectiveRelay ? "on" : "off",
      remarks,
      ...(within ? { within } : {}),
      notes: [
        `${check.text}.`,
        `Steps: ${check.steps.map((step) => step.do).join(", ") || "none"}.`,
        "Endpoints are drawn as they are made; a step that is refused makes none.",
        ...(within ? [CARDS] : []),
        ...(world.hasSwitch ? [] : ["No switch is built: nothing is sent."]),
      ],
    },
  };
}
