/**
 * Since when a behaviour is what it is, told no more precisely than was measured: a change has a first kernel only where
 * the kernel just before it was measured too, and told. Across a kernel that could not tell, or one nobody asked, it
 * lies somewhere between; what the oldest kernel does may be as old as it likes.
 */
import { isNext } from "./claims-ranges.ts";

export interface SpanKernel {
  readonly name: string;
  readonly version: string;
}

export interface Span {
  /** The behaviour. */
  readonly value: string;
  /** Places in the list of kernels, oldest first: those that showed it without another in between. */
  readonly places: readonly number[];
  /** `since 6.12`, `between 6.1 and 6.12`, `in 5.10 or earlier`. */
  readonly began: string;
}

/** @param values by kernel, oldest first; undefined where it was not measured or could not be told. */
export function spansOf(kernels: readonly SpanKernel[], values: readonly (string | undefined)[]): Span[] {
  const spans: { value: string; places: number[]; began: string }[] = [];
  values.forEach((value, place) => {
    if (value === undefined) return;
    const last = spans.at(-1);
    if (last?.value === value) last.places.push(place);
    else spans.push({ value, places: [place], began: beganText(kernels, last?.places.at(-1), place) });
  });
  return spans;
}

function beganText(kernels: readonly SpanKernel[], before: number | undefined, place: number): string {
  const [own, earlier] = [kernels[place], before === undefined ? undefined : kernels[before]];
  if (own === undefined) return "";
  if (earlier === undefined) return `in ${own.name} or earlier`;
  return isNext(earlier, own) ? `since ${own.name}` : `between ${earlier.name} and ${own.name}`;
}
