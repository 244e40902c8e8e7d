/** What iperf3 3.12 and ping of iputils 20221126 print. */
import { expect, test } from "vitest";
import { parseRoundTrips, parseTransfer } from "../../lab/traffic/iperf.ts";

const REPORT = {
  start: { version: "iperf 3.12" },
  intervals: [],
  end: {
    sum_sent: { seconds: 1.0002, bytes: 190054400, bits_per_second: 1520126720.3, retransmits: 0 },
    sum_received: { seconds: 1.0011, bytes: 188743680, bits_per_second: 1508290320.6, sender: true },
  },
};

test("the receiver's figure counts, not what the sender put into its buffers", () => {
  expect(parseTransfer(JSON.stringify(REPORT, null, "\t"))).toEqual({
    megabits: expect.closeTo(1508.29, 2),
    bytes: 188743680,
  });
});

test("an error is told in iperf3's own words", () => {
  const text = '{"start":{},"intervals":[],"end":{},"error":"error - unable to connect to server: Connection refused"}';
  expect(parseTransfer(text)).toBe("iperf3: error - unable to connect to server: Connection refused");
});

test.each([
  ["", "iperf3 printed no JSON: "],
  ["Killed", "iperf3 printed no JSON: Killed"],
  ['{"end":{}}', "iperf3 printed no figure of the receiver's"],
])("%j is no figure", (text, why) => {
  expect(parseTransfer(text)).toBe(why);
});

test("every answer's time is read, in microseconds, and nothing of the summary", () => {
  const text = `PING 198.18.1.2 (198.18.1.2) 56(84) bytes of data.
64 bytes from 198.18.1.2: icmp_seq=1 ttl=64 time=0.045 ms
64 bytes from 198.18.1.2: icmp_seq=3 ttl=64 time=1.07 ms

--- 198.18.1.2 ping statistics ---
3 packets transmitted, 2 received, 33.3333% packet loss, time 21ms
rtt min/avg/max/mdev = 0.045/0.557/1.070/0.512 ms
`;
  expect(parseRoundTrips(text)).toEqual([45, 1070]);
});
