/** Makes the guests' user space in a container. */
import { createReadStream, existsSync } from "node:fs";
import { basename } from "node:path";
import { Scope } from "../../base/scope.ts";
import { aptContainer } from "../../container/builder.ts";
import { engineWish, settleEngine } from "../../container/choice.ts";
import { startEngine } from "../../container/engine.ts";
import type { Engine } from "../../container/engine-types.ts";
import { importImage } from "../../container/fleet.ts";
import { joinEngine } from "../../container/users-engine.ts";
import { openHostNamespace } from "../../host/host-namespace.ts";
import { agentProgram, buildImages, guestSuite } from "../../image/index.ts";
import { newRunId } from "../run-directory.ts";

/** `apt`: of this machine; `engine`: in a container of `image`, default: Debian of the machine's suite. */
export type BuilderChoice = { readonly builder: "apt" } | { readonly builder: "engine"; readonly image?: string };

/** @param engine as for `run --engine`. @throws EnvironmentError where there is none, or it refuses: nothing is left then. */
export async function makeUserSpace(
  { image }: { readonly image?: string },
  engine: string,
  note: (line: string) => void,
): Promise<void> {
  const choice = await settleEngine(engineWish(engine), note);
  await using scope = new Scope();
  const run = newRunId();
  const open = async (): Promise<Engine> => {
    if (choice.kind === "socket") return joinEngine(choice.socket, run);
    const room = scope.use("the engine's namespaces", await openHostNamespace(await agentProgram()));
    return startEngine(room, run);
  };
  const opened = scope.use("the container engine", await open());
  const name = await imageIn(opened, image);
  const place = await aptContainer(opened, name, scope);
  note(`making the guests' user space in a container of ${image ?? name}`);
  await Promise.race([buildImages(note, { place }), opened.lost]);
}

/** Its name in the engine. A file is the root of a Debian as a tar, and goes with what else carries the run's label. */
async function imageIn(engine: Engine, image: string | undefined): Promise<string> {
  if (image === undefined) return `debian:${await guestSuite().catch(() => "stable")}`;
  if (!image.includes("/") || !existsSync(image)) return image;
  const name = {
    repo: basename(image)
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-"),
    tag: engine.run,
  };
  await importImage(engine, createReadStream(image), name);
  return `${name.repo}:${name.tag}`;
}
