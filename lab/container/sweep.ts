/** Takes from an engine what carries a run's label, and nothing else: containers, networks, images. */
import { setTimeout as delay } from "node:timers/promises";
import { type Answer, askEngine } from "./api.ts";

/** Key of the label on everything the lab has an engine make; its value is the run's id. */
export const LABEL = "macvlab";
/** An engine goes on with what it was asked for when nobody waits any more: looked for again, so many milliseconds later. */
const SECOND_LOOK = 500;
/** Milliseconds an engine that does not answer is waited for. */
const PATIENCE = 60_000;

interface Found {
  readonly containers: readonly string[];
  readonly networks: readonly string[];
  readonly images: readonly string[];
}

/** Once, in the order one holds the other. @throws Error where the engine does not answer, or refuses. */
export async function sweep(socket: string, run: string): Promise<void> {
  const { containers, networks, images } = await find(socket, run);
  await Promise.all(containers.map((id) => remove(socket, `/containers/${id}?force=true&v=true`)));
  for (const id of networks) await remove(socket, `/networks/${id}`);
  for (const id of images) await remove(socket, `/images/${encodeURIComponent(id)}?force=true`);
}

/** For whoever outlives the lab: again and again, until nothing is found twice, or the engine is gone for a minute. */
export async function sweepAll(socket: string, run: string): Promise<void> {
  let clean = 0;
  for (let last = Date.now(); clean < 2 && Date.now() - last < PATIENCE; await delay(SECOND_LOOK)) {
    try {
      const found = await find(socket, run);
      last = Date.now();
      clean = Object.values(found).flat().length === 0 ? clean + 1 : 0;
      await sweep(socket, run);
    } catch {
      clean = 0; // it does not answer now, or still has to do with it
    }
  }
}

async function find(socket: string, run: string): Promise<Found> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`${LABEL}=${run}`] }));
  const ids = async (path: string) => {
    const answer = await askEngine(socket, "GET", path);
    if (answer.status !== 200 || !Array.isArray(answer.body)) throw refused(path, answer);
    return answer.body.map(({ Id }: { Id: string }) => Id);
  };
  const [containers, networks, images] = await Promise.all([
    ids(`/containers/json?all=true&filters=${filters}`),
    ids(`/networks?filters=${filters}`),
    ids(`/images/json?filters=${filters}`),
  ]);
  return { containers, networks, images };
}

async function remove(socket: string, path: string): Promise<void> {
  const answer = await askEngine(socket, "DELETE", path);
  // 404: gone meanwhile. 409 of a container: it is being removed already.
  if (answer.status >= 400 && answer.status !== 404 && answer.status !== 409) throw refused(path, answer);
}

function refused(path: string, { status, body }: Answer): Error {
  const said = (body as { message?: string } | undefined)?.message ?? `status ${status}`;
  return new Error(`the container engine refused ${path.replace(/\?.*/, "")}: ${said}`);
}
