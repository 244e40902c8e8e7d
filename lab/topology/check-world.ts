/**
 * The little world of one check: a lower device of its own, endpoints as the steps make them, and where the look needs
 * traffic a switch with an external host. Many stand side by side, told apart by a number.
 */
import type { ChangeStep } from "../model/check-step.ts";
import type { CheckSpec, CheckStep, EndpointRequest } from "../model/scenario.ts";
import type { Endpoint, Lower, Mac } from "../model/topology.ts";
import { REFUSED_ADDRESS, unicastAddress } from "./addresses.ts";
import type { PlacedTopology } from "./arrangement.ts";

export type CheckEndpoint = "first" | "second" | "third";
const ENDPOINTS: readonly CheckEndpoint[] = ["first", "second", "third"];
const ADDRESSES_PER_WORLD = 16;
const CHECK_ADDRESSES = 0xc00000;
/**
 * Far above what the kernel counts up to by itself; each process's own, for on the running kernel nodes are named after
 * indexes in one directory for all namespaces.
 */
const FIXED_INDEX = 1_000_000 + (process.pid % 10_000) * 10_000;

export interface CheckWorld {
  readonly check: CheckSpec;
  readonly number: number;
  readonly lower: Lower;
  /** The switch and its external host: only where the look sends traffic. */
  readonly topology: PlacedTopology;
  readonly hasSwitch: boolean;
  /** Address of a fence to endpoints without a list: on no list, ever. */
  readonly unlistedFence: Mac;
  /** Addresses nobody has, one per endpoint. */
  readonly spareAddresses: readonly Mac[];
}

/** One of the sixteen addresses of a world, by its place among them. */
export function addressInWorld({ number }: Pick<CheckWorld, "number">, offset: number): Mac {
  return unicastAddress(CHECK_ADDRESSES + number * ADDRESSES_PER_WORLD + offset);
}

export function checkWorlds(checks: readonly CheckSpec[]): CheckWorld[] {
  return checks.map(checkWorld);
}

function checkWorld(check: CheckSpec, number: number): CheckWorld {
  const address = (offset: number) => unicastAddress(CHECK_ADDRESSES + number * ADDRESSES_PER_WORLD + offset);
  const name = (role: string) => `c${number}${role}`;
  const lower = { name: name("low"), port: name("swp"), address: address(0) };
  const external = { name: name("ext"), port: name("swp-ext"), address: address(1) };
  const given = (endpoint: CheckEndpoint) => address(2 + ENDPOINTS.indexOf(endpoint));
  const addressesOf = { lower: lower.address, external: external.address, given };
  const isSwitched = check.steps.some((step) => step.do === "relay");
  const hasSwitch = isSwitched || ["ping", "copies", "frames", "relay"].includes(check.look.look);
  const endpoints: Endpoint[] = [];
  for (const step of check.steps) {
    if (step.do !== "add") continue;
    const sibling = endpoints.at(-1)?.address;
    const called = name(step.request.named ?? step.endpoint);
    endpoints.push(endpointOf(called, step.endpoint, step.request, lower, { ...addressesOf, sibling }));
  }
  const topology = { switch: name("sw"), lowers: [lower], external, endpoints, fenceSource: address(8) };
  return {
    check,
    number,
    lower,
    topology,
    hasSwitch,
    unlistedFence: address(9),
    spareAddresses: [10, 11, 12].map(address),
  };
}

interface Addresses {
  readonly lower: Mac;
  readonly external: Mac;
  /** Of the endpoint made last before. */
  readonly sibling: Mac | undefined;
  readonly given: (endpoint: CheckEndpoint) => Mac;
}

/** The endpoint as it will be when nothing is refused; what the request leaves open is the driver's default. */
function endpointOf(
  name: string,
  role: CheckEndpoint,
  request: EndpointRequest,
  lower: Lower,
  addresses: Addresses,
): Endpoint {
  const mode = request.mode ?? "vepa";
  const listed = (who: CheckEndpoint | "external") => (who === "external" ? addresses.external : addresses.given(who));
  return {
    name,
    lower: lower.name,
    kind: request.kind,
    mode,
    address: addressOf(role, request, addresses),
    ...(request.sources ? { sources: request.sources.map(listed) } : {}),
    ...(request.nodst ? { nodst: true } : {}),
  };
}

