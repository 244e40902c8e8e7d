/** The state of the program is the URL's fragment: every view is a link. */
import { useEffect, useState } from "preact/hooks";
import { fragmentOf, type State, stateOf } from "./state.ts";

export function useFragment(): State {
  const [fragment, setFragment] = useState(location.hash);
  useEffect(() => {
    const changed = () => setFragment(location.hash);
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return stateOf(fragment);
}

/** The same place in history: typing leaves no trail. */
export function replace(state: Partial<State>): void {
  history.replaceState(history.state, "", fragmentOf(state));
  dispatchEvent(new HashChangeEvent("hashchange"));
}
