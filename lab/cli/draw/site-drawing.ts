/** The site of a check that takes whole IP stacks, from the lines that build it: every namespace framed, with what is in it. */
import type { CheckSpec } from "../../model/scenario.ts";
import type { StacksSetUp } from "../../model/stacks-look.ts";
import type { Endpoint, Topology } from "../../model/topology.ts";
import type { EndpointKind, Mode } from "../../model/vocabulary.ts";
import { type Site, type SiteBatch, siteOf } from "../../topology/site.ts";
import { arrangeStacks } from "../../topology/site-arranged.ts";
import { madeDevices } from "./device-lines.ts";
import type { Drawing } from "./drawn.ts";

const KINDS: readonly string[] = ["macvlan", "macvtap"];

export function siteDrawing(scenario: string, check: CheckSpec, setUp: StacksSetUp): Drawing {
  const site = siteOf(arrangeStacks([{ ...check, setUp }]).parts);
  const topology = topologyOf(site);
  const cables = site.parts.flatMap(({ cables: own }) => own).filter(({ name }) => name !== site.outside.name);
  const guests = site.parts.flatMap((part) => part.guests);
  const devices = site.parts.flatMap((part) => part.devices);
  const home = new Map(devices.map(({ name, namespace }) => [name, namespace]));
  const within = new Map([
    ...cables.map(({ name, namespace }) => [`host of ${name}`, `namespace ${namespace}`] as const),
    ...topology.endpoints.flatMap(({ name }) =>
      home.has(name) ? [[name, `namespace ${home.get(name)}`] as const] : [],
    ),
  ]);
  return {
    topology,
    options: {
      title: `${scenario} ${check.id}`,
      relay: check.reflectiveRelay ? "on" : "off",
      within,
      remarks: addressesOf(
        site,
        cables.map(({ name }) => name),
      ),
      notes: [
        `${check.text}.`,
        ...(guests.length > 0
          ? ["A macvtap is beside its lower device; its stack is on a tap behind its character device."]
          : []),
        ...site.parts.flatMap(({ settings }) =>
          settings.map(({ namespace, name, value }) => `${namespace}: ${name} = ${value}`),
        ),
        ...site.parts.flatMap(({ filters = [] }) =>
          filters.map(({ namespace }) => `${namespace}: masquerades (nftables).`),
        ),
      ],
    },
  };
}

function topologyOf({ switch: name, outside, parts }: Site): Topology {
  const cables = parts.flatMap((part) => part.cables).filter((cable) => cable.name !== outside.name);
  const known = new Map(parts.flatMap(({ devices }) => devices.map((device) => [device.name, device])));
  const endpoints = madeDevices(linesOf(parts.flatMap(({ batches }) => batches)))
    .filter(({ kind, on }) => on !== undefined && KINDS.includes(kind))
    .map(
      ({ name: device, kind, on = "", settings }): Endpoint => ({
        name: known.get(device)?.name ?? device,
        lower: on,
        kind: kind as EndpointKind,
        mode: (/\bmode (\S+)/.exec(settings)?.[1] ?? "vepa") as Mode,
        address: device,
      }),
    );
  const lowers = cables.map(({ name: device, port, address }) => ({ name: device, port, address }));
  return { switch: name, lowers, endpoints, external: outside };
}

const linesOf = (batches: readonly SiteBatch[]): string[] => batches.flatMap(({ lines }) => lines);

/** A lower device's are its host's. */
function addressesOf({ parts }: Site, lowers: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const line of linesOf(parts.flatMap(({ batches }) => batches))) {
    const [, address, device] = /^address add (\S+) dev (\S+)$/.exec(line) ?? [];
    if (!address || !device) continue;
    const id = lowers.includes(device) ? `host of ${device}` : device;
    found.set(id, [...(found.get(id) ?? []), address]);
  }
  return found;
}
