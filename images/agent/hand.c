/*
 * Hands macvtaps to a program, a virtual machine monitor say: opens the character device of each, in the order given, as
 * descriptors from 10 on, and becomes the program. They keep what a fresh opening has: whole frames behind virtio headers.
 */
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FIRST_DESCRIPTOR 10

/* Arguments: names of macvtaps, `--`, the program and its arguments. */
int hand_main(char **argument)
{
	int sysfs = open("/sys", O_RDONLY | O_DIRECTORY | O_CLOEXEC), next = FIRST_DESCRIPTOR;

	for (; *argument && strcmp(*argument, "--"); argument++) {
		int ifindex = if_nametoindex(*argument), fd;

		if (!ifindex)
			die("\"%s\" does not exist here", *argument);
		fd = tap_node(sysfs, *argument, ifindex);
		if (fd == next)
			fcntl(fd, F_SETFD, 0);
		else if (dup2(fd, next) < 0 || close(fd))
			die("the character device of \"%s\" cannot become descriptor %d: %s", *argument, next, strerror(errno));
		next++;
	}
	if (!*argument || !argument[1])
		die("no program to hand macvtaps to");
	execvp(argument[1], argument + 1);
	fprintf(stderr, "agent: %s: %s\n", argument[1], strerror(errno));
	return 127;
}
