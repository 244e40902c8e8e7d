/** Ctrl-C for a command in a guest: the first is that command's, the next ends the lab as it does everywhere else. */

/** Calls `first` for the first SIGINT from now on. Disposed of, all is as before. */
export function passInterrupt(first: () => void): Disposable {
  const usual = process.listeners("SIGINT");
  const restore = () => {
    process.off("SIGINT", once);
    for (const listener of usual) if (!process.listeners("SIGINT").includes(listener)) process.once("SIGINT", listener);
  };
  const once = () => {
    restore();
    first();
  };
  process.removeAllListeners("SIGINT");
  process.on("SIGINT", once);
  return { [Symbol.dispose]: restore };
}
