/*
 * Pumps: frames between a macvtap's character device and a tap, so that what sits on the macvtap is a stack in a namespace
 * of its own, as a virtual machine's is. Without virtio headers, so that every frame is whole and has its checksums.
 */
#include "talk.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/mount.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_FRAME 65535
/* One pump keeps neither the others waiting nor the rings, which see each frame at several places. */
#define FRAMES_AT_ONCE 32

struct end {
	struct watch watch;  /* first: the one is found by the other */
	struct end *other;
};

struct pump {
	struct end macvtap, tap;
};

/* A device that is down or full loses what it is given, as a cable does; one that is gone is watched no more. */
static void ready(struct watch *watch, uint32_t events)
{
	static uint8_t frame[MAX_FRAME];
	struct end *from = (void *)watch;
	ssize_t n = 0, written;
	int error;

	for (int i = 0; i < FRAMES_AT_ONCE && (n = read(watch->fd, frame, sizeof(frame))) > 0; i++) {
		written = write(from->other->watch.fd, frame, n);
		if (written < 0 && errno != EIO && errno != EAGAIN && errno != ENOBUFS && errno != EBADFD && errno != EINVAL)
			refuse("a frame of %zd bytes cannot be pumped", n);
	}
	error = errno;
	namespaces_drain();
	if (n < 0 && error != EAGAIN && error != EINTR && (events & (EPOLLERR | EPOLLHUP)))
		watch_end(watch);
}

/* /sys shows the namespace it was mounted in: one of this namespace, which is mounted nowhere. */
static int own_sysfs(void)
{
	int context = syscall(SYS_fsopen, "sysfs", FSOPEN_CLOEXEC), mount;

	if (context < 0 || syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		refuse("no sysfs of this namespace");
	mount = syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, 0);
	if (mount < 0)
		refuse("no mount of this namespace's sysfs");
	close(context);
	return mount;
}

static int open_existing_tap(const char *name)
{
	struct ifreq request = { .ifr_flags = IFF_TAP | IFF_NO_PI };
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

	if (!if_nametoindex(name) || strlen(name) >= sizeof(request.ifr_name))
		refuse("\"%s\" does not exist", name);
	strcpy(request.ifr_name, name);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &request))
		refuse("the tap \"%s\" cannot be used", name);
	return fd;
}

void pump_start(struct interface *interface, struct namespace *namespace, const char *tap)
{
	struct pump *pump = calloc(1, sizeof(*pump));
	int sysfs;

	if (!pump)
		die("no memory for one more pump");
	namespace_enter(interface->namespace);
	sysfs = own_sysfs();
	pump->macvtap.watch = (struct watch){ tap_open(sysfs, interface->name, interface->ifindex), 0, interface->namespace, ready };
	close(sysfs);
	namespace_enter(namespace);
	pump->tap.watch = (struct watch){ open_existing_tap(tap), 0, namespace, ready };
	pump->macvtap.other = &pump->tap;
	pump->tap.other = &pump->macvtap;
	watch_add(&pump->macvtap.watch, EPOLLIN);
	watch_add(&pump->tap.watch, EPOLLIN);
}
