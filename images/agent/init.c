/*
 * Process 1 of a guest: mounts, loads the modules the image lists, connects the command channel and serves it.
 * Its own messages go to the console.
 */
#include "agent.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/reboot.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#define MODULE_LIST "/lib/macvlab/modules"
#define PORT_NAME "macvlab"
#define PORT_DEADLINE_MS 5000

static char hello[16384];
static size_t hello_length;

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A line of the greeting: the lab reads these, a person finds them in its error messages. */
static void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	hello_length += vsnprintf(hello + hello_length, sizeof(hello) - hello_length, format, args);
	if (hello_length >= sizeof(hello))
		hello_length = sizeof(hello) - 1;
	va_end(args);
}

static void mount_all(void)
{
	mount("proc", "/proc", "proc", 0, NULL);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	mount("run", "/run", "tmpfs", 0, "mode=755");
	mount("tmp", "/tmp", "tmpfs", 0, "mode=1777");
	mkdir("/run/macvlab", 0700);
	mkdir("/run/netns", 0755);
	mkdir("/dev/pts", 0755);
	mount("devpts", "/dev/pts", "devpts", 0, NULL);
	/* What udev makes elsewhere; scripts write to them, and shells need them for <(...). */
	if (symlink("/proc/self/fd", "/dev/fd") || symlink("fd/0", "/dev/stdin") || symlink("fd/1", "/dev/stdout") ||
	    symlink("fd/2", "/dev/stderr"))
		printf("macvlab: links in /dev: %s\n", strerror(errno));
}

static double uptime(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static void load_module(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || syscall(SYS_finit_module, fd, "", 0)) {
		if (errno != EEXIST)
			say("module-failed %s: %s\n", path, strerror(errno));
	}
	close(fd);
}

static void load_modules(void)
{
	char path[512];
	FILE *list = fopen(MODULE_LIST, "re");

	if (!list)
		return;
	while (fgets(path, sizeof(path), list)) {
		path[strcspn(path, "\n")] = 0;
		if (*path)
			load_module(path);
	}
	fclose(list);
}

static int named_port(char *path, size_t room)
{
	DIR *ports = opendir("/sys/class/virtio-ports");
	struct dirent *port;
	int found = 0;

	while (ports && !found && (port = readdir(ports))) {
		char name[64] = "";
		int fd;

		snprintf(path, room, "/sys/class/virtio-ports/%s/name", port->d_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		found = read(fd, name, sizeof(name) - 1) > 0 && !strncmp(name, PORT_NAME, strlen(PORT_NAME));
		close(fd);
		snprintf(path, room, "/dev/%s", port->d_name);
	}
	if (ports)
		closedir(ports);
	return found;
}

/* The port's name arrives by a message of its own, a moment after the driver found the device. */
static int open_port(void)
{
	struct timespec pause = { .tv_nsec = 1000000 };
	double deadline = uptime() + PORT_DEADLINE_MS / 1000.0;
	char path[400];

	while (uptime() < deadline) {
		if (named_port(path, sizeof(path))) {
			int fd = open(path, O_RDWR | O_CLOEXEC);

			if (fd >= 0)
				return fd;
		}
		nanosleep(&pause, NULL);
	}
	return -1;
}

int init_main(void)
{
	struct utsname name;
	int port;

	mount_all();
	setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
	setenv("HOME", "/root", 1);
	setenv(IN_GUEST, "1", 1);
	uname(&name);
	say("release %s\nfirst-command %.3f\n", name.release, uptime());
	load_modules();
	say("modules-loaded %.3f\n", uptime());
	port = open_port();
	if (port < 0)
		printf("macvlab: no virtio-serial port named \"%s\" after %d ms: is virtio_console in this kernel?\n%s",
		       PORT_NAME, PORT_DEADLINE_MS, hello);
	else
		channel_serve(port, hello);
	fflush(stdout);
	sync();
	/* A restart ends QEMU (-no-reboot); without ACPI nothing could power the guest off. */
	reboot(LINUX_REBOOT_CMD_RESTART);
	return 1;
}

int serve_main(void)
{
	struct utsname name;

	uname(&name);
	say("release %s\n", name.release);
	channel_serve(3, hello);
	return 0;
}