/** The address it will have, or would be given where the kernel is to generate one that others need to know. */
function addressOf(role: CheckEndpoint, request: EndpointRequest, addresses: Addresses): Mac {
  if (request.mode === "passthru" || request.address === "lower") return addresses.lower;
  return request.address === "sibling" ? (addresses.sibling ?? addresses.given(role)) : addresses.given(role);
}

/** One step as a line for `ip -batch`. What changes what is there is `check-line.ts`'s. */
export function stepCommand(world: CheckWorld, step: Exclude<CheckStep, ChangeStep>): string {
  switch (step.do) {
    case "add":
      return addCommand(world, step.endpoint, step.request);
    case "up":
      return `link set ${deviceName(world, step.device)} up`;
    case "set-mode":
      return `link set ${deviceName(world, step.device)} type ${kindOf(world, step.device)} mode ${step.mode}`;
    case "set-mtu":
      return `link set ${deviceName(world, step.device)} mtu ${step.mtu}`;
  }
}

export function deviceName(world: CheckWorld, device: CheckEndpoint | "lower" | "port"): string {
  if (device === "lower" || device === "port") return device === "lower" ? world.lower.name : world.lower.port;
  return `c${world.number}${requestFor(world, device)?.named ?? device}`;
}

/** Two of one name, in two namespaces, are told apart by their addresses. */
export function endpointAt(world: CheckWorld, role: CheckEndpoint): Endpoint | undefined {
  const called = world.topology.endpoints.filter(({ name }) => name === deviceName(world, role));
  return called.find(({ address }) => address === givenAddress(world, role)) ?? called[0];
}

/** The address an endpoint is given where it is given one of its own. */
export function givenAddress({ number }: CheckWorld, role: CheckEndpoint): Mac {
  return unicastAddress(CHECK_ADDRESSES + number * ADDRESSES_PER_WORLD + 2 + ENDPOINTS.indexOf(role));
}

/** The interface index an endpoint has that asks for one. */
export const fixedIndex = ({ number }: CheckWorld): number => FIXED_INDEX + number;

function requestFor({ check }: CheckWorld, role: CheckEndpoint): EndpointRequest | undefined {
  return check.steps.flatMap((step) => (step.do === "add" && step.endpoint === role ? [step.request] : []))[0];
}

export function kindOf(world: CheckWorld, device: CheckEndpoint): string {
  return endpointAt(world, device)?.kind ?? "macvlan";
}

/**
 * Only what the request says is said, but for addresses others have to know: of endpoints that send or receive, and of
 * one whose address a sibling is to take.
 */
function addCommand(world: CheckWorld, role: CheckEndpoint, request: EndpointRequest): string {
  const endpoint = endpointAt(world, role) as Endpoint;
  const below = request.on ? deviceName(world, request.on) : world.lower.name;
  const parts = [`link add link ${below} name ${endpoint.name}`];
  const address = requestedAddress(world, role, request, endpoint);
  if (address) parts.push(`address ${address}`);
  if (request.mtu !== undefined) parts.push(`mtu ${request.mtu}`);
  if (request.index) parts.push(`index ${fixedIndex(world)}`);
  parts.push(`type ${request.kind}`);
  if (request.mode) parts.push(`mode ${request.mode}`);
  if (request.nodst) parts.push("nodst");
  if (request.nopromisc) parts.push("nopromisc");
  if (request.bcqueuelen !== undefined) parts.push(`bcqueuelen ${request.bcqueuelen}`);
  if (endpoint.sources) parts.push(`macaddr set ${endpoint.sources.join(" ")}`);
  return parts.join(" ");
}

function requestedAddress(
  world: CheckWorld,
  role: CheckEndpoint,
  request: EndpointRequest,
  endpoint: Endpoint,
): Mac | undefined {
  const given = givenAddress(world, role);
  if (request.address === "given") return given;
  if (request.address === "group") return REFUSED_ADDRESS;
  if (request.address === "lower") return world.lower.address;
  if (request.address === "sibling") return endpoint.address;
  const names = ({ check }: CheckWorld) =>
    check.steps.some((step) => {
      if (step.do === "add") return step.request.address === "sibling";
      return step.do === "set-address" || step.do === "set-list";
    });
  const mustBeKnown = world.hasSwitch || names(world);
  return mustBeKnown && request.mode !== "passthru" ? given : undefined;
}
