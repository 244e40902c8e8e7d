/** `macvlab images`: what of guests' images is cached, and making it; each resolves to its exit code. */

import { buildImages, imageEntries } from "../image/index.ts";
import { cachedKernels } from "../kernels/index.ts";
import { EXIT } from "../verdict/exit-code.ts";
import type { BuilderChoice } from "./images/build.ts";
import { makeUserSpace } from "./images/build.ts";
import { renderImages } from "./images/render.ts";
import { standardPage } from "./kernels/text.ts";

export interface BuildFlags {
  readonly with?: BuilderChoice;
  readonly engine?: string;
}

export async function listImages(): Promise<number> {
  const kernels = await cachedKernels();
  const specs = new Map(kernels.flatMap(({ spec, kernel }) => (kernel ? [[kernel.sha256, spec] as const] : [])));
  process.stdout.write(renderImages(standardPage(), imageEntries(), specs));
  return EXIT.expected;
}

export async function makeImages(flags: BuildFlags): Promise<number> {
  const choice = flags.with ?? { builder: "apt" };
  if (choice.builder === "apt") await buildImages(note);
  else await makeUserSpace(choice, flags.engine ?? "auto", note);
  const shared = imageEntries().filter(({ what }) => what === "agent" || what === "user space");
  process.stdout.write(renderImages(standardPage(), shared, new Map()));
  return EXIT.expected;
}

function note(text: string): void {
  process.stderr.write(`${text}\n`);
}
