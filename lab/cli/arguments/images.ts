import type { Declare } from "./declare.ts";
import { imageBuilder } from "./values.ts";

export const declareImages: Declare = (macvlab, done) => {
  const images = macvlab
    .command("images")
    .description("what guests are booted with: list what is in the cache, or make what guests of every kernel share");
  const load = () => import("../images-command.ts");
  images
    .command("list", { isDefault: true })
    .description("every image in the cache: hash of its contents, size, age, what made it, and for which kernel")
    .action(async () => done(await (await load()).listImages()));
  images
    .command("build")
    .description("make the agent and the user space now; a kernel's own images are made with its first run")
    .option(
      "--with <builder>",
      "apt (this machine's), or engine[=IMAGE|./ROOT.tar]: in a container of a Debian image, for machines without apt",
      imageBuilder,
    )
    .option("--engine <which>", "with --with engine: auto, private or a socket, as for run --engine; default: auto")
    .action(async (flags) => done(await (await load()).makeImages(flags)));
};
