/** What can be wrong with a kernel, by the words results use for it. */

/** From worst to best: a kernel's health is the worst of its findings. */
export const HEALTH_STATUSES = ["boot-failed", "panic", "oops", "hang", "leak", "warned", "ok"] as const;
export type HealthStatus = (typeof HEALTH_STATUSES)[number];

/** Every kind of finding, with the health it stands for. */
export const HEALTH_OF = {
  "boot-failed": "boot-failed",
  panic: "panic",
  oops: "oops",
  bug: "oops",
  kasan: "oops",
  "hard-lockup": "hang",
  "soft-lockup": "hang",
  "rcu-stall": "hang",
  "hung-task": "hang",
  "workqueue-stall": "hang",
  "device-reference": "leak",
  hang: "hang",
  "memory-leak": "leak",
  "out-of-memory": "oops",
  ubsan: "warned",
  kcsan: "warned",
  lockdep: "warned",
  refcount: "warned",
  warning: "warned",
} as const satisfies Record<string, HealthStatus>;

export type FindingKind = keyof typeof HEALTH_OF;
export const FINDING_KINDS = Object.keys(HEALTH_OF) as [FindingKind, ...FindingKind[]];
