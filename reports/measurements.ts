/** What was measured, a kernel at a time: figures with their spread, and ratios, which alone mean something elsewhere. */
import type { Measurement, Results } from "../lab/model/results.ts";
import { type KernelNames, nameOf } from "./kernel-names.ts";

export interface MeasuredKernel {
  /** As reports name it. */
  readonly kernel: string;
  readonly rows: readonly MeasuredRow[];
}

export interface MeasuredRow {
  readonly id: string;
  readonly text: string;
  /** `1509 Mbit/s (696 to 2122)`, or why there is none. */
  readonly figure: string;
  /** `0.92 of throughput-vepa (0.73 to 1.35)`: to those that come after it. */
  readonly ratios: readonly string[];
}

export const MEASURED_LEGEND =
  "Medians, least to greatest. Ratios are of samples that followed each other, round by round; the figures themselves are this machine's. Nothing is judged by them.";

export function measuredKernels({ measurements = [] }: Results, kernels: KernelNames): MeasuredKernel[] {
  return kernels.ids.flatMap((id) => {
    const own = measurements.filter(({ kernel }) => kernel === id);
    return own.length === 0 ? [] : [{ kernel: nameOf(kernels, id), rows: rowsOf(own) }];
  });
}

/** What has one unit stands together. */
function rowsOf(measurements: readonly Measurement[]): MeasuredRow[] {
  const units = [...new Set(measurements.map(({ unit }) => unit))];
  return units.flatMap((unit) => {
    const alike = measurements.filter((one) => one.unit === unit);
    return alike.map((one, place) => {
      const later = new Set(alike.slice(place + 1).map(({ id }) => id));
      const ratios = one.ratios.filter(({ to }) => later.has(to));
      return {
        id: one.id,
        text: one.text,
        figure: figureOf(one),
        ratios: ratios.map(({ to, median, spread }) => `${short(median)} of ${to} (${range(spread)})`),
      };
    });
  });
}

function figureOf({ median, spread, unit, reason }: Measurement): string {
  if (median === undefined || spread === undefined) return `not measured: ${reason ?? "no sample"}`;
  const missing = reason === undefined ? "" : `; samples are missing: ${reason}`;
  return `${short(median)} ${unit} (${range(spread)})${missing}`;
}

function range([least, greatest]: readonly [number, number]): string {
  return `${short(least)} to ${short(greatest)}`;
}

/** Three digits, never fewer than before the point. */
function short(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value.toPrecision(3).replace(/^(\d+\.\d\d).*/, "$1");
}
