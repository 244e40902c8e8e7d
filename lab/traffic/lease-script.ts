/**
 * Leases: a real DHCP server on the external host, and a client at each endpoint that asks for one. Their programs are
 * BusyBox's; what they print tells the agent who got a lease.
 */
import type { Resident } from "../topology/residents.ts";
import type { PlannedTalk } from "./talk-plan.ts";

/** Addresses to lease, of the range for benchmarks (RFC 2544) that no resident has. */
const POOL = "198.19.0";
/** A client's own tries, and seconds between them. */
const REQUESTS = 3;
const PATIENCE = 1;
/** Where the server is in another guest, which may have to wait its turn. */
const PATIENCE_ACROSS = 3;

/** The server's configuration: everybody's lease is fixed, so that it need not ask around whether an address is free. */
export function leaseConfiguration(clients: readonly Resident[], server: Resident, directory: string): string {
  return [
    `interface ${server.device}`,
    `start ${POOL}.1`,
    `end ${POOL}.254`,
    `lease_file ${directory}/dhcp.leases`,
    `pidfile ${directory}/dhcp.pid`,
    "option subnet 255.255.255.0",
    ...clients.map(({ address, number }) => `static_lease ${address} ${POOL}.${number}`),
    "",
  ].join("\n");
}

/**
 * Starts the server, asks for all leases at once, says of each what became of it, and ends the server. The agent enters
 * namespaces: `ip netns exec` mounts /sys anew each time, which these programs do not look at.
 */
export function leaseScript(
  talks: readonly PlannedTalk[],
  server: Resident,
  configuration: string,
  agent: string,
): string {
  return [
    serverLine(server, configuration, agent),
    "server=$!",
    ...clientLines(talks, agent, PATIENCE),
    ...SERVER_END,
  ].join("\n");
}

/** The clients alone, where the server is elsewhere. */
export function clientsScript(talks: readonly PlannedTalk[], agent: string): string {
  return clientLines(talks, agent, PATIENCE_ACROSS).join("\n");
}

function clientLines(talks: readonly PlannedTalk[], agent: string, patience: number): string[] {
  const options = `-f -n -q -t ${REQUESTS} -T ${patience} -s /bin/true`;
  const asks = talks.map(({ id, from }) => {
    const client = `${agent} in ${from.namespace} busybox udhcpc -i ${from.device} ${options} >/dev/null 2>&1`;
    return `(echo ${id} 1 sent; ${client} && echo ${id} 1 answered) & clients="$clients $!"`;
  });
  return [...asks, "wait $clients"];
}

/** The server alone. @param pipe is written to when nobody asks any more. */
export function serverScript(server: Resident, configuration: string, agent: string, pipe: string): string {
  return [serverLine(server, configuration, agent), "server=$!", `read over < ${pipe}`, ...SERVER_END].join("\n");
}

function serverLine(server: Resident, configuration: string, agent: string): string {
  return `${agent} in ${server.namespace} busybox udhcpd -f ${configuration} >/dev/null 2>&1 &`;
}

const SERVER_END = ["kill $server", "wait $server 2>/dev/null"];
