/** Boots a guest, runs one script in it over the agent's channel, and powers it off. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Scope } from "../../lab/base/scope.ts";
import type { GuestImage } from "../../lab/image/index.ts";

export interface GuestAnswer {
  readonly greeting: string;
  readonly output: string;
  readonly status: number;
}

/** Milliseconds a guest may take for everything. */
const DEADLINE = 120_000;
const APPEND = "console=ttyS0 quiet panic=-1 nokaslr mitigations=off tsc=reliable no_timer_check random.trust_cpu=on";
const ARGUMENTS = [
  ...["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-machine", "q35", "-accel", "tcg"],
  ...["-cpu", "max", "-m", "256", "-smp", "1", "-serial", "stdio", "-append", APPEND, "-device", "virtio-serial-pci"],
];

export async function askGuest(image: GuestImage, script: string): Promise<GuestAnswer> {
  await using scope = new Scope();
  const directory = await mkdtemp(join(tmpdir(), "macvlab-guest-"));
  scope.defer(directory, () => rm(directory, { recursive: true, force: true }));
  const server = createServer().listen(join(directory, "port"));
  scope.defer("server", () => server.close());
  await once(server, "listening");
  const port = [
    "-chardev",
    `socket,id=port,path=${directory}/port`,
    "-device",
    "virtserialport,chardev=port,name=macvlab",
  ];
  const files = ["-kernel", image.kernel.path, "-initrd", image.path];
  const guest = spawn("qemu-system-x86_64", [...ARGUMENTS, ...files, ...port], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  scope.defer("guest", () => guest.kill("SIGKILL"));
  const timer = setTimeout(() => guest.kill("SIGKILL"), DEADLINE);
  let console = "";
  guest.stdout.on("data", (chunk) => {
    console += chunk;
  });
  const ended = once(guest, "exit");
  const [socket] = (await once(server, "connection")) as [Socket];
  const answer = await converse(socket, script);
  await ended;
  clearTimeout(timer);
  if (!answer.greeting) throw new Error(`the guest ended without a greeting; its console:\n${console}`);
  return answer;
}

function message(type: string, text = ""): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(Buffer.byteLength(text), 0);
  head.writeUInt16LE(1, 4);
  head.write(type, 6);
  return Buffer.concat([head, Buffer.from(text)]);
}

async function converse(socket: Socket, script: string): Promise<GuestAnswer> {
  let [greeting, output, status] = ["", "", -1];
  let waiting = Buffer.alloc(0);
  const reply: Readonly<Record<string, (payload: Buffer) => void>> = {
    H: (payload) => {
      greeting = payload.toString();
      socket.write(message("x", script));
    },
    o: (payload) => {
      output += payload;
    },
    r: (payload) => {
      output += payload;
    },
    X: (payload) => {
      status = payload.readInt32LE(0);
      socket.write(message("q"));
    },
  };
  for await (const chunk of socket) {
    waiting = Buffer.concat([waiting, chunk]);
    for (let end = frameEnd(waiting); end <= waiting.length; end = frameEnd(waiting)) {
      reply[String.fromCharCode(waiting[6] ?? 0)]?.(waiting.subarray(8, end));
      waiting = waiting.subarray(end);
    }
  }
  return { greeting, output, status };
}

function frameEnd(bytes: Buffer): number {
  return bytes.length < 8 ? Number.POSITIVE_INFINITY : 8 + bytes.readUInt32LE(0);
}
