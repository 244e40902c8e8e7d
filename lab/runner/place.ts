/** Where a kernel runs: a guest, guests on one switch, or namespaces of the running kernel. Opened per kernel, gone with it. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { release } from "node:os";
import { openHostNamespace } from "../host/host-namespace.ts";
import { agentProgram } from "../image/index.ts";
import { parseKernelVersion } from "../model/kernel-version.ts";
import { whole } from "../topology/stage.ts";
import { openCabled } from "./cabled-place.ts";
import { openGuest } from "./guest-place.ts";
import type { KernelFacts, Place, PlaceOptions, Target } from "./place-types.ts";

export type { CardPlace, KernelFacts, Place, PlaceOptions, Target } from "./place-types.ts";

export function hostTarget(): Target {
  return { kind: "host", id: "host", version: parseKernelVersion(release()) };
}

export function openPlace(target: Target, options: PlaceOptions): Promise<Place> {
  if (target.kind === "host") return openHost(options);
  return target.cabled ? openCabled(target, target.cabled, options) : openGuest(target, options);
}

async function openHost({ whileStarting }: PlaceOptions): Promise<Place> {
  const namespace = await openHostNamespace(await agentProgram(), whileStarting);
  const { executor } = namespace;
  return {
    executor,
    tested: [executor],
    stage: () => whole(executor),
    cards: { executor, enter: namespace.enter },
    room: { executor, root: namespace.root, nameNamespaces: namespace.nameNamespaces },
    facts: hostFacts(),
    bootSeconds: namespace.bootSeconds,
    silence: () => 0,
    findings: () => [],
    lastFindings: () => [],
    isCredible: () => true,
    starved: () => undefined,
    killedBy: () => undefined,
    interrupt: () => {},
    progress: () => ({ plans: 0, frames: 0 }),
    [Symbol.asyncDispose]: () => namespace[Symbol.asyncDispose](),
  };
}

/** The running kernel's image is not to be had everywhere: its notes, with the build id, are. */
export function hostFacts(): KernelFacts {
  const notes = "/sys/kernel/notes";
  const identity = readFileSync(existsSync(notes) ? notes : "/proc/version");
  const sha256 = createHash("sha256").update(identity).digest("hex");
  return {
    release: release(),
    version: parseKernelVersion(release()).join("."),
    sha256,
    modules: [],
    accelerator: "none",
  };
}
