/** What the values of options look like: refused here, a typing error costs no run. */
import { InvalidArgumentError } from "commander";
import { LOWER_KINDS, type LowerKind } from "../../model/vocabulary.ts";

/** For an option that may be given several times. */
export function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

/** Kinds of lower devices, by name, as a list with commas or `all`; the option may be given several times. */
export function lowerKinds(value: string, before: readonly LowerKind[] = []): LowerKind[] {
  const names = value === "all" ? LOWER_KINDS : value.split(",");
  const kinds = names.map((name) => {
    const kind = LOWER_KINDS.find((one) => one === name);
    if (!kind) throw new InvalidArgumentError(`"${name}" is none of ${LOWER_KINDS.join(", ")}, all.`);
    return kind;
  });
  return LOWER_KINDS.filter((kind) => before.includes(kind) || kinds.includes(kind));
}

export function offload(value: string): "on" | "off" {
  if (value !== "on" && value !== "off") throw new InvalidArgumentError("expected on or off.");
  return value;
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

/** What makes the guests' user space. */
export function imageBuilder(value: string): { builder: "apt" } | { builder: "engine"; image?: string } {
  if (value === "apt") return { builder: "apt" };
  const [, image] = /^engine(?:=(.+))?$/.exec(value) ?? [];
  if (value !== "engine" && image === undefined)
    throw new InvalidArgumentError('expected "apt", "engine" or "engine=IMAGE".');
  return { builder: "engine", ...(image === undefined ? {} : { image }) };
}
