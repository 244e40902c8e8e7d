/** Frames as another station might send them. */

export function ethernet(destination: string, source: string, type: number, payload: Buffer): Buffer {
  const head = Buffer.from(`${destination}${source}0000`.replaceAll(":", ""), "hex");
  head.writeUInt16BE(type, 12);
  return Buffer.concat([head, payload]);
}

export interface IcmpAnswer {
  readonly from: string;
  readonly to: string;
  readonly nonce: string;
  readonly id: number;
  readonly attempt: number;
}

/** An IPv4 packet: the answer to a conversation of 16 bytes, which are its tag (`images/agent/conversation.c`). */
export function icmpAnswer({ from, to, nonce, id, attempt }: IcmpAnswer): Buffer {
  const echo = Buffer.alloc(24);
  echo.writeUInt16BE(id, 4);
  echo.writeUInt16BE(attempt, 6);
  echo.write("mvlt", 8, "latin1");
  echo.write(nonce, 12, "hex");
  echo.writeUInt32BE(id, 16);
  echo.writeUInt32BE(attempt, 20);
  echo.writeUInt16BE(checksum(echo), 2);
  const header = Buffer.from("450000000000000040010000", "hex");
  const packet = Buffer.concat([header, ...[from, to].map((one) => Buffer.from(one.split(".").map(Number)))]);
  packet.writeUInt16BE(packet.length + echo.length, 2);
  packet.writeUInt16BE(checksum(packet), 10);
  return Buffer.concat([packet, echo]);
}

/** RFC 1071. */
function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return ~sum & 0xffff;
}
