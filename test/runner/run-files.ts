/** What a run wrote, read back the way anybody would: the results against the shipped schema, captures by tshark. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { $, which } from "zx";
import type { CellResult, Results } from "../../lab/model/results.ts";

export const noTshark = which.sync("tshark", { nothrow: true })
  ? ""
  : " [not run: needs tshark; ./scripts/test on a Debian machine installs and runs it]";

/** @throws when the file does not validate against `reports/results.schema.json`. */
export async function readResults(directory: string): Promise<Results> {
  const results: unknown = JSON.parse(await readFile(join(directory, "results.json"), "utf8"));
  const schema = JSON.parse(await readFile(new URL("../../reports/results.schema.json", import.meta.url), "utf8"));
  const ajv = new Ajv2020({ validateFormats: false });
  if (!ajv.validate(schema, results)) throw new Error(`results.json does not validate: ${ajv.errorsText()}`);
  return results as Results;
}

/** What was observed and said of it, by the cell's id without its kernel; chance (leaked groups) is left out. */
export function observations(cells: readonly CellResult[]): Map<string, unknown> {
  return new Map(
    cells.map(({ id, kernel, observed: { copies, echo, wire, as, error }, verdict }) => [
      id.replace(` ${kernel} `, " "),
      { copies, echo, wire, as, error, verdict },
    ]),
  );
}

/** The cells that are not as they should be: nothing that rests on a reviewed driver may be among them. */
export function deviations(cells: readonly CellResult[]): string[] {
  return cells
    .filter(({ verdict }) => verdict === "mismatch" || verdict === "inconclusive")
    .map(({ id, verdict, reason }) => `${id}: ${verdict}: ${reason}`);
}

/** A frame as tshark shows it. */
export interface Row {
  readonly number: number;
  readonly interface: string;
  readonly direction: "in" | "out" | "none";
  readonly time: number;
  readonly source: string;
  readonly destination: string;
  /** Of the lab's own frames: the run's number, the frame's, and the sentence for whoever reads the capture. */
  readonly tag?: { readonly run: string; readonly id: number; readonly text: string };
}

const FIELDS = [
  ...["frame.number", "frame.interface_name", "frame.packet_flags_direction", "frame.time_epoch"],
  ...["eth.src", "eth.dst", "data.data"],
];
const DIRECTIONS = ["none", "in", "out"] as const;

export async function readCaptureRows(path: string): Promise<Row[]> {
  const fields = FIELDS.flatMap((field) => ["-e", field]);
  const { stdout } = await $({ quiet: true, timeout: "60s" })`tshark -n -r ${path} -T fields ${fields}`;
  return stdout.trimEnd().split("\n").map(rowOf);
}

function rowOf(line: string): Row {
  const [number, name = "", direction, time, source = "", destination = "", data = ""] = line.split("\t");
  const bytes = Buffer.from(data, "hex");
  const isOurs = bytes.toString("latin1", 0, 4) === "mvlb";
  const text = bytes.toString("latin1", 12).replace(/\0+$/, "");
  return {
    number: Number(number),
    interface: name,
    direction: DIRECTIONS[Number(direction)] ?? "none",
    time: Number(time),
    source,
    destination,
    ...(isOurs ? { tag: { run: bytes.toString("hex", 4, 8), id: bytes.readUInt32BE(8), text } } : {}),
  };
}
