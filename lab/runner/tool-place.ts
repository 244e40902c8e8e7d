/**
 * A place with the programs slow scenarios call: a guest with the workbench's disk and all modules of its kernel, or the
 * running kernel with what the machine has. Ordinary guests boot without either.
 */
import { EnvironmentError } from "../base/errors.ts";
import type { Executor } from "../base/executor.ts";
import { Scope } from "../base/scope.ts";
import { benchImage, openBench, readsDisks } from "../guest/bench.ts";
import { whole } from "../topology/stage.ts";
import { guestPlace } from "./guest-place.ts";
import { openPlace, type Place, type PlaceOptions, type Target } from "./place.ts";

/** MiB: modules and programs are read from disks, but read they stay in memory. */
const MEMORY = 512;

/** @throws KernelError when the kernel does not come up; EnvironmentError for what the machine or the kernel lacks. */
export async function openToolPlace(target: Target, options: PlaceOptions): Promise<Place> {
  if (target.kind === "host") return openPlace(target, options);
  const { kernel, id } = target;
  const { console, listener, nics = [], whileStarting } = options;
  const note = (text: string) => listener({ event: "note", kernel: id, text });
  listener({ event: "phase", kernel: id, phase: "image" });
  const image = await benchImage(kernel, note);
  if (!readsDisks(kernel, image))
    throw new EnvironmentError(`kernel "${id}" is not known to read disks: the programs of slow scenarios are on one`, {
      mend: "choose a kernel that has virtio_blk and ext4",
    });
  listener({ event: "phase", kernel: id, phase: "boot", detail: "with the workbench" });
  whileStarting();
  const scope = new Scope();
  try {
    const guest = await openBench({ kernel, directories: [], memory: MEMORY, console, note, nics }, scope);
    const executor = withAgent(guest.executor);
    const own = { executor, tested: [executor], stage: () => whole(executor) };
    return { ...guestPlace(guest, kernel, image), ...own, [Symbol.asyncDispose]: () => scope[Symbol.asyncDispose]() };
  } catch (error) {
    await scope[Symbol.asyncDispose]();
    throw error;
  }
}

/** The workbench hides the guest's own /usr, but process 1 still is the agent. */
function withAgent(executor: Executor): Executor {
  return {
    place: executor.place,
    agent: "/proc/1/exe",
    workDirectory: executor.workDirectory,
    ...(executor.slowness === undefined ? {} : { slowness: executor.slowness }),
    run: (script, options) => executor.run(script, options),
    put: (path, content) => executor.put(path, content),
    get: (path) => executor.get(path),
  };
}
