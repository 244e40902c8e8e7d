/** Whose fault a report is: the function syzbot would put into its title, found on the report's stack. */

/** Texts of a report's lines, as `ConsoleLine` has them. */
export type Report = readonly string[];

export interface Blame {
  /** Functions that are not to blame in this kind of report, beside those that never are. */
  readonly skip?: RegExp;
  /** How the guilty one is picked of the frames that are left; default: the innermost. */
  readonly pick?: (frames: readonly string[]) => string | undefined;
  /** Where the frames come from: the interrupted instruction first, or call traces alone. Default: instruction. */
  readonly from?: "instruction" | "trace" | "interrupted";
}

/** Stops at what the compiler appends: `.isra.0`, `.constprop.0`, `.cold`, `.part.0`. */
const FUNCTION = "([A-Za-z0-9_]+)(?:\\.[a-z0-9_.]+)?\\+0x[0-9a-f]+\\/0x[0-9a-f]+";
const FRAME = new RegExp(`^\\s*(?:\\[<[0-9a-f]+>\\]\\s+)*${FUNCTION}`);
/** What was being executed; a warning without registers names it in its own line. */
const INSTRUCTION = new RegExp(
  `(?:^WARNING: .*?|(?:^|\\s)(?:RIP|EIP|IP): )(?:(?!0033)[0-9a-f]+:)?(?:\\[<[0-9a-f]+>\\]\\s+)*${FUNCTION}`,
);
const TRACE = /^\s*(?:\w+ )?Call Trace:|^\s+backtrace(?: \(crc \w+\))?:/i;
/** The entry of the interrupt that noticed: what it interrupted comes next. */
const INTERRUPT = /apic_timer_interrupt|asm_sysvec_|asm_common_interrupt|ret_from_intr|end_repeat_nmi|asm_exc_nmi/;
/** What comes after it in a report are other stacks: whoever allocated or freed, held locks, another processor. */
const OTHER_STACK = /^(?:Allocated|Freed|Last potentially|Second to last|The buggy address|Showing all locks)/;

/**
 * Functions that report, lock, count, copy, allocate or print for others. A name may carry underscores before and a
 * suffix after it.
 */
const WORDS = [
  ...[
    "dump_stack\\w*",
    "show_stack\\w*",
    "show_regs",
    "dump_backtrace",
    "print_(?:report|address|usage|unlock|tainted)\\w*",
  ],
  ...[
    "panic",
    "warn_slowpath\\w*",
    "warn_bogus\\w*",
    "warn",
    "warn_alloc",
    "warn_printf",
    "report_bug",
    "fixup_bug",
    "handle_bug",
    "die",
  ],
  ...[
    "oops\\w*",
    "invalid_op",
    "do_(?:error_)?trap",
    "exc_\\w+",
    "asm_\\w+",
    "sysvec_\\w+",
    "entry_\\w+",
    "ret_from_fork",
  ],
  ...[
    "page_fault\\w*",
    "bad_area\\w*",
    "do_user_addr_fault",
    "no_context",
    "general_protection",
    "kernelmode_fixup\\w*",
  ],
  ...["k?asan_\\w+", "kasan\\w*", "kmsan\\w*", "k?csan\\w*", "tsan_\\w+", "ubsan\\w*", "check_memory_region\\w*"],
  ...[
    "refcount_\\w+",
    "kref_\\w+",
    "ref_tracker\\w*",
    "lockdep\\w*",
    "(?:register_)?lock_(?:acquire|release|class)\\w*",
    "(?:lock|del|mod)_timer\\w*",
    "mark_lock\\w*",
  ],
  ...[
    "(?:raw_)?(?:spin|read|write)_(?:try|un)?lock\\w*",
    "do_raw_\\w+",
    "queued_\\w+",
    "native_queued_\\w+",
    "pv_\\w+",
  ],
  ...["(?:rt_)?mutex_\\w+", "(?:down|up)(?:_(?:read|write|timeout|trylock|interruptible|killable))?\\w*", "osq_\\w+"],
  ...["(?:check|reacquire|mark)_\\w*(?:lock|deadlock|noncircular|prev)\\w*", "validate_chain", "might_\\w+"],
  ...["(?:arch_)?atomic(?:64)?_\\w+", "(?:set|clear|change|test)_bit\\w*", "wake_up\\w*", "(?:en|dis)able_irq\\w*"],
  ...[
    "mem(?:cpy|set|cmp|move|chr|dup)\\w*",
    "str(?:n|l|s)?(?:cpy|cmp|len|str|chr|dup|cat)\\w*",
    "string(?:_nocheck)?",
    "pointer",
    "hex_string",
    "hex_dump\\w*",
    "v?s[cn]*printf",
    "vsnprintf",
  ],
  ...[
    "k?v?k?(?:m|z|c|re)alloc\\w*",
    "k?v?free\\w*",
    "kmem_cache\\w*",
    "slab_\\w+",
    "\\w*_slab\\w*",
    "alloc_pages?\\w*",
  ],
  ...[
    "copy_(?:to|from)_\\w+",
    "copy_user\\w*",
    "(?:get|put)_user\\w*",
    "fortify_\\w+",
    "usercopy\\w*",
    "check_(?:heap_)?object\\w*",
  ],
  ...[
    "list_(?:add|del|replace|move|splice)\\w*",
    "(?:work|timer)_is_static_object",
    "rhashtable_lookup\\w*",
    "xas_\\w+",
    "rb_\\w+",
    "debug_(?:object|check)\\w*",
    "local_bh_\\w+",
    "bh_(?:en|dis)able\\w*",
  ],
  ...[
    "v?printk\\w*",
    "_printk",
    "dev_(?:info|notice|warn|err|alert|crit|emerg)",
    "(?:netdev|dynamic)_\\w*(?:printk|dbg|warn|err)",
  ],
  ...[
    "x86_indirect_thunk\\w*",
    "x86_return_thunk",
    "kfree_skb\\w*",
    "phys_addr\\w*",
    "(?:irqentry|irq)_\\w+",
    "nmi_\\w+",
  ],
  ...[
    "get_free_pages\\w*",
    "trace_(?:hard|soft)irqs\\w*",
    "arch_\\w*backtrace\\w*",
    "arch_stack_walk\\w*",
    "stack_trace\\w*",
    "complete",
    "wait_for_completion\\w*",
    "kthread_stop",
  ],
  ...[
    "(?:flush|cancel|queue|drain|destroy)_\\w*work\\w*",
    "kobject_\\w+",
    "unregister_netdev\\w*",
    "rollback_registered\\w*",
  ],
  ...[
    "ida_\\w+",
    "klist_\\w+",
    "folio_\\w+",
    "alloc_frozen_\\w+",
    "crc(?:_\\w+|\\d+\\w*)",
    "i(?:put|hold)",
    "(?:fast_)?dput",
  ],
  ...[
    "assertfail",
    "drop_nlink",
    "read_once_word\\w*",
    "print_hex_dump\\w*",
    "find_lock_entries",
    "cleanup_srcu_struct",
  ],
];
const GENERIC = new RegExp(`^_*(?:${WORDS.join("|")})$`);

