/** Whoever waits at a pipe for a word of the agent's hears of it when the agent dies instead. */

/**
 * A shell command for behind the agent, in a subshell of its own: ends with the agent's status. Who reads from `pipe`
 * reads something else than it waits for when that is not 0. In the background, since opening a pipe waits for a reader,
 * and the reader may have gone on; holding nothing of the script's, which so can end.
 */
export function lastWord(pipe: string): string {
  return `status=$?; [ $status = 0 ] || { (echo gone > ${pipe}) >/dev/null 2>&1 & }; exit $status`;
}
