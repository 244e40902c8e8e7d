/** Guest images: what a kernel under test is booted with. Built once, kept in the cache, the same bytes everywhere. */
export { agentProgram } from "./agent.ts";
export { type GuestImage, guestImage } from "./guest-image.ts";
