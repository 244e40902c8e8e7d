/** The frames and endpoints checks with traffic are written in, short. */
import type { Addressee, Sender, Sent, Watch } from "../../lab/model/frames-look.ts";
import type { CheckStep } from "../../lab/model/scenario.ts";
import type { EndpointKind, Mode } from "../../lab/model/vocabulary.ts";
import { add, up } from "../basics/steps.ts";

type Options = Omit<Sent, "from" | "to" | "at">;

/** One frame, and where it is looked for. */
export const frame = (from: Sender, to: Addressee, at: readonly Watch[], options: Options = {}): Sent => ({
  from,
  to,
  ...options,
  at,
});

const NAMES = ["first", "second", "third"] as const;

/** Endpoints of these modes, up; a source endpoint hears its siblings and the external host. */
export function endpoints(
  ...modes: readonly (Mode | { readonly kind: EndpointKind; readonly mode: Mode })[]
): CheckStep[] {
  const made = modes.map((one, index) => {
    const name = NAMES[index] as (typeof NAMES)[number];
    const { kind, mode } = typeof one === "string" ? ({ kind: "macvlan", mode: one } as const) : one;
    const others = (["first", "second"] as const).filter((other) => other !== name && modes[NAMES.indexOf(other)]);
    return add(name, { kind, mode, address: "given", ...(mode === "source" && { sources: ["external", ...others] }) });
  });
  return [...made, ...up(...NAMES.slice(0, modes.length))];
}

export const withRelay = (reflectiveRelay: boolean): string => `${reflectiveRelay ? "with" : "without"}-relay`;
