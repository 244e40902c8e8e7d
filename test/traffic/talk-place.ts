/** Namespaces of the running kernel with stacks that hold conversations, and what the agent recorded of them. */
import { openHostNamespace } from "../../lab/host/host-namespace.ts";
import { agentProgram } from "../../lab/image/index.ts";
import { parseTalkRecording, type StreamRecord } from "../../lab/traffic/records.ts";

export const NONCE = "01020304";
const NO_INTERFACE = 0xffff;

export interface Talked {
  /** By id of the conversation: `TRY WORD [ERRNO]`, and the interface it was said of, as recorded. */
  words(id: number): string[];
  /** Frames on an interface, behind this mark if one is given, but for what stacks say to routers and of themselves. */
  frames(number: number, mark?: string): StreamRecord[];
  readonly texts: readonly string[];
  readonly drops: number;
}

export interface TalkPlace extends AsyncDisposable {
  /** Plays these lines; fails with what the agent said. */
  talk(lines: readonly string[]): Promise<Talked>;
}

/** @param commands shell commands that build everything; `ip -n NAME` reaches namespace NAME. */
export async function openTalkPlace(names: readonly string[], commands: readonly string[]): Promise<TalkPlace> {
  const place = await openHostNamespace(await agentProgram());
  const run = async (script: string, stdin = "") => {
    const result = await place.executor.run(script, { stdin: Buffer.from(stdin) });
    if (result.status !== 0) throw new Error(result.stderr);
    return result.stdout;
  };
  try {
    const namespaces = names.flatMap((name) => [`ip netns add ${name}`, `ip -n ${name} link set lo up`]);
    await run(["set -e", ...namespaces, ...commands].join("\n"));
  } catch (error) {
    await place[Symbol.asyncDispose]();
    throw error;
  }
  return {
    talk: async (lines) => talked(await run(`exec ${place.executor.agent} talk`, `${lines.join("\n")}\n`)),
    [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
  };
}

/**
 * A command that ends when all of a namespace's links are operational, at the latest with its script's deadline: their
 * stacks use them some time after they came up, for linkwatch tells them.
 */
export function untilUp(name: string): string {
  return `while ip -n ${name} -o link show | grep -v ' lo: ' | grep -qv 'state UP'; do :; done`;
}

function talked(bytes: Buffer): Talked {
  const { stream, drops } = parseTalkRecording(bytes);
  const marked: { record: StreamRecord; mark: string }[] = [];
  let mark = "";
  for (const record of stream) {
    if (record.kind === "text") mark = record.data.toString();
    marked.push({ record, mark });
  }
  return {
    words: (id) =>
      stream.filter(({ kind, data }) => kind === "talk" && data.toString().startsWith(`${id} `)).map(wordOf),
    frames: (number, after) =>
      marked
        .filter(({ record, mark }) => record.kind === "tap" && record.interface === number && mark === (after ?? mark))
        .map(({ record }) => record)
        .filter(({ data }) => !isBackground(data)),
    texts: stream.filter(({ kind }) => kind === "text").map(({ data }) => data.toString()),
    drops,
  };
}

function wordOf(record: StreamRecord): string {
  const [, ...words] = record.data.toString().split(" ");
  return `${words.join(" ")}${record.interface === NO_INTERFACE ? "" : ` @${record.interface}`}`;
}

/** IGMP, MLD (a hop-by-hop header), router solicitations, and neighbour solicitations nobody sent yet (RFC 4862). */
function isBackground(frame: Buffer): boolean {
  const type = frame.readUInt16BE(12);
  if (type === 0x0800) return frame[23] === 2;
  return (
    type === 0x86dd && (frame[20] === 0 || frame[54] === 133 || (frame[54] === 135 && frame.readUInt32BE(22) === 0))
  );
}
