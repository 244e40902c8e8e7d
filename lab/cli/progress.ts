/** Progress on standard error: one live line per kernel on a terminal, plain lines when piped. */
import type { Listener, RunEvent } from "../model/events.ts";

export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface Progress {
  readonly listener: Listener;
  /** Removes the live lines, so that what follows starts on a clean line. */
  readonly clear: () => void;
}

export function openProgress(screen: Screen): Progress {
  return screen.isTTY ? liveProgress(screen) : plainProgress(screen);
}

function plainProgress(screen: Screen): Progress {
  const listener = (event: RunEvent) => {
    const line = lineOf(event);
    if (line !== undefined) screen.write(`${line}\n`);
  };
  return { listener, clear: () => {} };
}

/** Notes scroll by above the live lines; the live lines are drawn again below. */
function liveProgress(screen: Screen): Progress {
  const lines = new Map<string, string>();
  let drawn = 0;
  const clear = () => {
    if (drawn > 0) screen.write(`\x1b[${drawn}A\x1b[J`);
    drawn = 0;
  };
  const draw = () => {
    const width = (screen.columns ?? 80) - 1;
    for (const line of lines.values()) screen.write(`${line.slice(0, width)}\n`);
    drawn = lines.size;
  };
  const listener = (event: RunEvent) => {
    const line = lineOf(event);
    if (line === undefined) return;
    clear();
    if (event.event === "phase" || event.event === "kernel-end") lines.set(event.kernel, line);
    else screen.write(`${line}\n`);
    draw();
  };
  return { listener, clear };
}

/** Undefined for what the end of the run says itself. */
function lineOf(event: RunEvent): string | undefined {
  switch (event.event) {
    case "start":
      return `${event.scenarios.join(", ")} on ${event.kernels.join(", ")}`;
    case "phase":
      return `${event.kernel}: ${event.phase}${event.detail ? ` (${event.detail})` : ""}`;
    case "note":
      return event.kernel ? `${event.kernel}: ${event.text}` : event.text;
    case "kernel-end": {
      const counts = Object.entries(event.counts).map(([verdict, count]) => `${count} ${verdict}`);
      return `${event.kernel}: done in ${event.seconds.toFixed(1)} s: ${counts.join(", ")}`;
    }
    case "finding":
      return `${event.kernel}: ${event.kind}: ${event.title}`;
    default:
      return undefined;
  }
}
