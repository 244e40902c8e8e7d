/** The draft of a report: nothing in it that the run did not measure. */
import { describe, expect, test } from "vitest";
import type { CellResult, Results } from "../../lab/model/results.ts";
import { relevantOptions, renderMail } from "../../reports/repro/mail.ts";

const NAME = "same-lower relay-on broadcast macvlan/bridge>macvlan/vepa";

function cellOn(kernel: string, verdict: CellResult["verdict"], copies = 2): CellResult {
  return {
    id: `pairings ${kernel} ${NAME}`,
    kernel,
    scenario: "pairings",
    traffic: "broadcast",
    placement: "same-lower",
    source: { kind: "macvlan", mode: "bridge" },
    destination: { kind: "macvlan", mode: "vepa" },
    expected: { copies: 1, echo: 0, wire: 1, by: "oracle", rule: "macvlan_broadcast: one copy each" },
    observed: { copies, echo: 0, wire: 1 },
    verdict,
  } as unknown as CellResult;
}

function resultsOf(verdicts: Readonly<Record<string, CellResult["verdict"]>>, log?: string): Results {
  const findings = log === undefined ? [] : [{ kind: "warning", title: "WARNING in macvlan", log }];
  const kernels = Object.keys(verdicts).map((version) => ({
    id: version,
    version,
    release: `${version}-amd64`,
    modules: [],
    health: { status: "ok", findings },
  }));
  const cells = Object.entries(verdicts).map(([version, verdict]) => cellOn(version, verdict));
  return { kernels, cells, checks: [] } as unknown as Results;
}

const mail = (verdicts: Readonly<Record<string, CellResult["verdict"]>>, of: string, log?: string): string => {
  const results = resultsOf(verdicts, log);
  const cell = results.cells.find(({ kernel }) => kernel === of) as CellResult;
  return renderMail(cell, { results, script: "#!/bin/sh\n", config: undefined, console: undefined, format: "script" });
};

describe("last good and first bad", () => {
  test("are neighbours that were measured, by version and not by order", () => {
    const text = mail({ "7.2.1": "mismatch", "6.12.4": "match", "7.3.0": "mismatch" }, "7.3.0");
    expect(text).toContain("Last good: 6.12.4-amd64");
    expect(text).toContain("First bad: 7.2.1-amd64");
  });

  test("are not told across a kernel that could not tell, nor without an older one", () => {
    const text = mail({ "6.1.9": "match", "6.12.4": "inconclusive", "7.2.1": "mismatch" }, "7.2.1");
    expect(text).toContain("Last good: not known: on 6.12.4, the next older one, it is inconclusive");
    expect(text).not.toContain("6.1.9");
    expect(mail({ "7.2.1": "mismatch" }, "7.2.1")).toContain("no older kernel was measured");
  });
});

test("a draft names the list, what was expected by which rule, taint and log, and has the script", () => {
  const text = mail({ "7.2.1": "mismatch" }, "7.2.1", "CPU: 0 PID: 7 Tainted: G        W  7.2.1\nCall Trace:");
  expect(text).toMatch(/^To: netdev@vger\.kernel\.org\n/);
  expect(text).toContain("because:  macvlan_broadcast: one copy each");
  expect(text).toMatch(/Taint: Tainted: G +W/);
  expect(text).toContain("  Call Trace:");
  expect(text).toContain("#!/bin/sh");
  expect(mail({ "7.2.1": "match" }, "7.2.1")).toContain("this is no regression");
});

const CONSOLE = [
  "[    2.772387] macvlan: loading out-of-tree module taints kernel.",
  "[    2.773050] macvlan: module verification failed: signature and/or required key missing - tainting kernel",
  "[    3.595893] sw: port 3(swp-p1) entered forwarding state",
  "[    4.752799] device low-p1 left promiscuous mode",
  "[    4.800000] last words",
  "",
].join("\r\n");

test("a draft says how its script ends: 0 where the fault is, or, in the kernel tree, where it is not", () => {
  const results = resultsOf({ "7.2.1": "mismatch" });
  const facts = { results, script: "#!/bin/sh\n", config: undefined, console: undefined };
  const [cell] = results.cells as [CellResult];
  expect(renderMail(cell, { ...facts, format: "script" })).toContain("\nends with 0 where the same is seen, 1 where");
  const tree = renderMail(cell, { ...facts, format: "kselftest" });
  expect(tree).toContain("passes where what is expected is seen, fails where something else is, as on 7.2.1-amd64");
  expect(tree).not.toContain("with 0 where the same is seen");
});

describe("a run's console", () => {
  const results = resultsOf({ "7.2.1": "mismatch" });
  const facts = { results, script: "#!/bin/sh\n", config: undefined, format: "script" } as const;
  const draft = (console: string | undefined) => renderMail(results.cells[0] as CellResult, { ...facts, console });

  test("is quoted but for ports and devices that come and go", () => {
    const text = draft(CONSOLE);
    expect(text).toContain("dmesg, its last lines but those of ports and modes:\n\n  [    2.772387] macvlan: loading");
    expect(text).toContain("  [    4.800000] last words\n");
    expect(text).not.toMatch(/swp-p1|promiscuous/);
  });

  test("tells of taint, and its silence does; where there is none, nothing does", () => {
    expect(draft(CONSOLE)).toContain("Taint: O (out-of-tree module), E (unsigned module)\n");
    expect(draft("[    4.800000] last words")).toContain("Taint: nothing in the kernel's log says it is tainted\n");
    expect(draft(undefined)).toContain("Taint: not recorded for this cell\n");
    expect(draft(undefined)).toContain("The kernel's log was not recorded for this cell.\n");
    expect(draft(CONSOLE)).not.toContain("not recorded for this cell");
  });
});

test("of a configuration only what bears on it is quoted", () => {
  expect(relevantOptions("CONFIG_MACVLAN=m\nCONFIG_USB=y\n# CONFIG_KASAN is not set\n")).toEqual([
    "CONFIG_MACVLAN=m",
    "# CONFIG_KASAN is not set",
  ]);
});
