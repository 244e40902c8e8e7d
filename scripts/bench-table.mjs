// What the benchmarks share: the kernels, and the table of figures beside their targets.

export const GENERATIONS = ["bullseye", "bookworm", "trixie", "sid", "experimental"].map(
  (suite) => `debian:${suite}/cloud`,
);

/** `all`: one object of figures a run; `targets`: the most that is wanted, by figure. */
export function show(name, all, targets) {
  console.log(`\n${name}: ${all.length} runs`);
  console.log(
    `${"".padEnd(26)}${["minimum", "median", "maximum", "target"].map((title) => title.padStart(9)).join("")}`,
  );
  for (const figure of Object.keys(all[0])) {
    const values = all.map((one) => one[figure]);
    const columns = [Math.min(...values), median(values), Math.max(...values)];
    const limit = targets[figure] === undefined ? "" : `<= ${targets[figure]}`.padStart(9);
    console.log(`${figure.padEnd(26)}${columns.map((value) => value.toFixed(2).padStart(9)).join("")}${limit}`);
  }
}

export function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
