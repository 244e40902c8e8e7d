// SPDX-License-Identifier: GPL-2.0
/* Faults to order: insmod provoke.ko fault=NAME. Only ever loaded into guests, to record what kernels say then. */
#include <linux/module.h>
#include <linux/kernel.h>
#include <linux/version.h>
#include <linux/sched.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/refcount.h>
#include <linux/list.h>
#include <linux/slab.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/workqueue.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/rtnetlink.h>
#include <linux/nmi.h>
#include <linux/interrupt.h>
#include <net/net_namespace.h>

static char *fault = "";
module_param(fault, charp, 0400);
static int number = 1;
module_param(number, int, 0400);

static volatile int one = 1;
static volatile int *volatile nowhere;
static int table[4];

static noinline void provoke_null(void) { *nowhere = 1; }
static noinline void provoke_gpf(void) { *(volatile int *)(0xdead000000000100UL + one) = 1; }
static noinline void provoke_page(void) { *(volatile int *)(0xffffffffffff0000UL + one) = 1; }
static noinline void provoke_bug(void) { BUG_ON(one); }
static noinline void provoke_warn(void) { WARN_ON(one); }
static noinline void provoke_warn_text(void) { WARN(one, "provoked with %d at %p\n", one, &one); }
static noinline void provoke_divide(void) { volatile int zero = one - 1; pr_info("%d\n", one / zero); }
static noinline void provoke_refcount(void)
{
	refcount_t count = REFCOUNT_INIT(1);

	refcount_dec(&count);
	refcount_inc(&count);
}
static noinline void provoke_list(void)
{
	static LIST_HEAD(head);
	static struct list_head first, second;

	list_add(&first, &head);
	first.prev = &second;
	head.next = &second;
	list_add(&second, &head);
}
static noinline void provoke_loop(void) { while (one) cpu_relax(); }
static noinline void provoke_loop_bh(void) { local_bh_disable(); while (one) cpu_relax(); local_bh_enable(); }
static noinline void provoke_loop_irq(void) { unsigned long flags; local_irq_save(flags); while (one) cpu_relax(); local_irq_restore(flags); }
static struct rcu_head provoke_head;
static void provoke_called(struct rcu_head *head) { call_rcu(head, provoke_called); }
static noinline void provoke_rcu(void) { call_rcu(&provoke_head, provoke_called); schedule_timeout_uninterruptible(10); rcu_read_lock(); while (one) { cpu_relax(); touch_softlockup_watchdog(); } rcu_read_unlock(); }
static noinline void provoke_atomic(void) { static DEFINE_SPINLOCK(lock); spin_lock(&lock); msleep(20); spin_unlock(&lock); }
static noinline void provoke_panic(void) { panic("provoked"); }
static noinline void provoke_hung(void) { set_current_state(TASK_UNINTERRUPTIBLE); schedule(); }
static noinline void provoke_rtnl(void) { rtnl_lock(); set_current_state(TASK_UNINTERRUPTIBLE); schedule(); }
static noinline int provoke_overflow(int depth) { volatile char room[512]; room[depth & 511] = depth; return depth < 0 ? 0 : provoke_overflow(depth + 1) + room[depth & 511]; }
static noinline void provoke_oom(void)
{
	for (;;) {
		void *page = (void *)__get_free_page(GFP_KERNEL);

		if (!page)
			break;
		memset(page, 1, PAGE_SIZE);
	}
}
static noinline void provoke_bounds(void) { table[one + number + 3] = 1; }
static noinline void provoke_skb(void) { int i; for (i = 0; i < number; i++) { struct sk_buff *skb = alloc_skb(200, GFP_KERNEL); (void)skb; } }
static noinline void provoke_devref(void)
{
	struct net_device *dev = dev_get_by_name(&init_net, "victim");

	pr_info("provoke: holding %s\n", dev ? dev->name : "nothing");
}
static void provoke_work_fn(struct work_struct *work) { while (one) cpu_relax(); }
static DECLARE_WORK(provoke_work, provoke_work_fn);
static void provoke_sleep_fn(struct work_struct *work) { while (one) msleep(100000); }
static DECLARE_WORK(provoke_sleep, provoke_sleep_fn);
static int provoke_thread(void *data) { provoke_hung(); return 0; }
static void provoke_tasklet_fn(unsigned long data) { provoke_null(); }
static struct tasklet_struct provoke_tasklet;

