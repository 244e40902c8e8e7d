/** How a damaged or cut-off capture file is reported: where, in what, what was expected and what came. */
import { EnvironmentError } from "../base/errors.ts";

/** A record of a capture file, as messages name it. */
export interface Place {
  /** What the file is called. */
  readonly source: string;
  /** `enhanced packet block`, `packet record`, ... */
  readonly what: string;
  /** Where it begins, in bytes from the beginning of the file. */
  readonly offset: number;
}

const MEND = "capture again; the frames before this place were read and are usable";

export function damaged(place: Place, expected: string, found: string | number): EnvironmentError {
  const where = `${place.what} at byte ${place.offset}`;
  return new EnvironmentError(`"${place.source}" is damaged: ${where}: expected ${expected}, found ${found}`, {
    mend: MEND,
  });
}

/** The file ended although `expected` bytes of the record at `place` should be there; `found` are. */
export function cutOff(place: Place, expected: number, found: number): EnvironmentError {
  const where = `inside the ${place.what} at byte ${place.offset}`;
  const lengths = `expected ${expected} bytes, found ${found}`;
  return new EnvironmentError(
    `"${place.source}" is cut off: it ends at byte ${place.offset + found}, ${where}: ${lengths}`,
    { mend: MEND },
  );
}
