/*
 * Plays a plan. One line each, in this order of use:
 *
 *   ring FRAMES FRAME_SIZE ETHERTYPE   both rings: slots, bytes of a slot, EtherType of the second (hex)
 *   if N NAME packet|tap               interface number N; sent through a packet socket or its character device
 *   join N MAC                         joins a link-layer multicast group on interface N
 *   counters                           records /proc/net/dev
 *   mark TEXT                          records a text
 *   write PATH VALUE                   writes a value into a file (a sysfs switch)
 *   send N HEX                         sends one frame on interface N
 *   expect N KIND HEX                  a fence: a frame with these bytes behind its Ethernet header, on N, of KIND
 *   wait QUIET_MS DEADLINE_MS          until all expected were seen and nothing else came for QUIET_MS; then forgets them
 *
 * A child does the work, so that the parent can leave as soon as the records are handed over: closing rings and
 * character devices takes the kernel up to 0.4 s.
 */
#include "agent.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <limits.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_INTERFACES 4096
#define MAX_EXPECTED 4096
#define MAX_INDEX 65536
#define MAX_FRAME 2048
#define SENDS_PER_DRAIN 8

struct interface {
	int ifindex;
	int tap; /* descriptor of the character device, or -1 */
};

struct expectation {
	uint16_t interface;
	uint8_t kind, length;
	uint8_t bytes[32];
};

static struct interface interfaces[MAX_INTERFACES];
static uint16_t by_index[MAX_INDEX];
static struct pollfd taps[MAX_INTERFACES];
static uint16_t tap_interface[MAX_INTERFACES];
static int tap_count;
static struct expectation expected[MAX_EXPECTED];
static int expected_count;
static struct ring all, host;
static int sender = -1;
static int line_number;

uint16_t play_interface(int ifindex)
{
	return ifindex > 0 && ifindex < MAX_INDEX ? by_index[ifindex] : NO_INTERFACE;
}

void play_seen(enum record_kind kind, uint16_t interface, const uint8_t *data, size_t length)
{
	for (int i = 0; i < expected_count; i++) {
		struct expectation *one = &expected[i];

		if (one->interface != interface || one->kind != kind || length < (size_t)ETH_HLEN + one->length ||
		    memcmp(data + ETH_HLEN, one->bytes, one->length))
			continue;
		*one = expected[--expected_count];
		return;
	}
}

static int drain_taps(void)
{
	uint8_t frame[MAX_FRAME];
	int taken = 0;

	if (!tap_count || poll(taps, tap_count, 0) <= 0)
		return 0;
	for (int i = 0; i < tap_count; i++) {
		ssize_t n;

		if (!(taps[i].revents & POLLIN))
			continue;
		while ((n = read(taps[i].fd, frame, sizeof(frame))) > 0) {
			record_add(RECORD_READ, tap_interface[i], 0, now_ns(), frame, n, n, 0);
			play_seen(RECORD_READ, tap_interface[i], frame, n);
			taken++;
		}
	}
	return taken;
}

static int drain(void)
{
	return ring_drain(&all) + ring_drain(&host) + drain_taps();
}

static size_t from_hex(const char *hex, uint8_t *bytes, size_t room)
{
	size_t length = strlen(hex) / 2;

	if (length > room)
		die("plan line %d: %zu bytes are more than %zu", line_number, length, room);
	for (size_t i = 0; i < length; i++)
		if (sscanf(hex + 2 * i, "%2hhx", &bytes[i]) != 1)
			die("plan line %d: not hexadecimal", line_number);
	return length;
}

/* The device number comes from sysfs inside the namespace: nodes in /dev collide between namespaces. */
static int open_tap(const char *name, int ifindex)
{
	struct ifreq request = { .ifr_flags = IFF_TAP | IFF_NO_PI };
	char path[PATH_MAX], text[32] = "";
	unsigned major_number, minor_number;
	int fd;

	snprintf(path, sizeof(path), "/sys/class/net/%s/tap%d/dev", name, ifindex);
	fd = open(path, O_RDONLY);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0 || sscanf(text, "%u:%u", &major_number, &minor_number) != 2)
		die("\"%s\" is no macvtap here: no device number in %s", name, path);
	close(fd);
	snprintf(path, sizeof(path), "/run/macvlab-tap-%d", getpid());
	if (mknod(path, S_IFCHR | 0600, makedev(major_number, minor_number)))
		die("a node for \"%s\" cannot be made: %s", name, strerror(errno));
	fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	unlink(path);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &request))
		die("the character device of \"%s\" cannot be used: %s", name, strerror(errno));
	return fd;
}

static void add_interface(unsigned number, const char *name, int is_tap)
{
	struct interface *one;

	if (number >= MAX_INTERFACES)
		die("plan line %d: at most %d interfaces", line_number, MAX_INTERFACES);
	one = &interfaces[number];
	one->ifindex = if_nametoindex(name);
	one->tap = -1;
	if (!one->ifindex || one->ifindex >= MAX_INDEX)
		die("\"%s\" does not exist here", name);
	by_index[one->ifindex] = number;
	if (!is_tap)
		return;
	one->tap = open_tap(name, one->ifindex);
	taps[tap_count] = (struct pollfd){ .fd = one->tap, .events = POLLIN };
	tap_interface[tap_count++] = number;
}

/*
 * The way of `ip maddr add`: SIOCADDMULTI has updated the device's filter when it returns, a packet socket's membership
 * may do so later (netif_rx_mode_sync, 7.x). The group stays until the device goes.
 */