static noinline char *provoke_buffer(void) { return kmalloc(100, GFP_KERNEL); }
static noinline void provoke_uaf_read(void) { char *p = provoke_buffer(); kfree(p); pr_debug("%d", READ_ONCE(p[10])); }
static noinline void provoke_uaf_write(void) { char *p = provoke_buffer(); kfree(p); WRITE_ONCE(p[10], 1); }
static noinline void provoke_oob(void) { char *p = provoke_buffer(); WRITE_ONCE(p[100 + one], 1); kfree(p); }
static noinline void provoke_dfree(void) { char *p = provoke_buffer(); kfree(p); kfree(p); }
static noinline void provoke_null_kasan(void) { provoke_null(); }
static noinline void provoke_shift(void) { volatile int shift = 31 + one; volatile int v = one << shift; (void)v; }
static noinline void provoke_kleak(void) { char *p = provoke_buffer(); p[0] = 1; }
static DEFINE_MUTEX(provoke_a);
static DEFINE_MUTEX(provoke_b);
static DEFINE_SPINLOCK(provoke_s);
static noinline void provoke_abba(void)
{
	mutex_lock(&provoke_a); mutex_lock(&provoke_b); mutex_unlock(&provoke_b); mutex_unlock(&provoke_a);
	mutex_lock(&provoke_b); mutex_lock(&provoke_a); mutex_unlock(&provoke_a); mutex_unlock(&provoke_b);
}
static void provoke_take(void) { spin_lock(&provoke_s); spin_unlock(&provoke_s); }
static void provoke_bh_fn(unsigned long data) { provoke_take(); }
static struct tasklet_struct provoke_bh;
static noinline void provoke_softirq(void)
{
	spin_lock(&provoke_s); spin_unlock(&provoke_s);
	tasklet_init(&provoke_bh, provoke_bh_fn, 0); tasklet_schedule(&provoke_bh);
	msleep(50);
}
static int __rcu *provoke_pointer;
static noinline void provoke_deref(void) { int *p = rcu_dereference(provoke_pointer); pr_debug("%p", p); }
static noinline void provoke_sleep_atomic(void) { spin_lock(&provoke_s); mutex_lock(&provoke_a); mutex_unlock(&provoke_a); spin_unlock(&provoke_s); }
static noinline void provoke_unlock(void) { mutex_unlock(&provoke_a); }
static noinline void provoke_debugobject(void) { struct work_struct work; INIT_WORK(&work, provoke_sleep_fn); }
static int provoke_shared;
static int provoke_racer(void *data) { int i; for (i = 0; i < 20000000 && !kthread_should_stop(); i++) provoke_shared++; return 0; }
static noinline void provoke_race(void) { int i; kthread_run(provoke_racer, NULL, "racer1"); kthread_run(provoke_racer, NULL, "racer2"); for (i = 0; i < 1000; i++) provoke_shared++; }

static int __init provoke_init(void)
{
#define IS(name) (!strcmp(fault, #name))
	if (IS(null)) provoke_null();
	if (IS(uaf_read)) provoke_uaf_read();
	if (IS(uaf_write)) provoke_uaf_write();
	if (IS(oob)) provoke_oob();
	if (IS(dfree)) provoke_dfree();
	if (IS(shift)) provoke_shift();
	if (IS(kleak)) provoke_kleak();
	if (IS(abba)) provoke_abba();
	if (IS(softirq)) provoke_softirq();
	if (IS(deref)) provoke_deref();
	if (IS(sleep_atomic)) provoke_sleep_atomic();
	if (IS(unlock)) provoke_unlock();
	if (IS(race)) provoke_race();
	if (IS(gpf)) provoke_gpf();
	if (IS(page)) provoke_page();
	if (IS(bug)) provoke_bug();
	if (IS(warn)) provoke_warn();
	if (IS(warn_text)) provoke_warn_text();
	if (IS(divide)) provoke_divide();
	if (IS(refcount)) provoke_refcount();
	if (IS(list)) provoke_list();
	if (IS(loop)) provoke_loop();
	if (IS(loop_bh)) provoke_loop_bh();
	if (IS(loop_irq)) provoke_loop_irq();
	if (IS(rcu)) provoke_rcu();
	if (IS(atomic)) provoke_atomic();
	if (IS(panic)) provoke_panic();
	if (IS(hung)) provoke_hung();
	if (IS(rtnl)) provoke_rtnl();
	if (IS(thread)) kthread_run(provoke_thread, NULL, "provoked");
	if (IS(overflow)) pr_info("%d\n", provoke_overflow(0));
	if (IS(oom)) provoke_oom();
	if (IS(bounds)) provoke_bounds();
	if (IS(skb)) provoke_skb();
	if (IS(devref)) provoke_devref();
	if (IS(work)) schedule_work(&provoke_work);
	if (IS(work_sleep)) schedule_work(&provoke_sleep);
	if (IS(irq_null)) { tasklet_init(&provoke_tasklet, provoke_tasklet_fn, 0); tasklet_schedule(&provoke_tasklet); }
	return 0;
}
static void __exit provoke_exit(void) { }
module_init(provoke_init);
module_exit(provoke_exit);
MODULE_DESCRIPTION("faults to order");
MODULE_LICENSE("GPL");
