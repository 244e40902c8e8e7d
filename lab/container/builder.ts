/**
 * The second builder of the guests' user space: apt and mmdebstrap of a Debian image, in a container, for machines that
 * have neither. The recipe and everything after the unpacking are the same as without it.
 */
import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type Docker from "dockerode";
import { outputOf, runCommand } from "../base/command.ts";
import { EnvironmentError, tail } from "../base/errors.ts";
import type { Scope } from "../base/scope.ts";
import type { AptPlace } from "../image/index.ts";
import type { Engine } from "./engine-types.ts";
import { inEngine } from "./fleet.ts";
import { MARK, processesOf } from "./process.ts";
import { LABEL } from "./sweep.ts";

/** What a script said, where it failed on both streams, and its exit status. */
interface Said {
  readonly status: number;
  readonly text: string;
}

type Inside = (script: string) => Promise<Said>;

const TREE = "/macvlab-tree";
const FETCH_DEADLINE = 600_000;
/** How engines' own builders are told of a proxy. */
const PROXIES = ["http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"] as const;
/** An image has no lists of packages, and without them apt does not even tell its sources. */
const HAVE_MMDEBSTRAP = `apt-get -qq -o APT::Update::Error-Mode=any update && { command -v mmdebstrap >/dev/null ||
  DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install mmdebstrap; }`;

/**
 * A container of `image`, which is fetched where the engine has not got it; gone with the scope.
 * @throws EnvironmentError in the engine's words, or where there is no mmdebstrap to be had in it.
 */
export async function aptContainer(engine: Engine, image: string, scope: Scope): Promise<AptPlace> {
  const { docker, run, facts, cgroupParent } = engine;
  await haveImage(engine, image, scope);
  const mark = `${run}/builder`;
  const name = `macvlab-builder-${run}`;
  scope.defer("the builder's container", () => docker.getContainer(name).remove({ force: true, v: true }));
  const container = await inEngine(`a container of "${image}"`, async () => {
    const made = await docker.createContainer({
      name,
      Image: image,
      Cmd: ["sleep", "2147483"],
      Env: [`${MARK}=${mark}`, ...PROXIES.flatMap((key) => (process.env[key] ? [`${key}=${process.env[key]}`] : []))],
      Labels: { [LABEL]: run },
      HostConfig: {
        ...(cgroupParent === undefined ? {} : { CgroupParent: cgroupParent }),
        // The lab's own engine has no network to give.
        ...(facts.private
          ? { NetworkMode: "none", Binds: ["resolv.conf", "hosts"].map((name) => `/etc/${name}:/etc/${name}:ro`) }
          : {}),
      },
    });
    await made.start();
    return made;
  });
  const inside = facts.private ? await besideIt(mark) : within(container);
  await must(inside, HAVE_MMDEBSTRAP, `"${image}" has no mmdebstrap, and it cannot be installed there`);
  return {
    name: image,
    suite: async () => (await must(inside, `. /etc/os-release && echo "$VERSION_CODENAME"`, image)).trim(),
    output: (argv) => must(inside, `${quoted(argv)} 2>/dev/null`, `"${argv[0]}" in "${image}"`),
    unpack: async (argvFor, tree) => {
      const argv = argvFor(TREE);
      const { status, text } = await inside(quoted(argv));
      if (status === 0) await takeHome(container, tree);
      return { status, stderr: text, command: argv.join(" ") };
    },
  };
}

/** What was fetched for the lab is taken away again. */
async function haveImage({ docker, facts }: Engine, image: string, scope: Scope): Promise<void> {
  const known = await docker
    .getImage(image)
    .inspect()
    .catch(() => undefined);
  if (known) return;
  if (facts.private)
    throw new EnvironmentError(`the lab's own engine has no image "${image}", and no network to fetch it by`, {
      mend: "give the root of a Debian as a tar, --with engine=FILE.tar, or name an engine that runs: --engine SOCKET",
    });
  scope.defer(`image "${image}"`, () => docker.getImage(image).remove());
  await inEngine(`image "${image}" cannot be fetched`, async () => {
    const stream = await docker.pull(image.includes(":") ? image : `${image}:latest`);
    await new Promise<void>((resolve, reject) =>
      docker.modem.followProgress(stream, (error: Error | null) => (error ? reject(error) : resolve())),
    );
  });
}

/** A process the engine starts in the container. */
function within(container: Docker.Container): Inside {
  return (script) =>
    inEngine("a command in the builder's container", async () => {
      const asked = { Cmd: ["sh", "-c", script], AttachStdout: true, AttachStderr: true, Tty: true };
      const started = await container.exec(asked);
      const chunks: Buffer[] = [];
      for await (const chunk of await started.start({ Tty: true })) chunks.push(chunk as Buffer);
      const { ExitCode } = await started.inspect();
      return { status: ExitCode ?? 1, text: Buffer.concat(chunks).toString().replaceAll("\r\n", "\n") };
    });
}

/** A process in the container's file system and the machine's network: nothing is changed there for it. */
async function besideIt(mark: string): Promise<Inside> {
  const process = (await processesOf([mark])).get(mark);
  if (process === undefined) throw new EnvironmentError("the builder's container does not run");
  const enter = ["nsenter", `--target=${process}`, "--mount", "--pid", "--root", "--wd", "--", "sh", "-c"];
  return async (script) => {
    const environment = { TMPDIR: "/tmp" };
    const { status, stdout, stderr } = await runCommand([...enter, script], { deadline: FETCH_DEADLINE, environment });
    return { status, text: status === 0 ? stdout : stdout + stderr };
  };
}

async function must(inside: Inside, script: string, what: string): Promise<string> {
  const { status, text } = await inside(script);
  if (status === 0) return text;
  throw new EnvironmentError(`${what}: status ${status}`, {
    detail: tail(text),
    mend: "name another image: --with engine=IMAGE; it must have apt, a mirror it can reach, and sources of one suite",
  });
}

/** Through a file, as far as the unpacking goes: an archive half read would look like a small tree. */
async function takeHome(container: Docker.Container, tree: string): Promise<void> {
  const archive = join(dirname(tree), "tree.tar");
  await pipeline(await container.getArchive({ path: `${TREE}/.` }), createWriteStream(archive));
  await mkdir(tree, { recursive: true });
  const argv = ["tar", "--extract", "--no-same-owner", `--file=${archive}`, `--directory=${tree}`];
  await outputOf(argv, { deadline: 120_000 });
  await rm(archive);
}

const quoted = (argv: readonly string[]) => argv.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
