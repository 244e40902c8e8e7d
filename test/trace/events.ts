/** Lines as a kernel's trace has them. */

const word = (bytes: Buffer, at: number) => `0x${bytes.readUInt32LE(at).toString(16)}`;

export function tagged(nonce: number, id: number): Buffer {
  const tag = Buffer.alloc(12);
  tag.write("mvlb", 0, "latin1");
  tag.writeUInt32BE(nonce, 4);
  tag.writeUInt32BE(id, 8);
  return tag;
}

/** @param behind whether the frame's data still begins with its Ethernet header */
export function probeLine(
  name: string,
  device: string,
  tag: Buffer,
  { at = 1, cpu = 0, skb = "0xffff1", behind = true, more = "" } = {},
): string {
  const words = [0, 4, 8].map((offset) => word(tag, offset));
  const [a, b] = behind ? [["0x0", "0x0", "0x0"], words] : [words, ["0x0", "0x0", "0x0"]];
  const fields = [...a.map((one, index) => `a${index}=${one}`), ...b.map((one, index) => `b${index}=${one}`)];
  return `     kworker/0:1-14      [00${cpu}] ..s1     4.${String(at).padStart(6, "0")}: ${name}: (${name}+0x4/0x110 [macvlan]) skb=${skb} dev="${device}" ${fields.join(" ")} type=2${more}`;
}

export const returnLine = (name: string, ret: number, cpu = 0) =>
  `     kworker/0:1-14      [00${cpu}] d.s1     4.900000: ${name}_returned: (dev_hard_start_xmit+0xc4/0x1f0 <- ${name}) ret=${ret}`;

export const dropLine = (reason: string, cpu = 0) =>
  `     kworker/0:1-14      [00${cpu}] ..s1.     4.900001: kfree_skb: skbaddr=000000008a5dc585 rx_sk=0000000000000000 protocol=34997 location=ip6_mc_input+0x18c/0x2d0 reason: ${reason}`;
