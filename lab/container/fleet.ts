/** Containers on macvlan networks of an engine, everything labelled, and the engine's own words where it refuses. */
import { createReadStream } from "node:fs";
import type Docker from "dockerode";
import { EnvironmentError } from "../base/errors.ts";
import type { Mode } from "../model/vocabulary.ts";
import type { Engine } from "./engine-types.ts";
import { MARK, processesOf } from "./process.ts";
import { LABEL } from "./sweep.ts";

export interface FleetNetwork {
  readonly name: string;
  /** Interface of the engine's network namespace. */
  readonly lower: string;
  readonly mode: Mode;
  readonly subnet: string;
  readonly subnet6: string;
  /** Addresses of the subnet the engine is to give to nobody, by name. */
  readonly reserved: Readonly<Record<string, string>>;
}

export interface FleetContainer {
  readonly name: string;
  readonly network: string;
  readonly address: string;
}

/** One that runs, as the engine tells of it. */
export interface RunningContainer {
  readonly name: string;
  /** What its first process is known by on this machine. */
  readonly mark: string;
  /** The IPv4 address the engine gave it. */
  readonly internet: string;
  readonly exec: (script: string) => Promise<string>;
}

const IMAGE = "macvlab-guest";
const FOREVER = ["busybox", "sleep", "2147483"];

type To = Pick<Engine, "docker" | "run">;

/** On everything the lab has an engine make. */
const labelsOf = ({ run }: To) => ({ [LABEL]: run });
const imageOf = ({ run }: To) => `${IMAGE}:${run}`;

/** @param root path of a tar of the containers' root file system. */
export async function importRoot(engine: To, root: string): Promise<void> {
  await importImage(engine, createReadStream(root), { repo: IMAGE, tag: engine.run });
}

/** @param tar of a root file system. */
export async function importImage(
  engine: To,
  tar: NodeJS.ReadableStream,
  name: { readonly repo: string; readonly tag: string },
): Promise<void> {
  const { docker } = engine;
  await inEngine("the image cannot be imported", async () => {
    const options = { ...name, changes: `LABEL ${LABEL}=${engine.run}` };
    const stream = await docker.importImage(tar as unknown as string, options);
    await new Promise<void>((resolve, reject) =>
      docker.modem.followProgress(stream as NodeJS.ReadableStream, (error: Error | null) =>
        error ? reject(error) : resolve(),
      ),
    );
  });
}

export async function makeNetwork(engine: To, network: FleetNetwork): Promise<void> {
  const { name, lower, mode, subnet, subnet6, reserved } = network;
  await inEngine(`network "${name}" on "${lower}" in ${mode} mode`, () =>
    engine.docker.createNetwork({
      Name: name,
      Driver: "macvlan",
      CheckDuplicate: true,
      EnableIPv6: true,
      Options: { parent: lower, macvlan_mode: mode },
      IPAM: { Config: [{ Subnet: subnet, AuxiliaryAddresses: { ...reserved } } as object, { Subnet: subnet6 }] },
      Labels: labelsOf(engine),
    }),
  );
}

export async function runContainer(engine: Engine, asked: FleetContainer): Promise<RunningContainer> {
  const { name, network, address } = asked;
  return inEngine(`container "${name}"`, async () => {
    const mark = `${engine.run}/${name}`;
    const container = await engine.docker.createContainer({
      ...commonOf(engine, mark),
      name,
      // Engines before API 1.44 read the first, later ones the second.
      MacAddress: address,
      HostConfig: { NetworkMode: network, ...parentOf(engine) },
      NetworkingConfig: { EndpointsConfig: { [network]: { MacAddress: address } } },
    } as Docker.ContainerCreateOptions);
    await container.start();
    const { State, NetworkSettings } = await container.inspect();
    const internet = NetworkSettings.Networks[network]?.IPAddress;
    if (!State.Running || !internet) throw new Error("it does not run, or has no address");
    return { name, mark, internet, exec: (script) => inEngine(`"${name}"`, () => execute(container, script)) };
  });
}

/**
 * While `work` is done there is a process in the engine's own network namespace, where it makes networks.
 * @throws EnvironmentError where the engine's containers are not of this kernel.
 */
export async function inEnginesNamespace<T>(engine: Engine, work: (process: number) => Promise<T>): Promise<T> {
  const mark = `${engine.run}/engine`;
  const container = await inEngine("a container in its own network namespace", async () => {
    const one = await engine.docker.createContainer({
      ...commonOf(engine, mark),
      name: `macvlab-${engine.run}`,
      HostConfig: { NetworkMode: "host", UsernsMode: "host", ...parentOf(engine) },
    });
    await one.start();
    return one;
  });
  try {
    return await work((await processesIn([mark])).get(mark) as number);
  } finally {
    if (!engine.isLost()) await container.remove({ force: true }).catch(() => {}); // the sweep takes it
  }
}

/** First processes of containers, by mark. @throws EnvironmentError where one is not on this machine. */
export async function processesIn(marks: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const found = await processesOf(marks);
  const missing = marks.find((mark) => !found.has(mark));
  if (missing === undefined) return found;
  throw new EnvironmentError(`container "${missing}" runs, but no process of this machine is in it`, {
    mend: "the engine is in a virtual machine, or elsewhere: have the lab start one here: --engine private",
  });
}

const commonOf = (engine: To, mark: string) => ({
  Image: imageOf(engine),
  Cmd: FOREVER,
  Env: [`${MARK}=${mark}`],
  Labels: labelsOf(engine),
});

const parentOf = ({ cgroupParent }: Pick<Engine, "cgroupParent">) =>
  cgroupParent === undefined ? {} : { CgroupParent: cgroupParent };

async function execute(container: Docker.Container, script: string): Promise<string> {
  const asked = { Cmd: ["sh", "-c", script], AttachStdout: true, AttachStderr: true, Tty: true };
  const stream = await (await container.exec(asked)).start({ Tty: true });
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** @throws EnvironmentError in the engine's words. */
export async function inEngine<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof EnvironmentError) throw error;
    const { json, message } = error as { json?: { message?: string }; message?: string };
    const said = json?.message ?? message ?? String(error);
    throw new EnvironmentError(`the container engine refused: ${what}: ${said}`, { cause: error });
  }
}
