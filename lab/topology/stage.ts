/**
 * Where topologies stand: all in one place, or their parts in several that are cabled to one another. Who has which
 * device is data; building and playing go through the parts, and one place is one part that has everything.
 */
import type { Executor } from "../base/executor.ts";
import type { Lower, Topology } from "../model/topology.ts";

/** What of a topology is in one place. */
export interface Part {
  readonly executor: Executor;
  /** Whether a device of the topology is here. */
  readonly has: (device: string) => boolean;
  /**
   * The network card that is this device here, as it is called between topologies: the end of a cable whose other end is
   * elsewhere.
   */
  readonly card: (device: string) => string | undefined;
}

export interface Stage {
  /** Where several, the part with the external switch last. */
  readonly parts: readonly Part[];
}

/** Everything in one place. */
export function whole(executor: Executor): Stage {
  return { parts: [{ executor, has: () => true, card: () => undefined }] };
}

/** What is cabled to a topology's switch. */
export function cabledTo({ lowers, external }: Topology): Pick<Lower, "name" | "port" | "address">[] {
  return [...lowers, external];
}

/** In the order of the parts. @throws what went wrong in the first of them, once all have ended. */
export async function allOf<T>(parts: readonly Part[], work: (part: Part) => Promise<T>): Promise<T[]> {
  const ended = await Promise.allSettled(parts.map(work));
  return ended.map((one) => {
    if (one.status === "rejected") throw one.reason;
    return one.value;
  });
}
