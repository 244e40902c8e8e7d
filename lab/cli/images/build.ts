/** Makes the guests' user space in a container. */
import { basename } from "node:path";
import { Scope } from "../../base/scope.ts";
import { aptContainer } from "../../container/builder.ts";
import { engineWish, settleEngine } from "../../container/choice.ts";
import { startEngine } from "../../container/engine.ts";
import type { Engine } from "../../container/engine-types.ts";
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
  const name = image ?? `debian:${await guestSuite().catch(() => "stable")}`;
  const place = await aptContainer(opened, name, scope);
  note(`making the guests' user space in a container of ${basename(name)}`);
  await Promise.race([buildImages(note, { place }), opened.lost]);
}
