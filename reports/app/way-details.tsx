/** What is known of a frame beside where it was seen; what is not here is in the capture, and that is said. */
import type { CellResult } from "../../lab/model/results.ts";
import { TAP_NAMES } from "./ladder.tsx";

export function WayDetails({ cell }: { readonly cell: CellResult }) {
  const { observed, evidence } = cell;
  if (observed.error !== undefined)
    return (
      <p>
        Building it was refused with <b>{observed.error}</b>
        {observed.at && (
          <>
            {" at "}
            <code>{observed.at}</code>
          </>
        )}
        : no frame was sent.
      </p>
    );
  const last = observed.path?.at(-1);
  if (!last)
    return (
      <p class="quiet">
        {observed.outcome === undefined
          ? "No sighting of a frame is on record."
          : "A conversation is many frames: they are in the capture"}
        {evidence[0] ? ` (${evidence[0].capture})` : ""}.
      </p>
    );
  const [tap, direction] = last;
  const missed = tap !== "destination" && observed.copies === 0;
  return (
    <p>
      {missed ? (
        <>
          Last seen at the {TAP_NAMES[tap]}, going {direction}: it did not arrive.
        </>
      ) : (
        "Numbers are the order it was seen in."
      )}
    </p>
  );
}
