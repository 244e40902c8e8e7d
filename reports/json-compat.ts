/** The compatibility report for programs: the same as in Markdown, with glyphs as they are in the tables. */
import type { Compat } from "./compat.ts";
import type { Boundary } from "./compat-outcomes.ts";
import { jsonLines } from "./json-lines.ts";

const COMPAT_SCHEMA = "macvlab.compat/1";

export function renderJsonCompat(compat: Compat): string {
  const { kernels, size, changes, sections, checks } = compat;
  const ids = kernels.map(({ id }) => id);
  const byKernel = (outcomes: readonly string[]) =>
    Object.fromEntries(outcomes.map((text, place) => [ids[place], text]));
  const boundary = ({ from, to, rules }: Boundary) => ({ from: ids[from], to: ids[to], rules });
  const json = {
    schema: COMPAT_SCHEMA,
    kernels: kernels.map(({ id, version, health }) => ({ id, version, health: health.status })),
    size,
    changes: changes.map(({ sets, count, outcomes, boundaries }) => ({
      cells: count,
      where: sets.map(({ scenarios, where, pairs }) => ({ scenarios, where, pairs })),
      outcomes: byKernel(outcomes),
      boundaries: boundaries.map(boundary),
    })),
    checks: checks.map((check) => ({
      ...check,
      outcomes: byKernel(check.outcomes),
      boundaries: check.boundaries.map(boundary),
    })),
    behaviours: sections.flatMap(({ scenario, title, rows }) =>
      rows.map(({ set: { relay, traffic, pairs }, count, outcomes, differs, rules }) => {
        const where = { scenario, section: title, relay, traffic, pairs };
        return { ...where, cells: count, outcomes: byKernel(outcomes), differs, rules };
      }),
    ),
  };
  return jsonLines(json);
}
