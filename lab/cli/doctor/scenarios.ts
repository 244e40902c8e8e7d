/** Which scenarios can run where: in guests, and on the running kernel. */
import { SCENARIOS } from "../../../scenarios/index.ts";
import type { Scenario } from "../../model/scenario.ts";
import type { Finding, State } from "./finding.ts";

/** @param guests what was found of what a guest needs. @param host the same for the running kernel. */
export function scenarioFindings(
  guests: State,
  host: State,
  root: boolean,
  scenarios: readonly Scenario[] = SCENARIOS,
): Finding[] {
  return scenarios.map((scenario) => {
    const allowed = root || !scenario.privileged;
    const inGuests = allowed && guests !== "missing";
    const onHost = allowed && host === "ok";
    const places = scenario.guests
      ? [inGuests && onHost && "guests on the running kernel"]
      : [inGuests && "guests", onHost && "the running kernel"];
    const named = places.filter((place) => place !== false).join(" and ");
    if (named !== "") return { subject: scenario.name, state: "ok", text: `can run in ${named}` };
    const mend = allowed ? "see what is missing above" : "it needs root on the machine itself, whatever the kernel";
    // A consequence, not a cause: what is missing says itself that it is.
    return { subject: scenario.name, state: "limited", text: "cannot run here", mend };
  });
}
