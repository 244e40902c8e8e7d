/** Traces what a guest's kernel does with frames. Guests only: tracefs of the running kernel is everybody's. */
import type { Executor, RunResult } from "../base/executor.ts";
import { readBtf } from "./btf.ts";
import { type Offsets, offsetsIn } from "./probes.ts";
import { sectionsOf, startScript, stopScript } from "./trace-script.ts";
import { framesIn, lostIn, statesOf, type Traced, untraced } from "./traced.ts";

export interface Tracing {
  /** Takes everything that tracing needed away again. @param nonce of the plan that was played */
  readonly stop: (nonce: number) => Promise<Traced>;
}

const GROUP = "macvlab";
/** Of a kernel that has no types to read, or no tracefs. */
const NOTHING = (why: string): Tracing => ({ stop: async () => untraced([`all probes: ${why}`]) });
const KNOWN = new WeakMap<Executor, Offsets | "none">();

/** @param without probes to leave out, as if the kernel lacked them. */
export async function startTrace(executor: Executor, without: readonly string[] = []): Promise<Tracing> {
  const offsets = KNOWN.get(executor) ?? (await offsetsOf(executor));
  KNOWN.set(executor, offsets);
  if (offsets === "none") return NOTHING("this kernel has no BTF, so where a frame's tag lies is not known");
  const begun = await executor.run(startScript(GROUP, offsets, without));
  const started = begun.stdout.toString();
  const sections = sectionsOf(started);
  if (!sections.has("links")) return NOTHING(refusalOf(started, begun));
  const refused = [...(sections.get("") ?? "").matchAll(/^lacking (\S+)$/gm)].map(([, name]) => name as string);
  return {
    stop: async (nonce) => {
      const { stdout } = await executor.run(stopScript(GROUP));
      const told = sectionsOf(stdout.toString());
      return {
        frames: framesIn(told.get("trace") ?? "", nonce),
        lacking: [...new Set([...without, ...refused])],
        lost: lostIn(told.get("lost") ?? "", told.get("profile") ?? ""),
        table: JSON.parse(told.get("fdb") || "[]"),
        ...statesOf(JSON.parse(sections.get("links") || "[]"), JSON.parse(told.get("links") || "[]")),
      };
    },
  };
}

function refusalOf(said: string, { status, stderr }: RunResult): string {
  if (said.includes("no tracefs")) return "this kernel has no tracefs with kprobe events";
  return `tracing could not be begun: status ${status}: ${stderr.trim().slice(-200)}`;
}

async function offsetsOf(executor: Executor): Promise<Offsets | "none"> {
  const { status, stdout } = await executor.run("exec cat /sys/kernel/btf/vmlinux");
  return status === 0 ? (offsetsIn(readBtf(stdout)) ?? "none") : "none";
}
