/** Containers on macvlan networks of an engine, everything labelled, and the engine's own words where it refuses. */
import { createReadStream } from "node:fs";
import type Docker from "dockerode";
import { EnvironmentError } from "../base/errors.ts";
import type { Mode } from "../model/vocabulary.ts";
import type { Engine } from "./engine.ts";

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
  /** Of its first process, as the engine sees processes. */
  readonly process: number;
  /** The IPv4 address the engine gave it. */
  readonly internet: string;
  readonly exec: (script: string) => Promise<string>;
}

const IMAGE = { repo: "macvlab-guest", tag: "latest" };
/** On everything the lab has an engine make. */
export const LABELS = { macvlab: "1" } as const;
const FOREVER = ["busybox", "sleep", "2147483"];

/** @param root path of a tar of the containers' root file system. */
export async function importRoot({ docker }: Engine, root: string): Promise<void> {
  await inEngine("the image cannot be imported", async () => {
    const stream = await docker.importImage(createReadStream(root) as unknown as string, {
      ...IMAGE,
      changes: "LABEL macvlab=1",
    });
    await new Promise<void>((resolve, reject) =>
      docker.modem.followProgress(stream as NodeJS.ReadableStream, (error: Error | null) =>
        error ? reject(error) : resolve(),
      ),
    );
  });
}

export async function makeNetwork({ docker }: Pick<Engine, "docker">, network: FleetNetwork): Promise<void> {
  const { name, lower, mode, subnet, subnet6, reserved } = network;
  await inEngine(`network "${name}" on "${lower}" in ${mode} mode`, () =>
    docker.createNetwork({
      Name: name,
      Driver: "macvlan",
      CheckDuplicate: true,
      EnableIPv6: true,
      Options: { parent: lower, macvlan_mode: mode },
      IPAM: { Config: [{ Subnet: subnet, AuxiliaryAddresses: { ...reserved } } as object, { Subnet: subnet6 }] },
      Labels: { ...LABELS },
    }),
  );
}

export async function runContainer(engine: Engine, asked: FleetContainer): Promise<RunningContainer> {
  const { name, network, address } = asked;
  return inEngine(`container "${name}"`, async () => {
    const container = await engine.docker.createContainer({
      name,
      Image: `${IMAGE.repo}:${IMAGE.tag}`,
      Cmd: FOREVER,
      Labels: { ...LABELS },
      // Engines before API 1.44 read the first, later ones the second.
      MacAddress: address,
      HostConfig: { NetworkMode: network, CgroupParent: engine.cgroupParent },
      NetworkingConfig: { EndpointsConfig: { [network]: { MacAddress: address } } },
    } as Docker.ContainerCreateOptions);
    await container.start();
    const { State, NetworkSettings } = await container.inspect();
    const internet = NetworkSettings.Networks[network]?.IPAddress;
    if (!State.Running || !internet) throw new Error("it does not run, or has no address");
    return { name, process: State.Pid, internet, exec: (script) => execute(container, script) };
  });
}

async function execute(container: Docker.Container, script: string): Promise<string> {
  const asked = { Cmd: ["sh", "-c", script], AttachStdout: true, AttachStderr: true, Tty: true };
  const stream = await (await container.exec(asked)).start({ Tty: true });
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** Takes down what carries the lab's label, and nothing else. */
export async function removeFleet({ docker }: Pick<Engine, "docker">): Promise<void> {
  const filters = { label: ["macvlab=1"] };
  const containers = await docker.listContainers({ all: true, filters });
  await Promise.all(containers.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true })));
  for (const { Id } of await docker.listNetworks({ filters })) await docker.getNetwork(Id).remove();
}

/** @throws EnvironmentError in the engine's words. */
async function inEngine<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { json, message } = error as { json?: { message?: string }; message?: string };
    const said = json?.message ?? message ?? String(error);
    throw new EnvironmentError(`the container engine refused: ${what}: ${said}`, { cause: error });
  }
}
