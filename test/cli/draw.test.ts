import { afterEach, expect, test, vi } from "vitest";
import { drawCommand } from "../../lab/cli/draw-command.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

async function draw(scenario: string, filter?: string): Promise<string> {
  let text = "";
  vi.spyOn(process.stdout, "write").mockImplementation((piece) => {
    text += piece;
    return true;
  });
  expect(await drawCommand(scenario, { format: "ascii", ...(filter === undefined ? {} : { filter }) })).toBe(0);
  return text;
}

test("a matrix is drawn whole, and a cell by its pair alone", async () => {
  const whole = await draw("pairings");
  for (const name of ["a-mvl-prv1", "b-mvt-vep1", "p4-mvt-pas1", "relay off and on"]) expect(whole).toContain(name);
  const pair = await draw("pairings", "same-lower relay-on unicast macvlan/vepa>macvlan/source+sender");
  expect(pair).toMatch(/\+from-/);
  expect(pair).toMatch(/\+to-/);
  expect(pair).toContain("lists a-mvl-vep1");
  expect(pair).not.toContain("low-b");
});

test("conversations have their router, and a check its world", async () => {
  expect(await draw("conversations", "by-router macvlan/vepa>macvlan/vepa$")).toContain("swp-near");
  expect(await draw("basics", "mode-change-in-force$")).toContain("changed to bridge");
});

test.each([
  ["nope", undefined, /"nope" is not a scenario/],
  ["basics", undefined, /a world of its own for each of/],
  ["pairings", "nothing like it", /no cell of "pairings" matches/],
  ["pairings", "same-lower relay-on unicast macvlan/passthru>macvlan/vepa", /shares its lower device with nobody/],
  ["wireless", undefined, /"wireless" cannot be drawn: /],
  ["throughput", undefined, /"throughput" cannot be drawn: /],
  ["gateways", "gateway", /world of its own/],
  ["pairings", "(", /no regular expression/],
])("what cannot be drawn is said in a sentence: %s %s", async (scenario, filter, message) => {
  await expect(draw(scenario, filter)).rejects.toThrow(message);
});
