/**
 * Predicts what becomes of a frame between a station and its access point, from mac80211's source (5.10 to 7.3 agree):
 * it lets a station transmit in anybody's name, and an access point listens to its stations alone.
 */
import type { WirelessAsk, WirelessParty, WirelessSpec } from "../model/wireless.ts";

export interface WirelessPrediction {
  readonly value: string;
  readonly rule: string;
}

const OUT_3ADDR = "ieee80211_build_hdr: a station's 3-address frame has the Ethernet source as its transmitter address";
const OUT_4ADDR =
  "ieee80211_build_hdr: a 4-address frame has the station's own address as transmitter, the Ethernet source beside it";
const UNCHANGED = "macvlan_queue_xmit: what no sibling takes goes to the lower device as it is, in the endpoint's name";
const PASSTHRU = "macvlan_common_newlink: a passthru endpoint has the lower device's address";
const UNKNOWN =
  "ieee80211_rx_h_check: data of a transmitter that is no associated station is dropped, and user space told of it (cfg80211_rx_spurious_frame)";
const DEAUTHENTICATES =
  "hostapd_rx_from_unknown_sta: hostapd deauthenticates it, class 3 frame from nonassociated station";
const KNOWN = "ieee80211_deliver_skb: data of an associated station is delivered by its Ethernet addresses";
const REFLECTED = "ieee80211_deliver_skb: and an access point sends a group frame on to its stations";
const TO_UNKNOWN = "ieee80211_lookup_ra_sta: an access point sends unicast data to addresses of its stations only";
const TO_ALL = "ieee80211_build_hdr: group frames go to every station";
const TO_VLAN =
  "ieee80211_build_hdr: what goes into a 4-address station's interface is addressed to that station, whatever it contains";
const INTO = "macvlan_handle_frame: takes its frames from the wireless lower device as from any";
const PORT_REFUSED = "br_add_if: a device with IFF_DONT_BRIDGE, as cfg80211 marks a station, is no port: EOPNOTSUPP";
const PORT_TAKEN = "cfg80211_change_iface: a 4-address station is not marked IFF_DONT_BRIDGE";

export function predictWireless({ fourAddress, ask }: WirelessSpec): WirelessPrediction {
  if (ask.what === "bridge-port") return fourAddress ? said("none", [PORT_TAKEN]) : said("EOPNOTSUPP", [PORT_REFUSED]);
  if (ask.what === "ping") return ping(ask.party, fourAddress);
  return ask.direction === "out" ? goingOut(ask, fourAddress) : comingIn(ask, fourAddress);
}

/** In whose name it sends: whether the access point has its address on its list of stations. */
function isKnown(party: WirelessParty): boolean {
  return party === "station" || party.mode === "passthru";
}

function ping(party: WirelessParty, fourAddress: boolean): WirelessPrediction {
  const request = { what: "frame", party, direction: "out", to: "broadcast" } as const;
  const { rule } = goingOut(request, fourAddress);
  return { value: fourAddress || isKnown(party) ? "reached" : "not reached", rule };
}

type Frame = Extract<WirelessAsk, { what: "frame" }>;

function goingOut({ party, to }: Frame, fourAddress: boolean): WirelessPrediction {
  const sender = party === "station" ? [] : [party.mode === "passthru" ? PASSTHRU : UNCHANGED];
  if (fourAddress) return said("air=station/4-address delivered=1 answer=none", [...sender, OUT_4ADDR, KNOWN]);
  if (!isKnown(party)) {
    const value = "air=endpoint/3-address delivered=0 answer=deauthentication/7";
    return said(value, [...sender, OUT_3ADDR, UNKNOWN, DEAUTHENTICATES]);
  }
  const reflected = to === "broadcast" ? "+access-point/3-address" : "";
  const value = `air=station/3-address${reflected} delivered=1 answer=none`;
  return said(value, [...sender, OUT_3ADDR, KNOWN, ...(reflected ? [REFLECTED] : [])]);
}

function comingIn({ party, to }: Frame, fourAddress: boolean): WirelessPrediction {
  const receiver = party === "station" ? [] : [INTO];
  if (fourAddress) return said("air=access-point/4-address delivered=1", [TO_VLAN, ...receiver]);
  if (to === "broadcast") return said("air=access-point/3-address delivered=1", [TO_ALL, ...receiver]);
  if (!isKnown(party)) return said("air=none delivered=0", [TO_UNKNOWN]);
  return said("air=access-point/3-address delivered=1", [TO_UNKNOWN, ...receiver]);
}

function said(value: string, sentences: readonly string[]): WirelessPrediction {
  return { value, rule: sentences.join("; ") };
}
