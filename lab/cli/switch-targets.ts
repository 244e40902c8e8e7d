/** `--switch`: which scenarios can have it, and the kernel of the switch. */
import { UsageError } from "../base/errors.ts";
import { parseKernelSpec, resolveKernel } from "../kernels/index.ts";
import type { Listener } from "../model/events.ts";
import type { Scenario } from "../model/scenario.ts";
import type { Target } from "../runner/place.ts";
import { MOST_GUESTS } from "../topology/cabling.ts";
import type { SwitchChoice } from "./arguments/values.ts";

/**
 * Whether what a scenario asks can be asked of guests on a switch of their own: not of the running kernel, an engine or radios,
 * and not how fast one kernel is.
 */
export function canHaveSwitch({ engine, guests, measures, privileged, wireless }: Scenario): boolean {
  return !engine && !guests && !privileged && !measures?.length && !wireless?.length;
}

export function refuseUnswitched(chosen: readonly Scenario[], all: readonly Scenario[]): void {
  const unable = chosen.find((scenario) => !canHaveSwitch(scenario));
  if (!unable) return;
  const able = all.filter(canHaveSwitch).map(({ name }) => `"${name}"`);
  throw new UsageError(`scenario "${unable.name}" cannot have its switch in a guest of its own`, {
    mend: `leave --switch out, or run ${able.join(" or ")}`,
  });
}

export function refuseHypervisors(hypervisors: number | undefined, choice: SwitchChoice | undefined): void {
  if (hypervisors === undefined) return;
  if (!choice) throw new UsageError("--hypervisors needs a switch they are cabled to", { mend: "add --switch guest" });
  if (hypervisors <= MOST_GUESTS) return;
  throw new UsageError(`--hypervisors ${hypervisors}: there are ${MOST_GUESTS} lower devices to share among them`, {
    mend: `ask for ${MOST_GUESTS} at most`,
  });
}

/** The targets with the switch of each in a guest: of the kernel chosen, or of their own. */
export async function withSwitch(
  targets: readonly Target[],
  { kernel }: SwitchChoice,
  hypervisors: number,
  listener: Listener,
): Promise<Target[]> {
  if (kernel !== undefined && parseKernelSpec(kernel).kind === "host")
    throw new UsageError('the switch cannot be in a guest of kernel "host"', {
      mend: "name a kernel that boots in a guest",
    });
  const note = (text: string) => listener({ event: "note", kernel: kernel as string, text });
  const own = kernel === undefined ? undefined : { id: kernel, kernel: await resolveKernel(kernel, { note }) };
  return targets.map((target) => {
    if (target.kind === "host")
      throw new UsageError('kernel "host" cannot be cabled to a guest\'s switch', {
        mend: "leave out --kernel host, or --switch",
      });
    return { ...target, cabled: { ...(own ?? { id: target.id, kernel: target.kernel }), hypervisors } };
  });
}
