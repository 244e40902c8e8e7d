/** How often a lower device is told to take every frame. */
import type { CheckSpec } from "../../lab/model/scenario.ts";
import { add, down, remove, setNopromisc, shows, up } from "./steps.ts";

const bridge = add("first", { mode: "bridge", address: "given" });
const live = [bridge, ...up("first")];
const passthru = add("first", { mode: "passthru" });
const COUNT = ["lower", "promiscuity"] as const;

/** How often the lower device is told to take every frame. */
const PASSTHRU: readonly CheckSpec[] = [
  shows(
    "promiscuity-passthru",
    "M13",
    "the lower device's promiscuity with a passthru endpoint that is up",
    COUNT,
    passthru,
    ...up("first"),
  ),
  shows(
    "promiscuity-passthru-down",
    "M13",
    "the same once the endpoint is taken down",
    COUNT,
    passthru,
    ...up("first"),
    down("first"),
  ),
  shows(
    "promiscuity-passthru-removed",
    "M13",
    "the same once the endpoint is removed while up",
    COUNT,
    passthru,
    ...up("first"),
    remove("first"),
  ),
  shows(
    "promiscuity-nopromisc",
    "M13",
    "the same with nopromisc",
    COUNT,
    add("first", { mode: "passthru", nopromisc: true }),
    ...up("first"),
  ),
  shows(
    "promiscuity-nopromisc-live",
    "M13",
    "the same once nopromisc is set while the endpoint is up",
    COUNT,
    passthru,
    ...up("first"),
    setNopromisc("first", true),
  ),
  shows(
    "promiscuity-nopromisc-live-off",
    "M13",
    "the same once nopromisc is taken back while the endpoint is up",
    COUNT,
    add("first", { mode: "passthru", nopromisc: true }),
    ...up("first"),
    setNopromisc("first", false),
  ),
  shows(
    "promiscuity-nopromisc-idle",
    "M13",
    "the same once nopromisc is set before the endpoint comes up",
    COUNT,
    passthru,
    setNopromisc("first", true),
    ...up("first"),
  ),
  shows(
    "promiscuity-nopromisc-idle-off",
    "M13",
    "the same once nopromisc is taken back before the endpoint comes up",
    COUNT,
    add("first", { mode: "passthru", nopromisc: true }),
    setNopromisc("first", false),
    ...up("first"),
  ),
];

const filtering = (id: string, text: string, ...steps: readonly Parameters<typeof shows>[4][]) =>
  shows(id, "M17", text, COUNT, ...steps);

/** A lower device with no filter of its own for unicast. */
const FILTER: readonly CheckSpec[] = [
  filtering("promiscuity-alone", "how often a lower device without endpoints takes every frame"),
  filtering("promiscuity-down", "the same with an endpoint that is down", bridge),
  filtering("promiscuity-up", "the same with an endpoint that is up", ...live),
  filtering("promiscuity-two", "the same with two that are up", ...live, add("second"), ...up("second")),
  filtering("promiscuity-told", "the same with one that is up and is promiscuous itself", ...live, {
    do: "set-promiscuous",
    device: "first",
    on: true,
  }),
  filtering(
    "promiscuity-told-passthru",
    "the same with a passthru one that is up and is promiscuous itself",
    add("first", { mode: "passthru" }),
    ...up("first"),
    { do: "set-promiscuous", device: "first", on: true },
  ),
];

export const PROMISCUITY_CHECKS: readonly CheckSpec[] = [...PASSTHRU, ...FILTER];
