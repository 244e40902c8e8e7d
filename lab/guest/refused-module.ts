/** A module of the user's own that the kernel would not load: a run without it would be a run of something else. */

import { UsageError } from "../base/errors.ts";
import type { Greeting } from "../base/greeting.ts";
import type { GuestImage } from "../image/index.ts";

/** @param name of the kernel, for the message; @param console what the kernel said last. */
export function refusedModule(
  { failedModules }: Pick<Greeting, "failedModules">,
  { modules }: Pick<GuestImage, "modules">,
  name: string,
  console: string,
): UsageError | undefined {
  for (const { name: module, replacedBy } of modules) {
    const failure = failedModules.find((each) => replacedBy !== undefined && each.includes(`/${module}.ko: `));
    const reason = failure?.split(".ko: ")[1];
    if (reason !== undefined) {
      return new UsageError(`kernel "${name}" would not load module "${replacedBy}": ${reason}`, {
        detail: console,
        mend: "build it from the sources and with the configuration of that very kernel",
      });
    }
  }
  return undefined;
}
