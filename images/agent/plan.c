/*
 * Plays the lines of a plan. A child does the work, so that the parent can leave as soon as the records are handed over:
 * closing rings and character devices takes the kernel up to 0.4 s.
 */
#include "agent.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

int plan_line;

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

size_t plan_hex(const char *hex, uint8_t *bytes, size_t room)
{
	size_t length = strlen(hex) / 2;

	if (length > room)
		die("plan line %d: %zu bytes are more than %zu", plan_line, length, room);
	for (size_t i = 0; i < length; i++) {
		int high = digit(hex[2 * i]), low = digit(hex[2 * i + 1]);

		if (high < 0 || low < 0)
			die("plan line %d: not hexadecimal", plan_line);
		bytes[i] = high << 4 | low;
	}
	return length;
}

void plan_mac(const char *text, uint8_t *mac)
{
	char hex[2 * ETH_ALEN + 1];
	int at = 0;

	for (const char *c = text; *c && at < 2 * ETH_ALEN; c++)
		if (*c != ':')
			hex[at++] = *c;
	hex[at] = 0;
	if (plan_hex(hex, mac, ETH_ALEN) != ETH_ALEN)
		die("plan line %d: \"%.20s\" is no link-layer address", plan_line, text);
}

void plan_mark(const char *text)
{
	record_add(RECORD_TEXT, NO_INTERFACE, 1, now_ns(), text, strlen(text), strlen(text), 0);
}

/* A packet socket of the namespace the process is in, to send frames with. */
int plan_sender(void)
{
	int sender = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), room = 64 << 20;

	if (sender < 0 || setsockopt(sender, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room)))
		die("a sending socket cannot be made: %s", strerror(errno));
	return sender;
}

/*
 * The way of `ip maddr add`: SIOCADDMULTI has updated the device's filter when it returns, a packet socket's membership
 * may do so later (netif_rx_mode_sync, 7.x). The group stays until the device goes.
 * The process and `sender` are in the device's namespace.
 */
void plan_join(int sender, int ifindex, unsigned number, const char *mac)
{
	struct ifreq request = { .ifr_hwaddr.sa_family = AF_UNSPEC };

	plan_mac(mac, (uint8_t *)request.ifr_hwaddr.sa_data);
	if (!if_indextoname(ifindex, request.ifr_name) || ioctl(sender, SIOCADDMULTI, &request))
		die("group %s cannot be joined on interface %u: %s", mac, number, strerror(errno));
}

static void play(void (*begin)(void), void (*play_line)(char *line), void (*end)(void))
{
	char *line = NULL;
	size_t room = 0;
	ssize_t length;
	cpu_set_t cpu;

	begin();
	progress_begin();
	CPU_ZERO(&cpu);
	CPU_SET(sched_getcpu(), &cpu);
	sched_setaffinity(0, sizeof(cpu), &cpu); /* one CPU, one backlog: frames stay in order */
	while ((length = getline(&line, &room, stdin)) > 0) {
		plan_line++;
		if (line[length - 1] == '\n')
			line[length - 1] = 0;
		if (*line)
			play_line(line);
	}
	end();
	record_flush(STDOUT_FILENO);
}

int plan_run(const char *process, void (*begin)(void), void (*play_line)(char *line), void (*end)(void))
{
	int done[2], status;
	char byte;
	pid_t child;

	if (pipe(done) || (child = fork()) < 0)
		die("no child: %s", strerror(errno));
	if (!child) {
		prctl(PR_SET_NAME, process);
		close(done[0]);
		play(begin, play_line, end);
		close(STDIN_FILENO), close(STDOUT_FILENO), close(STDERR_FILENO);
		status = write(done[1], "", 1);
		_exit(0);
	}
	close(done[1]);
	if (read(done[0], &byte, 1) == 1)
		return 0;
	if (waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status))
		return WEXITSTATUS(status);
	return 3;
}
