/** Rules of lower devices that are no veth: cards with address filters, bridges, dummies, wireless stations. */
import { rule } from "../rule.ts";

/** A card's own filter, before the kernel sees a frame. */
const filter = (name: string, text: string) =>
  rule({
    functions: [name] as const,
    text,
    quoted: "when-false",
    decide: (wanted: boolean, promiscuous: boolean) => wanted || promiscuous,
  });

export const LOWER_RULES = {
  "e1000-filters": filter(
    "e1000_set_rx_mode",
    "the card keeps out the groups nobody joined, and the unicast frames for addresses it was not told, except that it lets all unicast frames in when these are more than 14, and everything when promiscuous",
  ),
  "e1000e-filters": filter(
    "e1000e_set_rx_mode",
    "the card keeps out the groups nobody joined, and the unicast frames for addresses it was not told, except that it lets all unicast frames in when these are more than 14, and everything when promiscuous",
  ),
  "virtio-net-filters": filter(
    "virtnet_set_rx_mode",
    "the card keeps out the groups nobody joined, and the unicast frames for addresses it was not told, and lets everything in when promiscuous",
  ),
  "dummy-has-no-cable": rule({
    functions: ["dummy_xmit"],
    text: "what leaves by a dummy is freed: it has no cable, so nothing gets out and nothing comes in",
    quoted: "when-true",
    decide: (dummy: boolean) => dummy,
  }),
  "bridge-keeps-its-own": rule({
    functions: ["br_dev_xmit", "br_forward"],
    text: "what is sent by a bridge to an address of the bridge's own is forwarded to no port and freed",
    quoted: "when-true",
    decide: (bridge: boolean, toItself: boolean) => bridge && toItself,
  }),
  "station-known-by-address": rule({
    functions: ["ieee80211_rx_h_check"],
    text: "an access point drops what a transmitter sends that is no associated station: every endpoint with an address of its own",
    quoted: "when-false",
    decide: (ownAddress: boolean) => ownAddress,
  }),
  "sent-to-stations-only": rule({
    functions: ["ieee80211_lookup_ra_sta"],
    text: "an access point sends unicast frames to addresses of its stations only",
    quoted: "when-false",
    decide: (toStation: boolean) => toStation,
  }),
  "own-group-frame-is-dropped": rule({
    functions: ["ieee80211_data_to_8023_exthdr"],
    text: "a station drops the group frames that come back with its own address as their source",
    quoted: "when-true",
    decide: (own: boolean) => own,
  }),
} as const;
