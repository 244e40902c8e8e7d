/**
 * The layers of the project as rules. A module may import what lies in a lower layer, and its own row: the modules
 * that share a `row` are one subject in several folders. `only` narrows that. Every rule says where to mend.
 */
const { join } = require("node:path");

const MODULES = [
  { name: "lab/model", layer: 0, only: [] },
  { name: "lab/base", layer: 1, only: ["lab/model"] },
  { name: "lab/oracle", layer: 1, only: ["lab/model"], mend: "it predicts from kernel version and topology alone" },
  { name: "lab/verdict", layer: 1, only: ["lab/model", "lab/base"] },
  { name: "lab/compare", layer: 1, only: ["lab/model", "lab/base", "lab/verdict"] },
  {
    name: "reports",
    layer: 1,
    only: ["lab/model", "lab/base", "lab/compare"],
    mend: "everything a report shows is in results.json",
  },
  { name: "scenarios", layer: 1, only: ["lab/model"], mend: "a scenario is data" },
  { name: "images", layer: 1, only: ["lab/model", "lab/base"] },
  { name: "lab/kernels", layer: 2, row: "artefacts", also: ["images"] },
  { name: "lab/image", layer: 2, row: "artefacts", also: ["images"] },
  { name: "lab/capture", layer: 2, row: "capture" },
  { name: "lab/guest", layer: 3, row: "places" },
  { name: "lab/host", layer: 3, row: "places" },
  { name: "lab/container", layer: 3, row: "places" },
  { name: "lab/topology", layer: 3, row: "networks" },
  { name: "lab/traffic", layer: 3, row: "networks" },
  { name: "lab/trace", layer: 3, row: "networks" },
  { name: "lab/runner", layer: 4, also: ["scenarios"] },
  { name: "lab/cli", layer: 5, also: ["scenarios", "images"] },
];

/** Data that only the modules naming it in `also` may import: no layer gets it for being higher. */
const DATA = ["scenarios", "images"];
const PROJECT = "^(lab|scenarios|reports|images|test|scripts)/";
const SHIPPED = "^(lab|scenarios|reports|images)/";

const within = (names) => `^(${names.join("|")})/`;

function mayImport(module) {
  const lower = MODULES.filter((other) => other.layer < module.layer && !DATA.includes(other.name));
  const row = MODULES.filter((other) => other.row !== undefined && other.row === module.row && other !== module);
  return module.only ?? [...lower, ...row].map((other) => other.name).concat(module.also ?? []);
}

function layerRule(module) {
  const allowed = mayImport(module);
  const what = allowed.length === 0 ? "nothing else of the project" : `only ${allowed.join(", ")}`;
  const mend = "move what you need down to lab/model or pass it in as an argument";
  return {
    name: `layer-${module.name.replace("/", "-")}`,
    severity: "error",
    comment: `${module.name} is layer ${module.layer} and may import ${what}; ${module.mend ? `${module.mend}: ` : ""}${mend}`,
    from: { path: within([module.name]) },
    to: { path: PROJECT, pathNot: within([module.name, ...allowed]) },
  };
}

const rule = (name, comment, from, to) => ({ name, severity: "error", comment, from, to });

module.exports = {
  forbidden: [
    ...MODULES.map(layerRule),
    rule(
      "layer-unknown",
      "this folder of lab/ is in no layer, so it may import nothing; give it a line in .dependency-cruiser.cjs or move the file into a module that has one",
      { path: "^lab/", pathNot: within(MODULES.map((module) => module.name)) },
      {},
    ),
    rule(
      "nothing-imports-cli",
      "lab/cli is the top layer: nothing but its own tests may import it; move what you need to the layer it belongs to",
      { pathNot: within(["lab/cli", "test"]) },
      { path: "^lab/cli/" },
    ),
    rule(
      "nothing-imports-tests",
      "test/ and scripts/ are imported by nothing that ships; move a shared helper into the module it is about",
      { path: SHIPPED },
      { path: "^(test|scripts)/" },
    ),
    rule(
      "pure-without-input-or-output",
      "lab/model, lab/oracle, lab/verdict and lab/compare do no input or output; let the caller read it and pass it in as an argument",
      { path: within(["lab/model", "lab/oracle", "lab/verdict", "lab/compare"]) },
      { dependencyTypes: ["core"] },
    ),
    rule(
      "no-cycles",
      "these files import each other in a circle; move what both need into a third file below them",
      {},
      { circular: true },
    ),
    rule(
      "no-development-packages",
      "what ships may import only the dependencies of package.json; move the package from devDependencies to dependencies, or the code to test/",
      { path: SHIPPED },
      { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["npm"] },
    ),
    rule(
      "no-undeclared-packages",
      "this package is in nobody's package.json; add it to the dependencies with npm install, or use one that is there",
      {},
      { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
    ),
    rule(
      "no-dead-imports",
      "this import leads nowhere; mend the path (specifiers end in .ts)",
      {},
      { couldNotResolve: true },
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|runs)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: join(__dirname, "tsconfig.json") },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
