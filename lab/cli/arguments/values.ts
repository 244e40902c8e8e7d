/** What the values of options look like: refused here, a typing error costs no run. */
import { InvalidArgumentError } from "commander";

/** For an option that may be given several times. */
export function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

export function wholeNumber(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError("expected a whole number from 1 up.");
  return number;
}

export function regularExpression(value: string): RegExp {
  try {
    return new RegExp(value);
  } catch (error) {
    throw new InvalidArgumentError(`not a regular expression: ${(error as Error).message}.`);
  }
}

/** Where the switch is: in a guest, of this kernel or (without one) of the kernel under test. */
export interface SwitchChoice {
  readonly kernel: string | undefined;
}

export function switchGuest(value: string): SwitchChoice {
  const [, kernel] = /^guest(?:=(.+))?$/.exec(value) ?? [];
  if (value !== "guest" && kernel === undefined) throw new InvalidArgumentError('expected "guest" or "guest=KERNEL".');
  return { kernel };
}
