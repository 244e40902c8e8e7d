/** Debian's generic kernel of this machine's own suite, which has the drivers cloud kernels lack: tests use it where it is. */
import { findCached } from "../../lab/kernels/index.ts";
import { machineSuite } from "../../lab/kernels/machine.ts";

/** 80 MB to fetch and 700 MB on the disk is too much to ask of a test. */
export const GENERIC = `debian:${await machineSuite()}/generic`;

/** Of the name of a test that is not run for want of it; empty where it is in the cache. */
export const notCached = (await findCached(GENERIC))?.kernel
  ? ""
  : ` [not run: ${GENERIC} is not in the cache; ./scripts/lab kernels fetch ${GENERIC} fetches it]`;
