import type { Declare } from "./declare.ts";

const SPEC = "kernel spec, as for run --kernel";

export const declareKernels: Declare = (macvlab, done) => {
  const kernels = macvlab
    .command("kernels")
    .description("the kernels in the cache, and those a suite offers: list, fetch, show, remove");
  const load = () => import("../kernels-command.ts");
  kernels
    .command("list", { isDefault: true })
    .description("what is in the cache; of a suite: what it offers, newest first, and what of it cannot be had")
    .argument("[suite]", "SUITE (every flavour) or debian:SUITE/FLAVOUR")
    .option("--refresh", "ask the archive now, however short ago that was done", false)
    .action(async (suite, flags) => done(await (await load()).listKernels(suite, flags)));
  kernels
    .command("fetch")
    .description("fetch kernels into the cache")
    .argument("<spec...>", SPEC)
    .option("--refresh", "ask the archive now, however short ago that was done", false)
    .action(async (specs, flags) => done(await (await load()).fetchKernels(specs, flags)));
  kernels
    .command("show")
    .description("all about a kernel: its packages, modules, hashes and images; fetches nothing")
    .argument("<spec>", SPEC)
    .action(async (spec) => done(await (await load()).showKernel(spec)));
  kernels
    .command("rm")
    .description("remove kernels and their images from the cache; files another spec shares stay")
    .argument("[spec...]", SPEC)
    .option("--all", "remove every kernel", false)
    .action(async (specs, flags) => done(await (await load()).removeKernels(specs, flags)));
};