static void join_group(unsigned number, const char *mac)
{
	struct ifreq request = { .ifr_hwaddr.sa_family = AF_UNSPEC };
	char hex[2 * ETH_ALEN + 1];
	int at = 0;

	for (const char *c = mac; *c && at < 2 * ETH_ALEN; c++)
		if (*c != ':')
			hex[at++] = *c;
	hex[at] = 0;
	from_hex(hex, (uint8_t *)request.ifr_hwaddr.sa_data, ETH_ALEN);
	if (!if_indextoname(interfaces[number].ifindex, request.ifr_name) || ioctl(sender, SIOCADDMULTI, &request))
		die("group %s cannot be joined on interface %u: %s", mac, number, strerror(errno));
}

static void send_frame(unsigned number, const char *hex)
{
	static int sends;
	uint8_t frame[MAX_FRAME];
	size_t length = from_hex(hex, frame, sizeof(frame));
	struct interface *one = &interfaces[number];
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = one->ifindex, .sll_halen = ETH_ALEN };
	uint64_t when = now_ns();
	ssize_t sent;

	memcpy(to.sll_addr, frame, ETH_ALEN);
	progress_step();
	if (one->tap >= 0)
		sent = write(one->tap, frame, length);
	else
		sent = sendto(sender, frame, length, MSG_DONTWAIT, (struct sockaddr *)&to, sizeof(to));
	record_add(RECORD_SENT, number, 4, when, frame, length, length, sent == (ssize_t)length ? 0 : sent < 0 ? errno : EIO);
	if (++sends % SENDS_PER_DRAIN == 0)
		drain();
}

static void expect_frame(unsigned number, unsigned kind, const char *hex)
{
	struct expectation *one = &expected[expected_count++];

	if (expected_count > MAX_EXPECTED)
		die("plan line %d: at most %d expected frames", line_number, MAX_EXPECTED);
	one->interface = number;
	one->kind = kind;
	one->length = from_hex(hex, one->bytes, sizeof(one->bytes));
}

/* Not an error when the deadline passes: what is missing is missing in the records, and judged by others. */
static void wait_quiet(unsigned quiet_ms, unsigned deadline_ms)
{
	uint64_t start = now_ns(), last = start, now;
	struct pollfd fds[2] = { { .fd = all.fd, .events = POLLIN }, { .fd = host.fd, .events = POLLIN } };

	do {
		if (drain())
			last = now_ns();
		else
			poll(fds, 2, 1);
		now = now_ns();
	} while ((expected_count || now - last < quiet_ms * 1000000ull) && now - start < deadline_ms * 1000000ull);
	expected_count = 0;
}

static void open_rings(unsigned frames, unsigned frame_size, unsigned ethertype)
{
	int room = 64 << 20;

	ring_open(&all, RECORD_TAP, ETH_P_ALL, frames, frame_size);
	ring_open(&host, RECORD_HOST, ethertype, frames, frame_size);
	sender = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (sender < 0 || setsockopt(sender, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room)))
		die("a sending socket cannot be made: %s", strerror(errno));
}

static void play_line(char *line)
{
	static char a[4160], b[4160];
	unsigned n, m, k;

	if (sscanf(line, "send %u %4159s", &n, a) == 2 && n < MAX_INTERFACES)
		send_frame(n, a);
	else if (sscanf(line, "expect %u %u %4159s", &n, &k, a) == 3)
		expect_frame(n, k, a);
	else if (sscanf(line, "if %u %4159s %4159s", &n, a, b) == 3)
		add_interface(n, a, !strcmp(b, "tap"));
	else if (sscanf(line, "join %u %4159s", &n, a) == 2 && n < MAX_INTERFACES)
		join_group(n, a);
	else if (sscanf(line, "wait %u %u", &n, &m) == 2)
		wait_quiet(n, m);
	else if (sscanf(line, "write %4159s %4159s", a, b) == 2) {
		if (write_file(a, b))
			die("\"%s\" cannot be written to %s: %s", b, a, strerror(errno));
	} else if (sscanf(line, "ring %u %u %x", &n, &m, &k) == 3)
		open_rings(n, m, k);
	else if (!strncmp(line, "mark ", 5))
		record_add(RECORD_TEXT, NO_INTERFACE, 1, now_ns(), line + 5, strlen(line + 5), strlen(line + 5), 0);
	else if (!strncmp(line, "counters", 8))
		record_file("/proc/net/dev");
	else
		die("plan line %d: \"%.60s\" is no plan line", line_number, line);
}

static void play(void)
{
	char *line = NULL, end[200];
	unsigned packets[2], drops[2];
	size_t room = 0;
	ssize_t length;
	cpu_set_t cpu;

	memset(by_index, 0xff, sizeof(by_index));
	progress_begin();
	CPU_ZERO(&cpu);
	CPU_SET(sched_getcpu(), &cpu);
	sched_setaffinity(0, sizeof(cpu), &cpu); /* one CPU, one backlog: frames stay in order */
	while ((length = getline(&line, &room, stdin)) > 0) {
		line_number++;
		if (line[length - 1] == '\n')
			line[length - 1] = 0;
		if (*line)
			play_line(line);
	}
	drain();
	ring_stats(&all, &packets[0], &drops[0]);
	ring_stats(&host, &packets[1], &drops[1]);
	length = snprintf(end, sizeof(end), "{\"tap\":[%u,%u],\"host\":[%u,%u]}", packets[0], drops[0], packets[1], drops[1]);
	record_add(RECORD_END, NO_INTERFACE, 0, now_ns(), end, length, length, 0);
	record_flush(STDOUT_FILENO);
}

int play_main(void)
{
	int done[2], status;
	char byte;
	pid_t child;

	if (pipe(done) || (child = fork()) < 0)
		die("no child: %s", strerror(errno));
	if (!child) {
		prctl(PR_SET_NAME, "macvlab-play");
		close(done[0]);
		play();
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
