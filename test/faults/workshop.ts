/** Where faulty modules of one kernel are made: its headers, and its drivers' source of the very same version. */
import { EnvironmentError } from "../../lab/base/errors.ts";
import { parseKernelSpec, resolveKernel } from "../../lab/kernels/index.ts";
import { currentIndex, lockSuite, type SuiteIndex } from "../../lab/kernels/suite-index.ts";
import type { KernelArtefacts } from "../../lab/model/kernel.ts";
import { driverSource } from "../oracle/driver-source.ts";
import { readReviewed } from "../oracle/reviewed.ts";
import { DRIVERS, type DriverModule, type Edit } from "./fault.ts";
import { kernelHeaders, packageVersion } from "./kernel-headers.ts";
import { buildModule } from "./module-build.ts";
import { plant } from "./plant.ts";

type Note = (line: string) => void;

export interface Workshop {
  readonly spec: string;
  readonly kernel: KernelArtefacts;
  /** Builds a driver with these edits, or finds it built; resolves to the path of the module's file. */
  readonly build: (module: DriverModule, edits: readonly Edit[]) => Promise<string>;
}

/** @param spec a Debian kernel: `debian:bookworm/cloud`. */
export async function openWorkshop(spec: string, note: Note): Promise<Workshop> {
  const parsed = parseKernelSpec(spec);
  if (parsed.kind !== "debian") throw new EnvironmentError(`"${spec}" is no kernel of Debian's`);
  const kernel = await resolveKernel(spec, { note });
  // The suite's apt root is used for long: downloads are from it.
  await using _lock = await lockSuite(parsed.suite, note);
  const index = await currentIndex(parsed.suite, note);
  const headers = await kernelHeaders(index, kernel);
  const sources = await sourcesOf(index, kernel);
  const build: Workshop["build"] = async (module, edits) => {
    const path = DRIVERS[module];
    const source = sources.get(path);
    if (!source) throw new EnvironmentError(`the source of ${kernel.release} has no ${path}`);
    return buildModule(headers, module, plant(source, edits));
  };
  return { spec, kernel, build };
}

/** The files the oracle's review takes from the same package: it is unpacked once for both. */
async function sourcesOf(index: SuiteIndex, kernel: KernelArtefacts): Promise<ReadonlyMap<string, string | null>> {
  const generation = kernel.version.slice(0, 2).join(".");
  const reviewed = (await readReviewed()).find((each) => each.generation === generation);
  const paths = new Set([...(reviewed?.functions.map(({ file }) => file) ?? []), ...Object.values(DRIVERS)]);
  const wanted = { name: `linux-source-${generation}`, version: packageVersion(kernel), suite: index.suite };
  const source = await driverSource({ root: index.root, refused: [] }, wanted, [...paths]);
  return source.files;
}
