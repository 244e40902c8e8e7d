/** The scripts that switch tracing on in a guest, and read it out. Few processes: a guest starts them slowly. */
import { DROP_EVENT, type Offsets, PROBES, probeLines } from "./probes.ts";

export const ROOT = "/sys/kernel/tracing";
/** KiB for each processor. */
const BUFFER = 8192;
const MARK = "=== macvlab";

/** Says which lines were refused: `lacking NAME`. A kernel without tracefs says `no tracefs`. */
export function startScript(group: string, offsets: Offsets, without: readonly string[] = []): string {
  const wanted = PROBES.filter(({ name }) => !without.includes(name));
  const lines = wanted.flatMap((probe) =>
    probeLines(group, probe, offsets).map((line) => ({ name: probe.name, line })),
  );
  const define = ({ name, line }: (typeof lines)[number]) =>
    `{ echo '${line}' >> kprobe_events; } 2>/dev/null || echo 'lacking ${name}'`;
  return [
    `[ -e ${ROOT}/kprobe_events ] || mount -t tracefs tracefs ${ROOT} 2>/dev/null`,
    `cd ${ROOT} 2>/dev/null && [ -e kprobe_events ] || { echo 'no tracefs'; exit 0; }`,
    `busybox mkdir -p instances/${group} || exit`,
    ...lines.map(define),
    `cd instances/${group} || exit`,
    `echo ${BUFFER} > buffer_size_kb`,
    "echo mono > trace_clock",
    "echo nop > current_tracer",
    ...(without.includes(DROP_EVENT)
      ? [`echo 'lacking ${DROP_EVENT}'`]
      : [`{ echo 1 > events/${DROP_EVENT}/enable; } 2>/dev/null || echo 'lacking ${DROP_EVENT}'`]),
    `{ echo 1 > events/${group}/enable; } 2>/dev/null || echo 'no events'`,
    "echo 1 > tracing_on",
    SNAPSHOT,
  ].join("\n");
}

/** Devices with their flags and counters, and what the switch knows. */
const SNAPSHOT = [
  `echo '${MARK} links'`,
  "ip -json -details -statistics link show",
  `echo '${MARK} fdb'`,
  "bridge -json fdb show",
  `echo '${MARK} end'`,
].join("\n");

/** Everything that was traced, what was lost, and the same snapshot again. Removes what tracing needed. */
export function stopScript(group: string): string {
  return [
    `cd ${ROOT}/instances/${group} || exit`,
    "echo 0 > tracing_on",
    `echo '${MARK} trace'`,
    "cat trace",
    `echo '${MARK} lost'`,
    "busybox grep -h -E '^(overrun|dropped events|commit overrun)' per_cpu/cpu*/stats",
    `echo '${MARK} profile'`,
    "cat ../../kprobe_profile",
    SNAPSHOT,
    `echo 0 > events/${group}/enable`,
    "cd ../..",
    `busybox rmdir instances/${group}`,
    "> kprobe_events",
  ].join("\n");
}

/** What a script said, by what was announced before it. */
export function sectionsOf(output: string): ReadonlyMap<string, string> {
  const parts = output.split(new RegExp(`^${MARK} (\\w+)\\n`, "m"));
  const sections = new Map<string, string>([["", parts[0] ?? ""]]);
  for (let index = 1; index < parts.length; index += 2) sections.set(parts[index] as string, parts[index + 1] ?? "");
  return sections;
}
