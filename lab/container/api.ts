/** What of an engine's interface needs no client: questions and removals, for whoever must do without packages. */
import { request } from "node:http";

export interface Answer {
  /** HTTP status. */
  readonly status: number;
  /** Parsed; undefined where there was no JSON. */
  readonly body: unknown;
}

const DEADLINE = 30_000;

/**
 * One request to the engine behind the unix socket `socket`.
 * @param deadline milliseconds of silence until it is given up.
 * @throws Error with a `code` where nobody answers: ENOENT, ECONNREFUSED, EACCES, ETIMEDOUT.
 */
export function askEngine(socket: string, method: string, path: string, deadline = DEADLINE): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath: socket, method, path, headers: { host: "engine" } }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: parsed(Buffer.concat(chunks)) }));
    });
    asked.setTimeout(deadline, () => {
      const late = new Error(`no answer for ${deadline} ms: ${method} ${path}`);
      asked.destroy(Object.assign(late, { code: "ETIMEDOUT" }));
    });
    asked.on("error", reject);
    asked.end();
  });
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
