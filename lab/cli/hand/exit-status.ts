/** What `exec` ends with where it is not the command's own exit code. */

/** The lab could not do it: what git bisect skips, and env, timeout and docker use for the same. */
export const CANNOT_TEST = 125;
/** As timeout(1) has it. */
export const TIMED_OUT = 124;
