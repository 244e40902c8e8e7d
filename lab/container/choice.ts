/** Which container engine: the lab's own, or one that runs already. */
import { EnvironmentError, UsageError } from "../base/errors.ts";
import { askEngine } from "./api.ts";

/** As it was asked for: `auto` is settled by looking. */
export type EngineWish = "auto" | EngineChoice;
export type EngineChoice = { readonly kind: "private" } | { readonly kind: "socket"; readonly socket: string };

export const DEFAULT_SOCKET = "/var/run/docker.sock";
const DEADLINE = 10_000;

/** @param value `auto`, `private`, or a unix socket as a path or `unix://PATH`. @throws UsageError for anything else. */
export function engineWish(value: string): EngineWish {
  if (value === "auto") return value;
  if (value === "private") return { kind: "private" };
  const socket = value.replace(/^unix:\/\//, "");
  if (socket.startsWith("/")) return { kind: "socket", socket };
  throw new UsageError(`"${value}" is no engine`, {
    mend: "auto, private, or the path of an engine's unix socket: its containers must share this machine's kernel",
  });
}

/** Where the user's engine would be, by the variable its own tools read. @throws UsageError where that is elsewhere. */
export function usualSocket(host = process.env.DOCKER_HOST): string {
  if (!host) return DEFAULT_SOCKET;
  if (host.startsWith("unix:///")) return host.slice("unix://".length);
  throw new UsageError(`DOCKER_HOST is "${host}", which is no unix socket of this machine`, {
    mend: "--engine private starts an engine of the lab's own here",
  });
}

/**
 * The one that runs, or else a private one.
 * @throws EnvironmentError where one is there and does not answer as an engine.
 */
export async function settleEngine(wish: EngineWish, note: (text: string) => void): Promise<EngineChoice> {
  if (wish !== "auto") return wish;
  const socket = usualSocket();
  if (await isRunning(socket)) {
    note(`containers are made by the engine that runs at "${socket}"`);
    return { kind: "socket", socket };
  }
  note(`no container engine runs at "${socket}": the lab starts one of its own`);
  return { kind: "private" };
}

/** Whether an engine answers there. @throws EnvironmentError where something is there, and it cannot be told. */
export async function isRunning(socket: string): Promise<boolean> {
  try {
    const { status } = await askEngine(socket, "GET", "/_ping", DEADLINE);
    if (status === 200) return true;
    throw Object.assign(new Error(`it answers with status ${status}`), { code: "EPROTO" });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // Nothing, and what an engine left that has ended.
    if (code === "ENOENT" || code === "ECONNREFUSED") return false;
    throw new EnvironmentError(`what is at "${socket}" does not answer as a container engine: ${message}`, {
      mend: "name another one with --engine SOCKET, or have the lab start one: --engine private",
      cause: error,
    });
  }
}
