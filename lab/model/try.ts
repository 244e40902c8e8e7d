/** What was seen of one try of a conversation: the raw material of its outcome. */

export interface Try {
  /** Errno its sender's stack refused it with, or 0; undefined: the agent never came to it. */
  readonly sent: number | undefined;
  /** Whether its sender was seen asking for the address of its next hop. */
  readonly asked: boolean;
  /** Whether what there was to say was seen leaving its sender's device. */
  readonly left: boolean;
  /** Whether the peer's stack was seen telling its address. */
  readonly told: boolean;
  /** Whether the peer's socket got what was said, or its stack was seen answering. */
  readonly heard: boolean;
  readonly answered: boolean;
  /** Whether what was said was seen coming to its peer's own device, in a frame addressed to it. */
  readonly arrived?: boolean;
  /** How often more than once the peer's socket got it, and an answer came back. */
  readonly duplicates?: { readonly heard: number; readonly answered: number };
  readonly source: SeenAt;
  readonly destination: SeenAt;
}

/** What one end's device saw of it. */
export interface SeenAt {
  readonly interface: string;
  /** Numbers of the frames in the capture. */
  readonly frames: readonly number[];
  /** Fences that arrived after them. */
  readonly control: readonly number[];
}
