/** Lines of a script for two endpoints that exclude each other: the second is to be refused, whichever it is. */
import { batch, endpointCommand } from "./build.ts";
import { namespaceOf, type ReproPlan } from "./plan.ts";
import type { Wanted } from "./wanted.ts";

const ERRORS: Readonly<Record<string, string>> = { EINVAL: "Invalid argument", EBUSY: "Device or resource busy" };

/** What is refused needs a namespace with a lower device, and nothing else. */
export function refusalLines({ error = "" }: Wanted, plan: ReproPlan): string[] {
  const [lower] = plan.topology.lowers;
  const ns = namespaceOf(lower?.name ?? "");
  const [first = "", second = ""] = plan.topology.endpoints.map((endpoint) => endpointCommand(plan, endpoint));
  const [one = "", other = ""] = plan.topology.endpoints.map(({ name }) => name);
  const words = ERRORS[error] ?? error;
  return [
    ...batch("ip", ns, [`link add ${lower?.name} type veth peer name ${lower?.port}`, first]),
    `refused ${ns} '${words}' ${other} ${second}`,
    ...batch("ip", ns, [`link del ${one}`, second]),
    `refused ${ns} '${words}' ${one} ${first}`,
    "",
    'tell "$refusals" 2',
  ];
}
