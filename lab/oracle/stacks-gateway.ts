/** A host whose macvlan is the gateway of an endpoint: from the endpoint's question for it to the end of a connection. */
import type { Gateway } from "../model/stacks-look.ts";
import { hostOf } from "./flow.ts";
import type { Judge } from "./judge.ts";
import { decisionsAbout } from "./judge.ts";
import { ENDPOINT, HOST, reachHost } from "./stacks-host-macvlan.ts";
import type { StacksPrediction } from "./stacks-prediction.ts";
import { LOWER, stacksWorld } from "./stacks-world.ts";

const HIDDEN =
  "nf_nat_masquerade_ipv4: what a host forwards has the address of the device it leaves by as its source where it is masqueraded there";
const SHOWN = "ip_forward: what a host forwards keeps its source, to which the external host knows no way back";

export function gateway(
  { host, endpoint, masquerade }: Gateway,
  reflectiveRelay: boolean,
  judge: Judge,
): StacksPrediction {
  const stations = [
    { name: HOST, kind: "macvlan" as const, mode: host },
    { name: ENDPOINT, ...endpoint },
  ];
  const { world, error } = stacksWorld(stations, reflectiveRelay, judge);
  if (error) return { value: error, rule: judge.quote(judge.decisions.slice(-1)) };
  const made = judge.decisions.length;
  const came = reachHost(world, judge, 0);
  const forwarded = came === "heard" || came === "answered";
  const hidden = forwarded && masquerade;
  const seen = forwarded ? (hidden ? "host" : "endpoint") : "nobody";
  const outcome = came === "unresolved" ? came : came === "answered" && hidden ? "answered" : "unheard";
  const about = decisionsAbout({ decisions: judge.decisions.slice(made) }, [HOST, ENDPOINT, LOWER, hostOf(LOWER)]);
  return {
    value: `${outcome}, seen as ${seen}`,
    rule: [judge.quote(about), ...(forwarded ? [masquerade ? HIDDEN : SHOWN] : [])].join("; "),
  };
}
