/** What a reader of one file format is to the front that feeds it. */
import type { ByteQueue } from "./byte-queue.ts";
import type { CapturedFrame } from "./captured-frame.ts";

export interface FormatReader {
  /**
   * Takes every whole record off the queue and yields the frames among them; what is incomplete stays for later.
   * @throws EnvironmentError at the first damaged record, after the frames before it.
   */
  frames(queue: ByteQueue): Iterable<CapturedFrame>;
  /** The error that says which record the file broke off in. The queue is not empty. */
  cutOff(queue: ByteQueue): Error;
}
