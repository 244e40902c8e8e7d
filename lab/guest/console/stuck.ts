/** Which function stands for a task that loops or waits: its stack is caught at any place inside. */

/** Of the driver under test: where it loops or waits, it is what the reader wants to know of. */
const SUBJECT = /^(?:macvlan|macvtap|tap)_/;

/** Dispatchers: what they called stands for a loop that may be caught anywhere inside it. */
const DISPATCHERS = [
  ...["process_one_work", "worker_thread", "kthread", "ret_from_fork\\w*", "smpboot_thread_fn", "run_ksoftirqd"],
  ...[
    "do_syscall_\\w+",
    "x64_sys_call",
    "do_fast_syscall_\\w+",
    "do_softirq\\w*",
    "handle_softirqs",
    "tasklet_\\w*action\\w*",
  ],
  ...[
    "call_timer_fn",
    "\\w*run_timers?\\w*",
    "hrtimer_run\\w*",
    "start_secondary",
    "cpu_startup_entry",
    "do_one_initcall",
  ],
  ...[
    "\\w*netif_receive_skb\\w*",
    "vfs_(?:read|write|ioctl|open|iter_\\w+)",
    "(?:do_|compat_)?(?:vfs|k?sys)_ioctl",
    "ioctl",
    "new_sync_(?:read|write)",
  ],
  ...["do_dentry_open", "fput", "task_work_run", "exit_to_user\\w*", "sock_(?:send|recv)msg\\w*", "sock_(?:do_)?ioctl"],
  ...[
    "sock_release",
    "rtnetlink_rcv_msg",
    "netlink_dump",
    "do_iter_readv_writev\\w*",
    "do_fault",
    "mmap_region",
    "do_init_module",
  ],
];
const DISPATCHER = new RegExp(`^_*(?:${DISPATCHERS.join("|")})$`);

/** The function that stands for a loop: the subject's innermost, else what the innermost dispatcher called. */
export function loop(frames: readonly string[]): string | undefined {
  const subject = frames.find((name) => SUBJECT.test(name));
  if (subject) return subject;
  const dispatcher = frames.findIndex((name) => DISPATCHER.test(name));
  return frames[dispatcher < 0 ? 0 : Math.max(dispatcher - 1, 0)];
}

const WAIT =
  /sched|_lock|_slowlock|down|rwsem|completion|kthread|wait|synchronize|switch_to|cancel_delayed_work|rcu_barrier/;

/** The function that stands for a wait: the subject's, the lock everybody waits for, else the innermost that is no wait. */
export function wait(frames: readonly string[]): string | undefined {
  const common = frames.find((name) => SUBJECT.test(name) || /rtnl_lock|^synchronize_/.test(name));
  if (common) return /^synchronize_/.test(common) ? "synchronize_rcu" : common;
  return frames.find((name) => !WAIT.test(name));
}
