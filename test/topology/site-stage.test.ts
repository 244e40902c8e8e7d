/** A site across cables: what stands where, how it is built there and taken down. */
import { expect, test } from "vitest";
import { buildSite } from "../../lab/topology/site-build.ts";
import { whole } from "../../lab/topology/stage.ts";
import { scripted, sitePlan, twoParts } from "./site-bench.ts";

const plan = sitePlan();
const { site } = plan;
const cables = site.parts.flatMap((part) => part.cables);
const lowers = cables.filter(({ name }) => name !== "outside").map(({ name }) => name);
const cards = [...lowers.map((name) => `near-${name}`), ...cables.map(({ port }) => `far-${port}`)].join(" ");

async function built() {
  const [guest, atSwitch] = [scripted("a guest", cards), scripted("the switch", cards)];
  const live = await buildSite({ parts: twoParts(plan, guest.executor, atSwitch.executor) }, site);
  await live[Symbol.asyncDispose]();
  const [near = "", nearGone = ""] = guest.scripts;
  const [far = "", farGone = ""] = atSwitch.scripts;
  return { near, nearGone, far, farGone };
}

const linesOf = (text: string, wanted: RegExp) => text.split("\n").filter((line) => wanted.test(line));

test("the external host is beside the switch, everything else is elsewhere", () => {
  const [guest, atSwitch] = twoParts(plan, scripted("a guest").executor, scripted("the switch").executor);
  const beyond = [site.switch, "outside", "mv-outside", ...cables.map(({ port }) => port)];
  const within = site.parts
    .slice(1)
    .flatMap(({ namespaces, devices }) => [...namespaces, ...devices.map(({ name }) => name)]);
  expect(beyond.map((name) => [guest.has(name), atSwitch.has(name)])).toEqual(beyond.map(() => [false, true]));
  expect(within.map((name) => [guest.has(name), atSwitch.has(name)])).toEqual(within.map(() => [true, false]));
});

test("what is built in the parts is what is built in one place, but for the cables that are cards", async () => {
  const alone = scripted("a place");
  await buildSite(whole(alone.executor), site);
  const { near, far } = await built();
  const made = /^(netns|link|tuntap|address|route|rule|fdb) ?add/;
  const isCable = (line: string) => lowers.some((name) => line.startsWith(`link add ${name} `));
  const expected = linesOf(alone.scripts[0] ?? "", made).filter((line) => !isCable(line));
  expect([...linesOf(near, made), ...linesOf(far, made)].sort()).toEqual(expected.sort());
  expect(linesOf(near, /name s\d+ /)).toHaveLength(lowers.length);
  expect(linesOf(near, /^link set s\d+ netns /)).toHaveLength(lowers.length);
  expect(linesOf(far, /name s\d+p /)).toHaveLength(lowers.length);
  expect(alone.scripts[0]).not.toContain(" promisc ");
});

test("cards are given back once nothing hangs off them any more", async () => {
  const { nearGone, farGone } = await built();
  for (const name of lowers) expect(nearGone).toContain(`link set ${name} name near-${name}`);
  expect(linesOf(farGone, /name far-s\d+p$/)).toHaveLength(lowers.length);
  const [stacked, home] = [nearGone.indexOf("link del group"), nearGone.indexOf(" netns 1")];
  expect(stacked).toBeGreaterThan(-1);
  expect(stacked).toBeLessThan(home);
  expect(nearGone.indexOf("netns del")).toBeGreaterThan(nearGone.lastIndexOf(" netns 1"));
});

test("a card that does not come back is told of", async () => {
  const [guest, atSwitch] = [scripted("a guest"), scripted("the switch", cards)];
  const live = await buildSite({ parts: twoParts(plan, guest.executor, atSwitch.executor) }, site);
  await expect(live[Symbol.asyncDispose]()).rejects.toThrow(/a guest: "near-s1", .* did not come back/);
});