/** What every architecture and calling convention puts before the name of a system call. */
const CALL_PREFIX = /^(?:__(?:x64|ia32|arm64)_|__(?:se|do)_sys_|_{2,4}sys_|k?sys_|S[yY]S?[SC]_)/;

/** Whether a function works for others and is never to blame. */
export function isGeneric(name: string): boolean {
  return GENERIC.test(name);
}

/** The function to blame; undefined when the report does not tell. */
export function guilty(report: Report, blame: Blame = {}): string | undefined {
  const frames = framesOf(report, blame.from ?? "instruction").filter(
    (name) => !isGeneric(name) && !blame.skip?.test(name),
  );
  const stripped = frames.map((name) => name.replace(CALL_PREFIX, ""));
  return blame.pick ? blame.pick(stripped) : stripped[0];
}

/** Names on the report's first stack, or on that of what an interrupt found running, innermost first. */
function framesOf(report: Report, from: Blame["from"]): string[] {
  const entry = from === "interrupted" ? report.findIndex((text) => FRAME.test(text) && INTERRUPT.test(text)) : -1;
  if (entry >= 0) return stack(report.slice(entry + 1));
  const registers = from === "interrupted" ? report.findIndex((text) => INSTRUCTION.test(text)) : -1;
  return innermost(registers < 0 ? report : report.slice(registers), from !== "trace");
}

/** The instruction executed and the first stack. */
function innermost(report: Report, withInstruction: boolean): string[] {
  const trace = report.findIndex((text) => TRACE.test(text));
  const head = trace < 0 ? report : report.slice(0, trace);
  const instruction = withInstruction ? head.flatMap((text) => INSTRUCTION.exec(text)?.[1] ?? []).slice(0, 1) : [];
  return [...instruction, ...(trace < 0 ? [] : stack(report.slice(trace + 1)))];
}

/** Frames up to the next stack; uncertain ones, marked with `?`, are none. */
function stack(lines: Report): string[] {
  const end = lines.findIndex((text) => TRACE.test(text) || OTHER_STACK.test(text));
  return (end < 0 ? lines : lines.slice(0, end)).flatMap(
    (text) => (INSTRUCTION.exec(text) ?? FRAME.exec(text))?.[1] ?? [],
  );
}

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
