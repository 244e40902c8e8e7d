/** What the agent says of the place when it comes up: `key value` lines. */

export interface Greeting {
  readonly release: string;
  /** Seconds since the kernel started, when process 1 began. */
  readonly firstCommand: number;
  /** Seconds since the kernel started, when the last module was loaded. */
  readonly modulesLoaded: number;
  /** One line per module the kernel would not load: `PATH: reason`. */
  readonly failedModules: readonly string[];
}

export function parseGreeting(text: string): Greeting {
  const values = new Map<string, string>();
  const failedModules: string[] = [];
  for (const line of text.split("\n").filter(Boolean)) {
    const space = line.indexOf(" ");
    const [key, value] = [line.slice(0, space), line.slice(space + 1)];
    if (key === "module-failed") failedModules.push(value);
    else values.set(key, value);
  }
  return {
    release: values.get("release") ?? "",
    firstCommand: Number(values.get("first-command") ?? 0),
    modulesLoaded: Number(values.get("modules-loaded") ?? 0),
    failedModules,
  };
}
