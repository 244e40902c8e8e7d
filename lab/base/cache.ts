/** Where the lab keeps what it fetched and built: `$MACVLAB_CACHE`, or `macvlab` in the user's cache directory. */
import { homedir } from "node:os";
import { join } from "node:path";

export function cacheDirectory(...parts: string[]): string {
  const root = process.env.MACVLAB_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "macvlab");
  return join(root, ...parts);
}
