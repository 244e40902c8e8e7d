/* A macvtap's character device, opened; and as a program does that wants whole Ethernet frames and nothing else. */
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* The device number comes from sysfs inside the namespace: nodes in /dev collide between namespaces. */
int tap_node(int sysfs, const char *name, int ifindex)
{
	char path[PATH_MAX], text[32] = "";
	unsigned major_number, minor_number;
	int fd;

	snprintf(path, sizeof(path), "class/net/%s/tap%d/dev", name, ifindex);
	fd = openat(sysfs, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0 || sscanf(text, "%u:%u", &major_number, &minor_number) != 2)
		die("\"%s\" is no macvtap here: no device number in /sys/%s", name, path);
	close(fd);
	snprintf(path, sizeof(path), "/run/macvlab-tap-%d", getpid());
	if (mknod(path, S_IFCHR | 0600, makedev(major_number, minor_number)))
		die("a node for \"%s\" cannot be made: %s", name, strerror(errno));
	fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	unlink(path);
	if (fd < 0)
		die("the character device of \"%s\" cannot be opened: %s", name, strerror(errno));
	return fd;
}

int tap_open(int sysfs, const char *name, int ifindex)
{
	struct ifreq request = { .ifr_flags = IFF_TAP | IFF_NO_PI };
	int fd = tap_node(sysfs, name, ifindex);

	if (ioctl(fd, TUNSETIFF, &request))
		die("the character device of \"%s\" cannot be used: %s", name, strerror(errno));
	return fd;
}
