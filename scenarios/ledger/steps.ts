/** The steps of the ledger's checks, short; those of `basics` beside. */
import type { ChangeStep, MacvlanAttributes, RelayTool, Role, WhoseAddress } from "../../lab/model/check-step.ts";
import type { CheckLook, CheckSpec, CheckStep } from "../../lab/model/scenario.ts";
import type { Shown } from "../../lab/model/shown-look.ts";

export { add, setMode, up } from "../basics/steps.ts";

type Device = Role | "lower";

export const raise = (device: "lower" | "port"): CheckStep => ({ do: "up", device });
export const down = (device: Device | "port"): ChangeStep => ({ do: "down", device });
export const remove = (device: Device): ChangeStep => ({ do: "delete", device });
export const moveAway = (device: Device): ChangeStep => ({ do: "move", device, to: "away" });
export const moveHome = (device: Device): ChangeStep => ({ do: "move", device, to: "home" });
export const setAddress = (device: Device, address: WhoseAddress): ChangeStep => ({
  do: "set-address",
  device,
  address,
});
export const setNopromisc = (device: Role, on: boolean): ChangeStep => ({ do: "set-nopromisc", device, on });
export const request = (device: Role, attributes: MacvlanAttributes): ChangeStep => ({
  do: "request",
  device,
  attributes,
});
export const relay = (by: RelayTool, on: boolean): ChangeStep => ({ do: "relay", by, on });
export const setList = (
  change: "add" | "del" | "set" | "flush",
  ...sources: readonly ("first" | "second" | "external" | "group")[]
): ChangeStep => ({ do: "set-list", device: "first", change, sources });

export const ERROR: CheckLook = { look: "error" };

/** A check of what is told of a device after some steps. */
export const shows = (
  id: string,
  claim: string | undefined,
  text: string,
  [device, look]: readonly [Device, Shown],
  ...steps: readonly CheckStep[]
): CheckSpec => ({ id, ...(claim ? { claim } : {}), text, steps, look: { look, device } });

/** A check of how the last of some steps is refused. */
export const refuses = (
  id: string,
  claim: string | undefined,
  text: string,
  ...steps: readonly CheckStep[]
): CheckSpec => ({ id, ...(claim ? { claim } : {}), text, steps, look: ERROR });

/** The same of what no claim is about. */
export const showsUnclaimed = (
  id: string,
  text: string,
  look: readonly [Device, Shown],
  ...steps: readonly CheckStep[]
): CheckSpec => shows(id, undefined, text, look, ...steps);
export const refusesUnclaimed = (id: string, text: string, ...steps: readonly CheckStep[]): CheckSpec =>
  refuses(id, undefined, text, ...steps);
