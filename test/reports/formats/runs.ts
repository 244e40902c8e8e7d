/** Made-up runs at the edges: nothing in them, everything hostile, ten times what GitHub takes. */
import type { Results } from "../../../lab/model/results.ts";
import { makeResults, NEW, sampleCell, sampleCheck, sampleKernel } from "../sample.ts";

/** What a name must not be able to do: markup, a new line, a workflow command, what XML cannot hold, half a character. */
export const NASTY =
  "<script>alert(1)</script>\n::error title=x::injected\r\n##[error]y # SKIP \u0000\u001b[31m\u2028 ]]> & \"q\" 'a' \uD800 \\ `t` |";

export const EMPTY = makeResults();

const UNICAST = {
  placement: "same-lower",
  reflectiveRelay: true,
  traffic: "unicast",
  source: { kind: "macvlan", mode: "vepa" },
  destination: { kind: "macvtap", mode: "bridge" },
} as const;

export const HOSTILE: Results = makeResults({
  run: { ...EMPTY.run, id: NASTY, version: NASTY, command: ["run", NASTY], host: { release: NASTY, cpus: 2 } },
  kernels: [
    sampleKernel(NASTY, "6.1.1", {
      release: NASTY,
      health: { status: "oops", findings: [{ kind: "bug", title: NASTY, log: NASTY, cause: NASTY }] },
    }),
  ],
  cells: (["match", "mismatch", "inconclusive", "unsupported"] as const).map((verdict) => {
    const texts = { id: `${NASTY} ${verdict}`, scenario: NASTY, verdict, reason: NASTY };
    const evidence = [{ capture: NASTY, interface: NASTY, frames: [1], control: [2] }];
    const expected = { copies: 1, by: "oracle", rule: NASTY } as const;
    return sampleCell(NASTY, UNICAST, { copies: 1, error: NASTY, at: NASTY }, { ...texts, evidence, expected });
  }),
  checks: [
    sampleCheck(NASTY, NASTY, { scenario: NASTY, text: NASTY, observed: NASTY, verdict: "mismatch", reason: NASTY }),
  ],
});

/** As many ways not to be as expected, each with a text of so many characters. */
export function manyTroubles(count: number, length: number): Results {
  const checks = Array.from({ length: count }, (_, index) => {
    const verdict = index % 3 === 0 ? "inconclusive" : "mismatch";
    const reason = `reason ${index} ${"ä".repeat(length)}`;
    return sampleCheck(NEW, `check-${index}`, { verdict, reason, observed: `answer ${index}` });
  });
  return makeResults({ kernels: [sampleKernel(NEW, "7.2.6")], checks });
}
