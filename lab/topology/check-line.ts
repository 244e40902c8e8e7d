/** One step of a check as one line for one tool, in the namespace it has to be taken in. */
import type { ChangeStep, Namespace, RelayTool, Role, WhoseAddress } from "../model/check-step.ts";
import { isChange } from "../model/check-step.ts";
import type { CheckStep } from "../model/scenario.ts";
import type { Mac } from "../model/topology.ts";
import { REFUSED_ADDRESS } from "./addresses.ts";
import { type CheckWorld, deviceName, endpointAt, givenAddress, kindOf, stepCommand } from "./check-world.ts";
import { netlinkCommand } from "./netlink-message.ts";

/** The network namespace `away`. */
export const AWAY_NAMESPACE = "macvlab-checks-away";

/** `ip-away`: `ip` in that namespace. `shell`: a command of its own. */
export type Tool = "ip" | "ip-away" | "bridge" | "shell";

export interface Line {
  readonly tool: Tool;
  readonly text: string;
}

/** What `ip -batch` in the other namespace calls this one: the process that runs the script is in it. */
const HOME = "$$";

/** @param index of the step among the check's. */
export function lineOf(world: CheckWorld, index: number): Line {
  const step = world.check.steps[index] as CheckStep;
  const here: Tool = whereTaken(world, index) === "away" ? "ip-away" : "ip";
  if (isChange(step)) return changeLine(world, step, here);
  const text = stepCommand(world, step);
  const isBornAway = step.do === "add" && step.request.in === "away" && here === "ip";
  return { tool: here, text: isBornAway ? text.replace(" type ", ` netns ${AWAY_NAMESPACE} type `) : text };
}

/** Whether a check has anything in the other namespace. */
export function goesAway({ check }: CheckWorld): boolean {
  return check.steps.some((step) => step.do === "move" || (step.do === "add" && step.request.in === "away"));
}

function changeLine(world: CheckWorld, step: ChangeStep, here: Tool): Line {
  if (step.do === "relay") return relayLine(world, step.by, step.on);
  if (step.do === "request") return { tool: "shell", text: netlinkCommand(ofDevice(world, step)) };
  if (step.do === "open") return { tool: "shell", text: openCommand(deviceName(world, step.device)) };
  return { tool: here, text: linkCommand(world, step) };
}

type LinkChange = Exclude<ChangeStep, { readonly do: "relay" } | { readonly do: "request" } | { readonly do: "open" }>;

function linkCommand(world: CheckWorld, step: LinkChange): string {
  if (step.do === "name-mode")
    return `link add link ${world.lower.name} name c${world.number}none type macvlan mode ${step.mode}`;
  const device = deviceName(world, step.device);
  switch (step.do) {
    case "down":
      return `link set ${device} down`;
    case "delete":
      return `link del ${device}`;
    case "move":
      return `link set ${device} netns ${step.to === "away" ? AWAY_NAMESPACE : HOME}`;
    case "set-address":
      return `link set ${device} address ${addressOf(world, step.address)}`;
    case "set-promiscuous":
      return `link set ${device} promisc ${step.on ? "on" : "off"}`;
    case "set-nopromisc":
      return `link set ${device} type ${kindOf(world, step.device)} mode passthru flag ${step.on ? "nopromisc" : "null"}`;
    case "set-bcqueuelen":
      return `link set ${device} type ${kindOf(world, step.device)} bcqueuelen ${step.length}`;
    case "set-list":
      return `link set ${device} type ${kindOf(world, step.device)} macaddr ${listed(world, step)}`;
    case "add-tap":
      return `tuntap add dev ${device} mode tap`;
    case "delete-tap":
      return `tuntap del dev ${device} mode tap`;
  }
}

function relayLine({ lower, topology }: CheckWorld, by: RelayTool, on: boolean): Line {
  const word = on ? "on" : "off";
  switch (by) {
    case "sysfs":
      return { tool: "shell", text: `echo ${on ? 1 : 0} > /sys/class/net/${lower.port}/brport/hairpin_mode` };
    case "brctl":
      return { tool: "shell", text: `brctl hairpin ${topology.switch} ${lower.port} ${word}` };
    case "bridge":
      return { tool: "bridge", text: `link set dev ${lower.port} hairpin ${word}` };
    case "ip":
      return { tool: "ip", text: `link set ${lower.port} type bridge_slave hairpin ${word}` };
  }
}

/** A missing node is not to be made by opening it; `true` and not `:`, whose failed redirection ends a shell. */
function openCommand(device: string): string {
  const node = "/dev/tap$n";
  return `{ read -r n < /sys/class/net/${device}/ifindex && [ -c ${node} ] && true 3<> ${node}; }`;
}

function ofDevice(world: CheckWorld, { device, attributes }: ChangeStep & { readonly do: "request" }) {
  return { name: deviceName(world, device), kind: kindOf(world, device), attributes };
}

function listed(world: CheckWorld, { change, sources }: ChangeStep & { readonly do: "set-list" }): string {
  const address = (who: "first" | "second" | "external" | "group") => {
    if (who === "external") return world.topology.external.address;
    return who === "group" ? REFUSED_ADDRESS : givenAddress(world, who);
  };
  return [change, ...sources.map(address)].join(" ");
}

/** The address meant by its name. */
export function addressOf(world: CheckWorld, whose: WhoseAddress): Mac {
  if (whose === "lower") return world.lower.address;
  if (whose === "spare") return world.spareAddresses[0] as Mac;
  if (whose === "group") return REFUSED_ADDRESS;
  if (whose === "zero") return "00:00:00:00:00:00";
  return endpointAt(world, whose)?.address ?? givenAddress(world, whose);
}

/** Where the device a step is about is by then, refusals left out of account. */
function whereTaken({ check }: CheckWorld, index: number): Namespace {
  const step = check.steps[index] as CheckStep;
  const before = check.steps.slice(0, index);
  if (step.do === "add") return step.request.on ? whereabouts(before, step.request.on) : whereabouts(before, "lower");
  return "device" in step && step.device !== "port" ? whereabouts(before, step.device) : "home";
}

function whereabouts(steps: readonly CheckStep[], device: Role | "lower"): Namespace {
  const told = steps.flatMap((step, index): Namespace[] => {
    if (step.do === "move") return step.device === device ? [step.to] : [];
    if (step.do !== "add" || step.endpoint !== device) return [];
    const below = step.request.on ? whereabouts(steps.slice(0, index), step.request.on) : "home";
    return [step.request.in ?? below];
  });
  return told.at(-1) ?? "home";
}
