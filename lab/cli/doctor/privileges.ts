/** What only root may do, tried for real in namespaces that end with the trying: kernel `host` needs all of it. */
import { release, userInfo } from "node:os";
import { runCommand } from "../../base/command.ts";
import { LabError } from "../../base/errors.ts";
import { type Finding, ok } from "./finding.ts";

const DEADLINE = 10_000;
/** The namespaces lab/host makes. */
const NAMESPACES = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
const DEVICES = ["veth", "bridge", "macvlan", "macvtap"] as const;

/** Each device made or refused on its own; macvlan and macvtap on the veth where there is one. */
const TRY_DEVICES = `
try() { name=$1; shift; said=$("$@" 2>&1) && echo "$name" || echo "$name $said"; }
try veth ip link add lower type veth peer name port
try bridge ip link add switch type bridge
for kind in macvlan macvtap; do try $kind ip link add link lower name $kind type $kind mode bridge; done`;

export async function privilegeFindings(): Promise<Finding[]> {
  const root = process.getuid?.() === 0;
  const user = root
    ? ok("user", "root")
    : limited("user", userInfo().username, "only --kernel host needs more: sudo ./scripts/lab run --kernel host");
  const refused = await refusal([...NAMESPACES, "true"]);
  if (refused === undefined)
    return [user, ok("namespaces", "network, mount and process namespaces can be made"), ...(await deviceFindings())];
  const mend = root ? "a container needs CAP_SYS_ADMIN and CAP_NET_ADMIN" : "become root";
  return [user, limited("namespaces", refused, mend), limited("devices", "not tried without a namespace", mend)];
}

async function deviceFindings(): Promise<Finding[]> {
  const { stdout, stderr } = await runCommand([...NAMESPACES, "sh", "-c", TRY_DEVICES], { deadline: DEADLINE });
  const said = new Map(stdout.split("\n").map((line) => [line.split(" ")[0], line.split(" ").slice(1).join(" ")]));
  return DEVICES.map((name) => {
    const trouble = said.get(name) ?? `was not tried: ${stderr.trim()}`;
    if (trouble === "") return ok(name, `can be made on ${release()}`);
    return limited(name, `${trouble} (${release()})`, `modprobe ${name}, or a kernel that has it`);
  });
}

/** Why a command did not work, in its own words. */
async function refusal(argv: readonly string[]): Promise<string | undefined> {
  try {
    const { status, stderr } = await runCommand(argv, { deadline: DEADLINE });
    return status === 0 ? undefined : stderr.trim() || `status ${status}`;
  } catch (error) {
    if (error instanceof LabError) return error.message;
    throw error;
  }
}

function limited(subject: string, text: string, mend: string): Finding {
  return { subject, state: "limited", text, mend };
}
