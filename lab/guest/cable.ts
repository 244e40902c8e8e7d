/**
 * A cable between network cards of two QEMUs: a pair of connected sockets, one end inherited by each. It has no name and
 * no file, nobody else can plug into it, and it is gone with whoever goes first.
 */
import type { Socket } from "node:net";
import type { Stream } from "node:stream";

/**
 * The pair comes into being with the first process that is given it; the lab holds the other end until the second one has
 * it. What was sent meanwhile waits in the socket.
 */
export class Cable implements Disposable {
  #held: Socket | undefined;
  #ends = 0;

  /** What `spawn` is given as the descriptor of the process that is plugged in next. */
  end(): "pipe" | Socket {
    if (this.#ends === 2) throw new RangeError("a cable has two ends");
    return this.#held ?? "pipe";
  }

  /** Called at once after `spawn`, before anything can be read here: @param stream what it has there for the lab. */
  plugged(stream: Stream | null | undefined): void {
    this.#ends++;
    if (this.#ends === 2) this[Symbol.dispose]();
    else {
      this.#held = stream as Socket;
      this.#held.on("error", () => {}); // the process is gone: whoever waits for it hears of it
      this.#held.pause();
    }
  }

  [Symbol.dispose](): void {
    this.#held?.destroy();
    this.#held = undefined;
  }
}
