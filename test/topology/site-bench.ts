/** A small site with checks of every kind on it, and a stage of two parts for it. */
import type { Executor, RunResult } from "../../lab/base/executor.ts";
import { stacksChecks } from "../../lab/runner/stacks-check.ts";
import { siteOf } from "../../lab/topology/site.ts";
import { arrangeStacks } from "../../lab/topology/site-arranged.ts";
import { siteStage } from "../../lab/topology/site-stage.ts";
import type { Part } from "../../lab/topology/stage.ts";
import { planSite, type SitePlan } from "../../lab/traffic/site-plan.ts";
import { gateways } from "../../scenarios/gateways.ts";

export const NONCE = 0x01020304;

/** One of each kind: a host's macvlan, a gateway, several addresses, a question about oneself behind a macvtap. */
const SOME =
  /^(host-macvlan-bridge-macvlan-bridge-relay-on|gateway-bridge-macvtap-vepa-nat-relay-off|several-bridge-ignore-0.*rp-0|own-question-macvtap-vepa-nonce-relay-on)/;

export function sitePlan(wanted: RegExp = SOME): SitePlan {
  const checks = stacksChecks((gateways.checks ?? []).filter(({ id }) => wanted.test(id)));
  const { parts, turns } = arrangeStacks(checks);
  return planSite(siteOf(parts), turns, NONCE);
}

/** Keeps the scripts it is given. @param shown what each of them says. */
export function scripted(place: string, shown = "") {
  const scripts: string[] = [];
  const run = async (script: string): Promise<RunResult> => {
    scripts.push(script);
    return { status: 0, stdout: Buffer.from(shown), stderr: "" };
  };
  const executor = { place, agent: "/agent", workDirectory: "/run", run } as unknown as Executor;
  return { executor, scripts };
}

/** The parts of a site across cables, as they have it: the guest's, the switch's. */
export function twoParts({ site }: SitePlan, ...executors: readonly [Executor, Executor]): [Part, Part] {
  const card = (prefix: string, has: (name: string) => boolean) => (name: string) =>
    has(name) ? `${prefix}-${name}` : undefined;
  const { parts } = siteStage(([topology]) => {
    const lowers = new Set(topology?.lowers.map(({ name }) => name));
    const ports = new Set(topology?.lowers.map(({ port }) => port));
    const [guest, atSwitch] = executors;
    return {
      parts: [
        { executor: guest, has: (name) => lowers.has(name), card: card("near", (name) => lowers.has(name)) },
        { executor: atSwitch, has: (name) => !lowers.has(name), card: card("far", (name) => ports.has(name)) },
      ],
    };
  }, site);
  return parts as [Part, Part];
}
