/** Commands as scripts for a guest's shell. */

/** Runs `argv` in `directory`, in the place of the shell: its signals and its exit status are the command's. */
export function commandScript(argv: readonly string[], directory: string): string {
  return `cd ${quote(directory)} && exec ${argv.map(quote).join(" ")}`;
}

/**
 * An interactive shell: bash where there is one, `sh` without line editing else. A terminal the guest has no description
 * of is taken for an ordinary one.
 */
export function shellScript(directory: string, release: string, terminal: string): string {
  return [
    `cd ${quote(directory)}`,
    `export TERM=${quote(terminal)} PS1='[${release} \\W]\\$ '`,
    'infocmp "$TERM" >/dev/null 2>&1 || TERM=xterm',
    "command -v bash >/dev/null && exec bash --norc -i",
    "PS1='# ' exec sh -i",
  ].join("\n");
}

/** One word for a POSIX shell, whatever is in it. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
