/** The newest kernel of each generation the oracle was read from, wherever the archive has it today. */
import { LabError } from "../../lab/base/errors.ts";
import { resolveKernel } from "../../lab/kernels/index.ts";
import type { KernelArtefacts } from "../../lab/model/kernel.ts";

export const GENERATIONS = ["5.10", "6.1", "6.12", "7.2", "7.3"] as const;
export type Generation = (typeof GENERATIONS)[number];

/** Suites move on; those further down are asked only for what the others lack. */
const SUITES = [
  ...["bullseye", "bookworm", "trixie", "sid", "experimental"],
  ...["forky", "bullseye-security", "bookworm-backports", "trixie-backports"],
];

export interface Offer {
  readonly kernels: ReadonlyMap<Generation, KernelArtefacts>;
  /** What every suite that was asked has instead. */
  readonly answers: readonly string[];
}

export async function offeredKernels(): Promise<Offer> {
  const kernels = new Map<Generation, KernelArtefacts>();
  const answers: string[] = [];
  for (const suite of SUITES) {
    if (kernels.size === GENERATIONS.length) break;
    const answer = await resolveKernel(`debian:${suite}/cloud`).catch((error: unknown) => {
      if (error instanceof LabError) return error;
      throw error;
    });
    answers.push(`${suite}: ${answer instanceof LabError ? answer.message : answer.release}`);
    if (answer instanceof LabError) continue;
    const generation = GENERATIONS.find((one) => one === answer.version.slice(0, 2).join("."));
    if (generation && !kernels.has(generation)) kernels.set(generation, answer);
  }
  return { kernels, answers };
}
