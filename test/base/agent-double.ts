/** The other side of a command channel, scripted: a stream whose two ends are both here, and the agent's messages. */
import { Duplex } from "node:stream";
import { Channel } from "../../lab/base/channel.ts";

export interface Message {
  readonly job: number;
  readonly type: string;
  readonly payload: Buffer;
}

const HEADER = 8;

/** One message as `struct message` of the agent lays it out. */
export function encode(job: number, type: string, payload: Uint8Array | string = ""): Buffer {
  const bytes = Buffer.from(payload as Uint8Array);
  const head = Buffer.alloc(HEADER);
  head.writeUInt32LE(bytes.length, 0);
  head.writeUInt16LE(job, 4);
  head.write(type, 6, "latin1");
  return Buffer.concat([head, bytes]);
}

export function exitStatus(status: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(status);
  return bytes;
}

export interface AgentDouble {
  readonly channel: Channel;
  /** Messages the lab sent so far. */
  readonly heard: readonly Message[];
  /** Resolves to the first message of this type, whether it came already or comes yet. */
  readonly hear: (type: string, nth?: number) => Promise<Message>;
  readonly say: (...messages: Buffer[]) => void;
  /** Raw bytes, as they are. */
  readonly bytes: (bytes: Buffer) => void;
  /** The stream ends, as when the place is gone. */
  readonly end: () => void;
}

export const GREETING = "release 6.1.0-test\nfirst-command 1.25\nmodules-loaded 1.75\n";

/** @param answer called with every message of the lab's; what it returns is said at once. */
export function openAgent(answer: (message: Message) => readonly Buffer[] = () => []): AgentDouble {
  const heard: Message[] = [];
  const waiting = new Set<() => void>();
  let pending = Buffer.alloc(0);
  const take = (bytes: Buffer): void => {
    pending = Buffer.concat([pending, bytes]);
    while (pending.length >= HEADER && pending.length >= HEADER + pending.readUInt32LE(0)) {
      const end = HEADER + pending.readUInt32LE(0);
      const message = {
        job: pending.readUInt16LE(4),
        type: pending.toString("latin1", 6, 7),
        payload: Buffer.from(pending.subarray(HEADER, end)),
      };
      pending = pending.subarray(end);
      heard.push(message);
      for (const bytes of answer(message)) stream.push(bytes);
    }
    for (const look of waiting) look();
  };
  const stream = new Duplex({
    read() {},
    write(bytes: Buffer, _encoding, done) {
      take(bytes);
      done();
    },
  });
  const channel = new Channel(stream, {
    place: "guest test",
    agent: "/bin/agent",
    workDirectory: "/run/test",
    explainLoss: () => new Error("the test's own explanation"),
  });
  const hear = (type: string, nth = 0) =>
    new Promise<Message>((resolve) => {
      const look = () => {
        const found = heard.filter((one) => one.type === type)[nth];
        if (!found) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  const bytes = (raw: Buffer) => void stream.push(raw);
  const say = (...messages: Buffer[]) => bytes(Buffer.concat(messages));
  return { channel, heard, hear, say, bytes, end: () => void stream.push(null) };
}
