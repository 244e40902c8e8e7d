/** Guest images: what a kernel under test is booted with. Built once, kept in the cache, the same bytes everywhere. */
export { agentProgram } from "./agent.ts";
export type { BootFile } from "./boot-file.ts";
export { type GuestImage, type GuestImageOptions, guestImage } from "./guest-image.ts";
export type { PackageVersion } from "./user-space.ts";
