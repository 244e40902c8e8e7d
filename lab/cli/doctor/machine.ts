/** The machine: architecture, memory, and how many guests that is enough for. */
import { arch, availableParallelism, freemem, platform, release, totalmem } from "node:os";
import { defaultJobs, GUEST_FOOTPRINT } from "../../runner/run.ts";
import { type Finding, ok } from "./finding.ts";

const MIB = 2 ** 20;

export function machineFindings(): Finding[] {
  return [systemFinding(), memoryFinding()];
}

function systemFinding(): Finding {
  const text = `${platform()} ${release()}, ${arch()}, Node ${process.versions.node}`;
  if (platform() === "linux" && arch() === "x64") return ok("system", text);
  return {
    subject: "system",
    state: "missing",
    text,
    mend: "guests are x86-64 and the lab is made for Linux: use such a machine",
  };
}

function memoryFinding(): Finding {
  const [free, total] = [Math.floor(freemem() / MIB), Math.floor(totalmem() / MIB)];
  const guests = `${defaultJobs()} ${defaultJobs() === 1 ? "guest" : "guests"} at a time on ${availableParallelism()} processors`;
  const text = `${free} of ${total} MiB free: ${guests}`;
  if (free >= GUEST_FOOTPRINT) return ok("memory", text);
  return { subject: "memory", state: "limited", text, mend: `a guest wants ${GUEST_FOOTPRINT} MiB: free some memory` };
}
