/** What an agent that ended says, told to people: a device that is gone is named, anything else is quoted. */
import { expect, test } from "vitest";
import { agentFailure } from "../../lab/traffic/play.ts";

const AGENT = { place: "host", agent: "agent" };

test.each([
  ['agent: "a-mvl-prv1" does not exist here', "a-mvl-prv1"],
  ['agent: "0" cannot be written to /sys/class/net/swp-a/brport/hairpin_mode: No such file or directory', "swp-a"],
])("%s", (stderr, device) => {
  const { message } = agentFailure(AGENT, { status: 3, stderr });
  expect(message).toBe(`host: "${device}" vanished before all frames were sent: agent play`);
});

test("anything else is quoted", () => {
  const failure = agentFailure(AGENT, { status: 7, stderr: "agent: out of memory" }, "talk");
  expect([failure.message, failure.detail]).toEqual(['host: "agent talk" ended with status 7', "agent: out of memory"]);
});
