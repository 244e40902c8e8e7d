/**
 * `macvlab doctor`: what this machine can do, one line each, with what mends the rest. Everything is tried rather than
 * looked up; nothing is fetched.
 */
import { cachedKernels, defaultKernelSpec } from "../kernels/index.ts";
import { EXIT } from "../verdict/exit-code.ts";
import { acceleratorFindings } from "./doctor/accelerators.ts";
import { archiveFindings } from "./doctor/archive.ts";
import { cacheFindings } from "./doctor/cache.ts";
import { engineFindings } from "./doctor/engines.ts";
import { type Chapter, type Finding, type State, stateOf } from "./doctor/finding.ts";
import { machineFindings } from "./doctor/machine.ts";
import { privilegeFindings } from "./doctor/privileges.ts";
import { renderDoctor } from "./doctor/render.ts";
import { scenarioFindings } from "./doctor/scenarios.ts";
import { toolFindings } from "./doctor/tools.ts";

/** What kernel `host` calls, by its name in the table of requirements. */
const HOST_TOOLS: readonly string[] = ["setpriv", "mount", "ip", "ping", "gcc", "libc6-dev", "linux-libc-dev"];

/** Resolves to the exit code: 0 when the default job can run. */
export async function doctorCommand(): Promise<number> {
  const chapters = await examine((text) => process.stderr.write(`macvlab: ${text}\n`));
  const columns = process.stdout.columns ?? 100;
  const colour = process.stdout.hasColors?.() ?? false;
  process.stdout.write(renderDoctor(chapters, { columns, colour }));
  return stateOf(chapters.flatMap(({ findings }) => findings)) === "missing" ? EXIT.environment : EXIT.expected;
}

async function examine(say: (text: string) => void): Promise<Chapter[]> {
  const cached = await cachedKernels();
  const spec = await defaultKernelSpec().catch(() => undefined);
  const usable = cached.filter(({ kernel }) => kernel !== undefined);
  const probe = (usable.find((each) => each.spec === spec) ?? usable[0])?.kernel;
  const [tools, accelerators, archive, cache, privileges, engines] = await Promise.all([
    toolFindings(),
    acceleratorFindings(probe, say),
    archiveFindings(cached),
    cacheFindings(probe !== undefined),
    privilegeFindings(),
    engineFindings(isRoot()),
  ]);
  const machine = [...machineFindings(), ...accelerators];
  const guests = stateOf([...machine, ...tools, ...archive, ...cache]);
  return [
    { title: "machine", findings: machine },
    { title: "tools", findings: tools },
    { title: "kernels", findings: archive },
    { title: "cache", findings: cache },
    { title: "the running kernel", findings: privileges },
    { title: "containers", findings: engines },
    { title: "scenarios", findings: scenarioFindings(guests, hostState(tools, privileges), isRoot()) },
  ];
}

/** Namespaces of the running kernel need neither QEMU nor what images are made with. */
function hostState(tools: readonly Finding[], privileges: readonly Finding[]): State {
  return stateOf([
    ...tools.filter(({ subject, state }) => HOST_TOOLS.includes(subject) && state !== "ok"),
    ...privileges,
  ]);
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
