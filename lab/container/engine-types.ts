/** A container engine that answers, as all who ask something of it know it. */
import type Docker from "dockerode";
import { EnvironmentError } from "../base/errors.ts";
import type { Executor } from "../base/executor.ts";

export interface EngineFacts {
  readonly version: string;
  /** Its storage driver. */
  readonly storage: string;
  /** Started by the lab and gone with it. */
  readonly private: boolean;
}

export interface Engine extends AsyncDisposable {
  readonly docker: Docker;
  /** Path of its socket, as this process sees it. */
  readonly socket: string;
  /** The run's id: value of the label on everything it makes for the lab. */
  readonly run: string;
  readonly facts: EngineFacts;
  /** What every container's control group is under; absent: where the engine puts it. */
  readonly cgroupParent?: string;
  /** Rejects when the engine is gone. */
  readonly lost: Promise<never>;
  readonly isLost: () => boolean;
}

/** Where the lab works beside an engine, as inside and as seen from outside. */
export interface EngineRoom {
  readonly executor: Executor;
  /** Path outside of what is / there. */
  readonly root: string;
  /** Gives network namespaces of processes of this machine a name there. */
  readonly nameNamespaces: (processes: ReadonlyMap<string, number>) => Promise<void>;
}

/** An engine tells events for as long as it lives. */
export async function lossOf(docker: Docker, whose: string): Promise<Pick<Engine, "lost" | "isLost">> {
  let isLost = false;
  const events = await docker.getEvents();
  const lost = new Promise<never>((_, reject) => {
    const told = () => {
      isLost = true;
      reject(
        new EnvironmentError(`the container engine, ${whose}, ended while the lab was at work: its events ended`, {
          mend: "run it again when the engine is up; its own log says why it ended",
        }),
      );
    };
    events.once("close", told).once("end", told).once("error", told);
    events.resume();
  });
  lost.catch(() => {}); // whoever is at work with it is told
  (events as unknown as { socket?: { unref?: () => void } }).socket?.unref?.();
  return { lost, isLost: () => isLost };
}
