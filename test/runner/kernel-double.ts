/**
 * A kernel in a few lines, behind an `Executor`: it keeps the devices that `ip -batch` lines make, refuses what does not
 * go beside passthru, and plays the agent's scripts. It knows unicast between lower devices and fences; no more is needed
 * to show what the runner makes of what a place does.
 */
import { KernelError } from "../../lab/base/errors.ts";
import type { Executor, RunOptions, RunResult } from "../../lab/base/executor.ts";
import { encodeEnd, encodeRecord, type RecordParts } from "../traffic/agent-recording.ts";

export interface Device {
  readonly name: string;
  readonly address: string;
  /** Of a macvlan or macvtap. */
  readonly lower?: string;
  readonly kind?: string;
  mode?: string;
  /** Of one end of a cable: the port at the other end. */
  readonly port?: string;
}

export interface DoubleOptions {
  /** What a line is refused with beside what the kernel itself refuses. */
  readonly refuse?: (line: string) => string | undefined;
  /** Called before every script; what it throws is what became of the place. */
  readonly before?: (script: string) => void;
  /** The line of a batch or of a plan that is the kernel's last. */
  readonly dies?: (line: string) => boolean;
  /** Changes the recording on its way home. */
  readonly recording?: (bytes: Buffer) => Buffer;
  readonly playStatus?: number;
  /** How often devices are not operational yet when looked at. */
  readonly lateLooks?: number;
}

export interface KernelDouble {
  readonly executor: Executor;
  readonly devices: ReadonlyMap<string, Device>;
  /** Every `ip` and `bridge` line, in order. */
  readonly commands: readonly string[];
  readonly looks: number;
  /** Plans begun, and frames of the last one. */
  readonly progress: { plans: number; frames: number };
  /** Set once it has died: the line it died of. */
  readonly lastLine: string | undefined;
}

const HEREDOC = /(ip|bridge)((?: -\w+)*) -batch - [^\n]*?<<'END'([^\n]*)\n([\s\S]*?)\nEND/g;
const ONE_BY_ONE = /^ip (.*) \|\| (?:exit|\{ echo '(.*)' >&2; exit 1; \})$/gm;
const EINVAL = "RTNETLINK answers: Invalid argument";

export function openKernelDouble(options: DoubleOptions = {}): KernelDouble {
  const devices = new Map<string, Device>();
  const commands: string[] = [];
  const double = {
    devices,
    commands,
    looks: 0,
    progress: { plans: 0, frames: 0 },
    lastLine: undefined as string | undefined,
  };

  const live = (line: string) => {
    if (!options.dies?.(line)) return;
    double.lastLine = line;
    throw new KernelError('guest "double" is gone', { detail: "the last lines" });
  };

  const batch = (lines: readonly string[], force: boolean): { failed: boolean; stderr: string } => {
    const errors: string[] = [];
    for (const [index, line] of lines.entries()) {
      commands.push(line);
      live(line);
      const error = options.refuse?.(line) ?? take(devices, line);
      if (error === undefined) continue;
      errors.push(error, `Command failed -:${index + 1}`);
      if (!force) break;
    }
    return { failed: errors.length > 0, stderr: errors.map((line) => `${line}\n`).join("") };
  };

  const runScript = (script: string): RunResult => {
    let stderr = "";
    for (const [, line = "", said] of script.matchAll(ONE_BY_ONE)) {
      const { failed, stderr: errors } = batch([line], false);
      const [error] = errors.split("\n"); // an `ip` of its own knows no line numbers
      if (failed) return { status: 1, stdout: Buffer.alloc(0), stderr: [error, said, ""].join("\n") };
    }
    for (const [, , flags = "", otherwise = "", lines = ""] of script.matchAll(HEREDOC)) {
      const outcome = batch(lines.split("\n"), flags.includes("-force"));
      stderr += outcome.stderr;
      const exit = /\|\| exit ?(\d*)/.exec(otherwise);
      if (outcome.failed && exit) return { status: Number(exit[1] || 1), stdout: Buffer.alloc(0), stderr };
    }
    const single = /^exec ip (link del .*?)(?: 2>|$)/m.exec(script)?.[1];
    if (single) batch([single], true);
    return { status: 0, stdout: /link show/.test(script) ? showLinks() : Buffer.alloc(0), stderr };
  };

  const showLinks = (): Buffer => {
    const operstate = double.looks++ < (options.lateLooks ?? 0) ? "LOWERLAYERDOWN" : "UP";
    const links = [...devices.values()].map(({ name, address, kind, mode }) => {
      const common = { ifname: name, address, mtu: 1500, operstate, qdisc: "noqueue" };
      return kind ? { ...common, linkinfo: { info_kind: kind, info_data: { mode } } } : common;
    });
    return Buffer.from(JSON.stringify(links));
  };

  const run = async (script: string, { stdin }: RunOptions = {}): Promise<RunResult> => {
    options.before?.(script);
    if (!/^exec \S+ play/.test(script)) return runScript(script);
    const plan = Buffer.from(stdin instanceof Uint8Array ? stdin : []).toString();
    double.progress = { plans: double.progress.plans + 1, frames: 0 };
    for (const line of plan.split("\n").filter((one) => one.startsWith("send "))) {
      double.progress.frames++;
      live(line);
    }
    const bytes = play(devices, plan);
    const stdout = options.recording?.(bytes) ?? bytes;
    return { status: options.playStatus ?? 0, stdout, stderr: options.playStatus ? "agent: no such interface" : "" };
  };

  const executor: Executor = {
    ...{ place: "guest double", agent: "/bin/agent", workDirectory: "/run/double" },
    run,
    put: async () => {},
    async *get() {},
  };
  return Object.assign(double, { executor });
}

