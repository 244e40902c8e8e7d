/*
 * Plays a plan. One line each, in this order of use:
 *
 *   ring FRAMES FRAME_SIZE ETHERTYPE   both rings: slots, bytes of a slot, EtherType of the second (hex)
 *   if N NAME packet|tap|again         interface number N; sent through a packet socket or its character device; the latter
 *                                      opened once more, under a number that stands for this opener alone
 *   join N MAC                         joins a link-layer multicast group on interface N
 *   counters                           records /proc/net/dev
 *   mark TEXT                          records a text
 *   write PATH VALUE                   writes a value into a file (a sysfs switch)
 *   send N HEX                         sends one frame on interface N
 *   expect N KIND HEX                  a fence: a frame with these bytes behind its Ethernet header, on N, of KIND
 *   say WORD                           tells whoever feeds the plan line by line that it has come this far, on standard error
 *   wait QUIET_MS DEADLINE_MS          until all expected were seen and nothing else came for QUIET_MS; then forgets them
 */
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_INTERFACES 4096
#define MAX_INDEX 65536
#define MAX_FRAME 2048
#define SENDS_PER_DRAIN 8

struct interface {
	int ifindex;
	int tap; /* descriptor of the character device, or -1 */
};

static struct interface interfaces[MAX_INTERFACES];
static uint16_t by_index[MAX_INDEX];
static struct pollfd taps[MAX_INTERFACES];
static uint16_t tap_interface[MAX_INTERFACES];
static int tap_count;
static struct ring all, host;
static int sender = -1;

static void take(struct ring *ring, const struct tpacket2_hdr *head, const struct sockaddr_ll *from, const uint8_t *frame)
{
	int index = from->sll_ifindex;
	uint16_t interface = index > 0 && index < MAX_INDEX ? by_index[index] : NO_INTERFACE;

	record_add(ring->kind, interface, from->sll_pkttype, head->tp_sec * 1000000000ull + head->tp_nsec, frame,
		   head->tp_snaplen, head->tp_len, 0);
	if (from->sll_pkttype != PACKET_OUTGOING)
		expect_seen(ring->kind, interface, frame, head->tp_snaplen);
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
			expect_seen(RECORD_READ, tap_interface[i], frame, n);
			taken++;
		}
	}
	return taken;
}

static int drain(void)
{
	return ring_drain(&all) + ring_drain(&host) + drain_taps();
}

static void add_interface(unsigned number, const char *name, const char *how)
{
	static int sysfs = -1;
	struct interface *one;

	if (number >= MAX_INTERFACES)
		die("plan line %d: at most %d interfaces", plan_line, MAX_INTERFACES);
	one = &interfaces[number];
	one->ifindex = if_nametoindex(name);
	one->tap = -1;
	if (!one->ifindex || one->ifindex >= MAX_INDEX)
		die("\"%s\" does not exist here", name);
	if (strcmp(how, "again"))
		by_index[one->ifindex] = number;
	if (!strcmp(how, "packet"))
		return;
	if (sysfs < 0)
		sysfs = open("/sys", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	one->tap = tap_open(sysfs, name, one->ifindex);
	taps[tap_count] = (struct pollfd){ .fd = one->tap, .events = POLLIN };
	tap_interface[tap_count++] = number;
}

static void send_frame(unsigned number, const char *hex)
{
	static int sends;
	uint8_t frame[MAX_FRAME];
	size_t length = plan_hex(hex, frame, sizeof(frame));
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
	} while ((expect_open() || now - last < quiet_ms * 1000000ull) && now - start < deadline_ms * 1000000ull);
	expect_forget();
}

static void open_rings(unsigned frames, unsigned frame_size, unsigned ethertype)
{
	all.take = host.take = take;
	ring_open(&all, RECORD_TAP, ETH_P_ALL, frames, frame_size, NULL, 0);
	ring_open(&host, RECORD_HOST, ethertype, frames, frame_size, NULL, 0);
	sender = plan_sender();
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
		add_interface(n, a, b);
	else if (sscanf(line, "join %u %4159s", &n, a) == 2 && n < MAX_INTERFACES)
		plan_join(sender, interfaces[n].ifindex, n, a);
	else if (sscanf(line, "wait %u %u", &n, &m) == 2)
		wait_quiet(n, m);
	else if (sscanf(line, "write %4159s %4159s", a, b) == 2) {
		if (write_file(a, b))
			die("\"%s\" cannot be written to %s: %s", b, a, strerror(errno));
	} else if (sscanf(line, "ring %u %u %x", &n, &m, &k) == 3)
		open_rings(n, m, k);
	else if (!strncmp(line, "mark ", 5))
		plan_mark(line + 5);
	else if (sscanf(line, "say %4159s", a) == 1)
		fprintf(stderr, "%s\n", a);
	else if (!strncmp(line, "counters", 8))
		record_file("/proc/net/dev", "");
	else
		die("plan line %d: \"%.60s\" is no plan line", plan_line, line);
}

static void begin(void)
{
	memset(by_index, 0xff, sizeof(by_index));
}

static void end(void)
{
	unsigned packets[2], drops[2];
	char text[200];
	int length;

	drain();
	ring_stats(&all, &packets[0], &drops[0]);
	ring_stats(&host, &packets[1], &drops[1]);
	length = snprintf(text, sizeof(text), "{\"tap\":[%u,%u],\"host\":[%u,%u]}", packets[0], drops[0], packets[1], drops[1]);
	record_add(RECORD_END, NO_INTERFACE, 0, now_ns(), text, length, length, 0);
}

int play_main(void)
{
	return plan_run("macvlab-play", begin, play_line, end);
}
