/** Why devices could not be made: the refused line, or a kind of device this kernel does not have at all. */
import { EnvironmentError } from "../base/errors.ts";
import type { Executor } from "../base/executor.ts";

/** What the kernel answers to a kind it has neither built in nor loaded (`rtnl_newlink`). */
const UNKNOWN_KIND = "Unknown device type";
const KINDS = ["macvlan", "macvtap", "veth", "bridge"];

/**
 * @param command a line for `ip -batch` or `bridge -batch`.
 * @param message what the tool said of it.
 */
export async function buildFailure(executor: Executor, command: string, message: string): Promise<EnvironmentError> {
  if (isMissingKind(message)) return missingKind(executor, command);
  return new EnvironmentError(`${executor.place}: the topology cannot be built: "${command}" failed`, {
    detail: message,
  });
}

export function isMissingKind(message: string): boolean {
  return message.includes(UNKNOWN_KIND);
}

async function missingKind(executor: Executor, command: string): Promise<EnvironmentError> {
  const kind = / type (\S+)/.exec(command)?.[1] ?? "device of that kind";
  const option = `CONFIG_${kind.toUpperCase()}`;
  const loaded = modulesOf((await executor.run("exec cat /proc/modules")).stdout.toString());
  return new EnvironmentError(
    `${executor.place}: this kernel has no ${kind}: "ip ${command}" failed: ${UNKNOWN_KIND}; ` +
      `of the modules for it ${loaded.length > 0 ? `${loaded.join(", ")} are loaded` : "none is loaded"}`,
    {
      mend:
        `use a kernel built with ${option}=m or =y, and with file:VMLINUZ name its modules too: modules=DIR; ` +
        `on the running kernel: modprobe ${kind}`,
    },
  );
}

function modulesOf(text: string): string[] {
  const names = text.split("\n").map((line) => line.split(" ")[0] ?? "");
  return names.filter((name) => KINDS.includes(name)).sort();
}