/** What the kernel answers to one line; undefined when it is done. */
function take(devices: Map<string, Device>, line: string): string | undefined {
  const words = line.split(" ");
  const after = (word: string) => (words.includes(word) ? words[words.lastIndexOf(word) + 1] : undefined);
  if (line.startsWith("link del group")) return void devices.clear();
  if (line.startsWith("link add link")) return addEndpoint(devices, after);
  if (line.startsWith("link add")) {
    const [name, address, port] = [words[2] as string, after("address") ?? "00:00:00:00:00:00", words.at(-1) as string];
    const isCable = after("type") === "veth";
    devices.set(name, { name, address, ...(isCable ? { port } : {}) });
    if (isCable) devices.set(port, { name: port, address: "00:00:00:00:00:00" });
  }
  const named = line.startsWith("link set") ? devices.get(words[2] as string) : undefined;
  const mode = after("mode");
  if (named?.mode && mode) {
    if ((named.mode === "passthru") !== (mode === "passthru")) return EINVAL;
    named.mode = mode;
  }
  return undefined;
}

function addEndpoint(devices: Map<string, Device>, after: (word: string) => string | undefined): string | undefined {
  const [lower = "", name = "", mode = "vepa", kind = "macvlan"] = [
    after("link"),
    after("name"),
    after("mode"),
    after("type"),
  ];
  const beside = [...devices.values()].filter((device) => device.lower === lower);
  if (beside.length > 0 && [mode, ...beside.map((one) => one.mode)].includes("passthru")) return EINVAL;
  const own = mode === "passthru" ? devices.get(lower)?.address : after("address");
  devices.set(name, { name, lower, kind, mode, address: own ?? "96:00:00:00:00:01" });
  return undefined;
}

/** Plays a script as the agent does: fences arrive where they are expected, probes where unicast goes. */
function play(devices: ReadonlyMap<string, Device>, script: string): Buffer {
  const names: string[] = [];
  const expected = new Map<string, [at: number, kind: number][]>();
  const records: Buffer[] = [];
  let time = 1_000_000n;
  const record = (parts: RecordParts) => {
    time += 1_000n;
    records.push(encodeRecord({ time, ...parts }));
  };
  for (const [word, first = "", second = "", third = ""] of script.split("\n").map((line) => line.split(" "))) {
    if (word === "if") names[Number(first)] = second;
    if (word === "expect") expected.set(third, [...(expected.get(third) ?? []), [Number(first), Number(second)]]);
    if (word !== "send") continue;
    const [data, from] = [Buffer.from(second, "hex"), Number(first)];
    record({ kind: "sent", interface: from, data });
    record({ kind: "tap", interface: from, data, packetType: "outgoing" });
    const fences = expected.get(data.toString("hex", 14, 26));
    if (fences)
      for (const [at, kind] of fences)
        record({ kind: (["tap", "host", "device"] as const)[kind - 1] ?? "tap", interface: at, data });
    else for (const parts of deliver(devices, names, from, data)) record({ ...parts, data });
  }
  return Buffer.concat([...records, encodeEnd()]);
}

/** Unicast from an endpoint: onto the wire, and to the endpoint of another lower device that has the address. */
function deliver(
  devices: ReadonlyMap<string, Device>,
  names: readonly string[],
  from: number,
  data: Buffer,
): RecordParts[] {
  const lower = devices.get(devices.get(names[from] as string)?.lower ?? "");
  const address = (data.toString("hex", 0, 6).match(/../g) ?? []).join(":");
  const to = [...devices.values()].find((one) => one.lower && one.lower !== lower?.name && one.address === address);
  const records: RecordParts[] = [
    { kind: "tap", interface: names.indexOf(lower?.port ?? ""), packetType: "otherhost" },
  ];
  if (to)
    records.push({
      kind: to.kind === "macvtap" ? "device" : "tap",
      interface: names.indexOf(to.name),
      packetType: "host",
    });
  return records;
}
