/** What iperf3 and ping print, read. */

export interface Transfer {
  /** Millions of bits a second, as the receiver counted them. */
  readonly megabits: number;
  /** Received. */
  readonly bytes: number;
}

/** Reads what `iperf3 -c ... -J` printed. @returns a sentence where it measured nothing. */
export function parseTransfer(text: string): Transfer | string {
  let report: IperfReport;
  try {
    report = JSON.parse(text) as IperfReport;
  } catch {
    return `iperf3 printed no JSON: ${text.trim().split("\n").at(-1) ?? ""}`;
  }
  if (report.error !== undefined) return `iperf3: ${report.error}`;
  const { bits_per_second: bits, bytes } = report.end?.sum_received ?? {};
  if (typeof bits !== "number" || typeof bytes !== "number") return "iperf3 printed no figure of the receiver's";
  return { megabits: bits / 1e6, bytes };
}

interface IperfReport {
  readonly error?: string;
  readonly end?: { readonly sum_received?: { readonly bits_per_second?: number; readonly bytes?: number } };
}

/** Microseconds of every answer in the output of `ping`. */
export function parseRoundTrips(text: string): number[] {
  return [...text.matchAll(/ time=([\d.]+) ms$/gm)].map(([, milliseconds]) => Number(milliseconds) * 1000);
}
