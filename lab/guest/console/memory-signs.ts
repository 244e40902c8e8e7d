/** Signs of memory misused, leaked or used up. */
import type { Report } from "./frames.ts";
import { BANNER, inFunction, named, type Sign } from "./sign.ts";
import { plainTitle, titleIn } from "./title.ts";

const ACCESS = /^(Read|Write) (?:of size|at addr)/;

/** `KASAN: slab-use-after-free Read in FUNCTION`; what frees twice has no access. */
function kasanTitle(match: RegExpExecArray, report: Report): string {
  const what = match[1] ?? "";
  const access = report.map((text) => ACCESS.exec(text)?.[1]).find(Boolean);
  const heading = /free$/.test(what) && !/after-free$/.test(what) ? "invalid-free" : [what, access].join(" ").trim();
  return titleIn(`KASAN: ${heading}`, blamed(report));
}

/** The first line names the function, unless it is one of those that copy for others; then the stack does. */
function blamed(report: Report): Report {
  const first = / in (\S+\+0x\S+)/.exec(report.find((text) => text.startsWith("BUG: ")) ?? "")?.[1];
  return first ? [`RIP: 0010:${first}`, ...report] : report;
}

const OOM_KILLED = /^Out of memory(?: and no killable|: Kill)/;

export const MEMORY_SIGNS: readonly Sign[] = [
  { kind: "kasan", start: /^BUG: KASAN: ([a-z-]+(?: or [a-z-]+)?)/, last: BANNER, title: kasanTitle },
  {
    kind: "kcsan",
    start: /^BUG: KCSAN: (.*)/,
    last: BANNER,
    title: (match) => plainTitle(`KCSAN: ${match[1]?.replace(/ \[\w+\]/g, "")}`),
  },
  {
    kind: "bug",
    start: /^BUG: (KFENCE|KMSAN): ([a-z -]+?)(?: in |$)/,
    last: BANNER,
    title: (match, report) => titleIn(`${match[1]}: ${match[2]}`, blamed(report)),
  },
  {
    kind: "memory-leak",
    start: /^BUG: memory leak|^unreferenced object 0x/,
    title: inFunction("memory leak", {
      from: "trace",
      skip: /kmemleak|alloc|kmem|slab|create_object|mem_?dup|strn?dup/,
    }),
  },
  {
    kind: "memory-leak",
    start: /^kmemleak: \d+ new suspected memory leaks?/,
    brief: true,
    title: named("memory leak"),
  },
  {
    kind: "out-of-memory",
    start: /^(\S.*?) invoked oom-killer: (?!.*memcg)/,
    last: OOM_KILLED,
    title: (_match, report) => {
      const victim = report
        .map((text) => /^Out of memory: Kill(?:ed)? process \d+ \((.*?)\)/.exec(text)?.[1])
        .find(Boolean);
      return victim ? `Out of memory: Killed process (${victim})` : "Out of memory";
    },
  },
  {
    kind: "out-of-memory",
    start: /^Out of memory: Kill(?:ed)? process \d+ \((.*?)\)/,
    brief: true,
    title: named("Out of memory: Killed process ($1)"),
  },
  {
    kind: "out-of-memory",
    start: /^Kernel panic - not syncing: (?:Out of memory|System is deadlocked on memory)/,
    title: named("kernel panic: System is deadlocked on memory"),
  },
  {
    kind: "warning",
    start: /^\S+: page allocation failure: /,
    title: inFunction("page allocation failure", { from: "trace" }),
  },
  { kind: "bug", start: /^BUG (\S+) \((?:Not tainted|Tainted: [^)]*)\): (.+)/, title: named("BUG $1: $2") },
  {
    kind: "bug",
    start: /^BUG: Bad page (state|cache)/,
    title: inFunction("BUG: Bad page $1", { from: "trace", skip: /page|folio|free_unref|alloc/ }),
  },
];
