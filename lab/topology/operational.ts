/** Waiting until devices are fit to send: being up is not enough. */
import pRetry from "p-retry";
import { EnvironmentError } from "../base/errors.ts";
import type { Executor } from "../base/executor.ts";

/** The last command of a script that builds devices: what it shows is looked at first. */
export const SHOW_LINKS = "exec ip -json link show";
const READINESS = { retries: Number.POSITIVE_INFINITY, minTimeout: 5, maxTimeout: 250 };
/** Milliseconds, times the place's slowness. */
const READY_WITHIN = 10_000;

interface Link {
  readonly ifname: string;
  readonly operstate: string;
  readonly qdisc: string;
}

/**
 * A device whose carrier came on after it was brought up drops what it is to send until the kernel's link watcher has
 * looked (`linkwatch_do_dev`), which it does when it likes. So: until every device is operational.
 */
export async function allUp(executor: Executor, wanted: readonly string[], shown?: Buffer): Promise<void> {
  let links: Buffer | undefined = shown;
  const look = async () => {
    const text = links ?? (await executor.run(SHOW_LINKS)).stdout;
    links = undefined;
    const ready = new Set((JSON.parse(text.toString()) as Link[]).filter(isReady).map(({ ifname }) => ifname));
    const late = wanted.find((name) => !ready.has(name));
    if (late) throw new NotReady(`${executor.place}: "${late}" does not become operational`);
  };
  const maxRetryTime = READY_WITHIN * (executor.slowness ?? 1);
  await pRetry(look, { ...READINESS, maxRetryTime, shouldRetry: ({ error }) => error instanceof NotReady });
}

/** As the kernel has it (`netif_oper_up`): unknown is as good as up. A queue of the kind `noop` drops everything. */
function isReady({ operstate, qdisc }: Link): boolean {
  return (operstate === "UP" || operstate === "UNKNOWN") && qdisc !== "noop";
}

class NotReady extends EnvironmentError {}
