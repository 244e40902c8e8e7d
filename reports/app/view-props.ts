import type { Report } from "./report.ts";
import type { State } from "./state.ts";

/** What every view is shown with. */
export interface ViewProps {
  readonly report: Report;
  readonly state: State;
}
