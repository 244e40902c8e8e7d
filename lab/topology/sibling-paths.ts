/** Pairs of siblings in namespaces of their own, a pair for each way between them, as the commands that build them. */
import { SIBLING_PATHS, type SiblingPath } from "../model/measure.ts";

export interface SiblingPair {
  readonly path: SiblingPath;
  /** Namespaces of the one that sends and of the one that listens. */
  readonly sender: string;
  readonly listener: string;
  /** Internet address of the listener. */
  readonly address: string;
  /** The port of the switch that the sender's frames come in by, where they come there. */
  readonly port: string;
  /** Whether they do. */
  readonly crossesSwitch: boolean;
}

export function siblingPair(path: SiblingPath): SiblingPair {
  return {
    path,
    sender: `from-${path}`,
    listener: `to-${path}`,
    address: `${subnetOf(path)}.2`,
    port: `${path}-swp`,
    crossesSwitch: path !== "bridge",
  };
}

/** The benchmarking range (RFC 2544). */
function subnetOf(path: SiblingPath): string {
  return `198.18.${SIBLING_PATHS.indexOf(path) + 1}`;
}

/** Lines for `ip -batch`. */
export function pairCommands(path: SiblingPath): string[] {
  const { sender, listener, port } = siblingPair(path);
  const [one, other, lower, bridge] = [`${path}-one`, `${path}-other`, `${path}-low`, `${path}-sw`];
  const plug = (name: string) => [`link set ${name} master ${bridge}`, `link set ${name} up`];
  const endpoint = (name: string, namespace: string) =>
    `link add link ${lower} name ${name} netns ${namespace} type macvlan mode ${path}`;
  const pair =
    path === "veth"
      ? [
          `link add ${one} netns ${sender} type veth peer name ${port}`,
          `link add ${other} netns ${listener} type veth peer name ${port}2`,
          ...[...plug(port), ...plug(`${port}2`)],
        ]
      : [
          `link add ${lower} type veth peer name ${port}`,
          ...plug(port),
          `link set ${port} type bridge_slave hairpin ${path === "vepa" ? "on" : "off"}`,
          `link set ${lower} up`,
          endpoint(one, sender),
          endpoint(other, listener),
        ];
  return [
    ...[sender, listener].map((name) => `netns add ${name}`),
    `link add ${bridge} type bridge stp_state 0 mcast_snooping 0`,
    `link set ${bridge} up`,
    ...pair,
  ];
}

/** Lines of a script, behind the commands: both ends up, with an address each. */
export function pairAddresses(path: SiblingPath): string[] {
  const { sender, listener } = siblingPair(path);
  const end = (namespace: string, name: string, host: number) => [
    `ip -n ${namespace} address add ${subnetOf(path)}.${host}/24 dev ${name} || exit`,
    `ip -n ${namespace} link set ${name} up || exit`,
  ];
  return [...end(sender, `${path}-one`, 1), ...end(listener, `${path}-other`, 2)];
}

/** What runs in them goes with them. */
export function pairRemoval(paths: readonly SiblingPath[]): string {
  return paths
    .flatMap((path) => {
      const { sender, listener, port } = siblingPair(path);
      return [
        `for name in ${sender} ${listener}; do`,
        "  for pid in $(ip netns pids $name); do kill $pid; done",
        "  ip netns del $name",
        "done 2>/dev/null",
        `for name in ${port} ${port}2 ${path}-sw; do ip link del $name; done 2>/dev/null`,
      ];
    })
    .concat("exit 0")
    .join("\n");
}
