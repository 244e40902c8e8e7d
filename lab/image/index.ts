/** Guest images: what a kernel under test is booted with. Built once, kept in the cache, the same bytes everywhere. */

export { NIC_MODULES, ROUTING_MODULES } from "../../images/recipe.ts";
export { agentProgram } from "./agent.ts";
export { guestSuite } from "./base.ts";
export { allImagePaths, type CachedImage, cachedImages, type ImageEntry, imageEntries } from "./cached-images.ts";
export { type GuestImage, guestImage, LOADED_MODULES } from "./guest-image.ts";
export { agentHash, buildImages, type UserSpaceFacts, userSpaceArchive, userSpaceFacts } from "./ingredients.ts";
export type { AptPlace } from "./user-space.ts";
