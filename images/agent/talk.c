/*
 * Plays conversations between the IP stacks of many namespaces, all at once. The plan's lines:
 *
 *   ring FRAMES FRAME_SIZE             size of each namespace's ring
 *   ns N NAME [HEX [DEVICE]]           namespace number N: /run/netns/NAME, or "-": the one it was started in; HEX: a
 *                                      classic BPF program that says which of its frames are recorded, or "-": none are;
 *                                      DEVICE: only this one's are
 *   if NUM NS NAME                     interface number NUM; frames on others are not recorded
 *   nonce HEX                          4 bytes: what was said in another plan counts for nothing
 *   join NUM MAC                       joins a link-layer multicast group
 *   pump NUM NS TAP                    carries frames between the macvtap NUM and the tap TAP of namespace NS, from now on
 *   serve NS [DEVICE]                  UDP and TCP echo on port 7, and who hears ICMP echoes; DEVICE: only by this one
 *   group NUM ADDRESS                  its UDP sockets join an IP group on interface NUM
 *   neigh NUM ADDRESS MAC|-            a permanent neighbour, or none any more
 *   forget NUM                         everything known about neighbours on interface NUM
 *   talk ID TRY KIND NUM SRC DST BYTES begins a try of a conversation; nothing at all where it was answered before. KIND:
 *                                      icmp icmpv6 icmp-fragments udp tcp group resolve
 *   hear ID BYTES                      a conversation another agent begins; its other end is here
 *   say WORD                           as in play.c
 *   report WORD                        says "WORD NEWS MISSING GAP" on stderr, all since the last report: frames recorded, but for
 *                                      the lab's own; frames expected that no wait saw; for how many milliseconds at most
 *                                      nothing was served. Then goes on serving until there are more lines
 *   wait QUIET_MS DEADLINE_MS          until all expected were seen and nothing else came for QUIET_MS; then forgets them
 *   run SCRIPT DEADLINE_MS             a shell script, until its output is closed: lines "ID TRY WORD", recorded as if said here
 *   hush                               ends what is still open, so that nothing is sent later
 *   send, expect, mark, write          as in play.c
 *   counters                           records /proc/net/dev of every namespace, behind a line "ns N"
 *
 * How far conversations come is recorded as "ID TRY WORD [ERRNO]": `sent` (with the errno where the stack refused it),
 * `heard` (with the interface it came by), `answered` (each time), `error` (told later). Every `talk` and every `send` is
 * one step of the progress told to the lab.
 */
#include "talk.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_WORDS 9
#define MAX_FRAME 9216
#define TALKS_PER_SETTLE 16
#define MOST_TURNS 256
#define DESCRIPTORS 65536
#define NEIGHBOURS "65536"

static unsigned ring_frames = 1024, ring_frame_size = 256;
static int gives_way;
static unsigned missing; /* since the last report */
static uint64_t served_at, longest_gap;

static const struct {
	const char *name;
	int (*begin)(const struct talk *talk);
} kinds[] = {
	{ "icmp", icmp_talk },   { "icmpv6", icmp_talk }, { "icmp-fragments", icmp_fragments_talk }, { "udp", udp_talk },
	{ "group", group_talk }, { "tcp", tcp_talk },     { "resolve", resolve_talk },
};

static int drain(int timeout_us)
{
	int taken = namespaces_drain();
	uint64_t now = now_ns();

	if (served_at && now - served_at > longest_gap)
		longest_gap = now - served_at;
	served_at = now;
	return taken + watch_serve(taken ? 0 : timeout_us);
}

/*
 * What was set going is let come to its end before more is, asleep: where the kernel leaves network work to ksoftirqd and to
 * workers (macvlan's broadcasts), it is done only while this process does not have the CPU, and queues would overflow. Who gives
 * way to everybody is woken when all is done, however soon that is asked for.
 */
static void settle(void)
{
	for (int turns = 0; turns < MOST_TURNS && drain(gives_way ? 100 : 1000); turns++)
		;
}

static void settle_sometimes(void)
{
	static int calls;

	if (++calls % TALKS_PER_SETTLE == 0)
		settle();
}

static unsigned number(const char *word)
{
	char *end;
	unsigned long value = strtoul(word, &end, 10);

	if (*end || end == word || value > UINT32_MAX)
		die("plan line %d: \"%.20s\" is no number", plan_line, word);
	return value;
}

/* Not an error when the deadline passes: what is missing is missing in the records, and judged by others. */
static void wait_line(char **word)
{
	uint64_t start = now_ns(), last = start, now;
	uint64_t quiet = number(word[1]) * 1000000ull, deadline = number(word[2]) * 1000000ull;

	do {
		int taken = drain(1000);

		now = now_ns();
		if (taken)
			last = now;
	} while ((expect_open() || now - last < quiet) && now - start < deadline);
	missing += expect_open();
	expect_forget();
}

static void talk_line(char **word)
{
	struct talk talk = { .id = number(word[1]), .try = number(word[2]), .number = number(word[4]), .bytes = number(word[7]) };
	size_t kind = 0;

	while (kind < sizeof(kinds) / sizeof(*kinds) && strcmp(kinds[kind].name, word[3]))
		kind++;
	if (kind == sizeof(kinds) / sizeof(*kinds))
		die("plan line %d: \"%s\" is no kind of conversation", plan_line, word[3]);
	talk.interface = interface_of(talk.number);
	address_parse(word[6], &talk.to);
	talk.from.family = talk.to.family;
	if (strcmp(word[5], "-"))
		address_parse(word[5], &talk.from);
	if (talk.from.family != talk.to.family || talk.bytes > MAX_PAYLOAD ||
	    (talk.bytes < TAG_LENGTH && kinds[kind].begin != resolve_talk))
		die("plan line %d: addresses of one family and %d to %d bytes are needed", plan_line, TAG_LENGTH, MAX_PAYLOAD);
	progress_step();
	if (!conversation_begin(talk.id, talk.try, talk.bytes, talk.number))
		return;
	talk_record(talk.id, talk.try, "sent", kinds[kind].begin(&talk), talk.number);
	settle_sometimes();
}

static void hear_line(char **word)
{
	conversation_begin(number(word[1]), 0, number(word[2]), NO_INTERFACE);
}

static void say_line(char **word)
{
	fprintf(stderr, "%s\n", word[1]);
}

/* Whoever asks for a report says nothing more until it has heard it: nothing is left in the buffer of the input. */
static void report_line(char **word)
{
	struct pollfd input = { STDIN_FILENO, POLLIN, 0 };

	drain(0);
	fprintf(stderr, "%s %u %u %u\n", word[1], namespaces_news(), missing, (unsigned)(longest_gap / 1000000));
	missing = longest_gap = 0;
	while (!poll(&input, 1, 0))
		drain(1000);
}

static void send_line(char **word)
{
	static uint8_t frame[MAX_FRAME];
	struct interface *one = interface_of(number(word[1]));
	size_t length = plan_hex(word[2], frame, sizeof(frame));
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = one->ifindex, .sll_halen = ETH_ALEN };
	uint64_t when = now_ns();
	ssize_t sent;

	namespace_enter(one->namespace);
	if (!one->namespace->sender)
		one->namespace->sender = plan_sender();
	memcpy(to.sll_addr, frame, ETH_ALEN);
	progress_step();
	sent = sendto(one->namespace->sender, frame, length, MSG_DONTWAIT, (struct sockaddr *)&to, sizeof(to));
	record_add(RECORD_SENT, number(word[1]), 4, when, frame, length, length,
		   sent == (ssize_t)length ? 0 : sent < 0 ? errno : EIO);
	settle_sometimes();
}

static void ring_line(char **word)
{
	ring_frames = number(word[1]);
	ring_frame_size = number(word[2]);
}

static void ns_line(char **word)
{
	const char *filter = word[3] ? word[3] : "", *device = word[3] && word[4] ? word[4] : "";

	namespace_open(number(word[1]), word[2], filter, device, ring_frames, ring_frame_size);
}

static void if_line(char **word)
{
	interface_add(number(word[1]), number(word[2]), word[3]);
}

static void nonce_line(char **word)
{
	payload_nonce(word[1]);
}

static void join_line(char **word)
{
	struct interface *one = interface_of(number(word[1]));

	namespace_enter(one->namespace);
	if (!one->namespace->sender)
		one->namespace->sender = plan_sender();
	plan_join(one->namespace->sender, one->ifindex, number(word[1]), word[2]);
}

static void serve_line(char **word)
{
	struct namespace *namespace = namespace_of(number(word[1]));

	if (word[2] && strlen(word[2]) >= sizeof(namespace->device))
		die("plan line %d: \"%s\" is no device", plan_line, word[2]);
	if (word[2])
		strcpy(namespace->device, word[2]);
	for (int family = V4; family < FAMILIES; family++) {
		icmp_serve(namespace, family);
		udp_serve(namespace, family);
		tcp_serve(namespace, family);
	}
}

static void pump_line(char **word)
{
	pump_start(interface_of(number(word[1])), namespace_of(number(word[2])), word[3]);
}

static void group_line(char **word)
{
	udp_join(interface_of(number(word[1])), word[2]);
}

static void neigh_line(char **word)
{
	neighbour_set(interface_of(number(word[1])), word[2], word[3]);
}

static void forget_line(char **word)
{
	neighbours_forget(interface_of(number(word[1])));
}

static void run_line(char **word)
{
	program_run(word[1], number(word[2]) * 1000000ull, drain);
}

static void hush_line(char **word)
{
	(void)word;
	tcp_hush();
	if (conversations_over())
		neighbours_hush();
	drain(0);
}

static void expect_line(char **word)
{
	expect_frame(number(word[1]), number(word[2]), word[3]);
}

static void mark_line(char **word)
{
	plan_mark(word[1]);
}

static void write_line(char **word)
{
	if (write_file(word[1], word[2]))
		refuse("\"%s\" cannot be written to %s", word[2], word[1]);
}

static void counters_line(char **word)
{
	char prefix[32];

	(void)word;
	for (unsigned i = 0; i < namespace_count; i++) {
		if (!namespaces[i].fd)
			continue;
		namespace_enter(&namespaces[i]);
		snprintf(prefix, sizeof(prefix), "ns %u\n", i);
		record_file("/proc/self/net/dev", prefix);
	}
}

/* `words` besides the first one. */
static const struct {
	const char *name;
	int words;
	void (*play)(char **word);
} lines[] = {
	{ "talk", 7, talk_line },   { "neigh", 3, neigh_line }, { "wait", 2, wait_line },   { "send", 2, send_line },
	{ "expect", 3, expect_line }, { "ns", 2, ns_line },     { "if", 3, if_line },       { "serve", 1, serve_line },
	{ "pump", 3, pump_line },   { "run", 2, run_line },     { "hush", 0, hush_line },   { "mark", 1, mark_line },
	{ "join", 2, join_line },   { "group", 2, group_line }, { "write", 2, write_line }, { "ring", 2, ring_line },
	{ "nonce", 1, nonce_line }, { "forget", 1, forget_line }, { "counters", 0, counters_line },
	{ "hear", 2, hear_line },   { "say", 1, say_line },     { "report", 1, report_line },
};

static int split(char *line, char **word)
{
	int count = 0;
	int words = strncmp(line, "mark ", 5) ? MAX_WORDS : 2;

	while (count < words - 1 && (word[count] = strsep(&line, " ")))
		count++;
	if (line && count < MAX_WORDS)
		word[count++] = line;
	word[count] = NULL;
	return count;
}

static void play_line(char *line)
{
	char *word[MAX_WORDS + 1] = { NULL };
	int count = split(line, word);

	if (strcmp(word[0], "neigh"))
		neighbours_flush();
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		if (!strcmp(lines[i].name, word[0]) && count > lines[i].words) {
			lines[i].play(word);
			return;
		}
	die("plan line %d: \"%.60s\" with %d words is no plan line", plan_line, word[0], count);
}

/*
 * A guest is this process's own. Whatever the kernel has to do there comes before what is said next; and all namespaces
 * together may know more than 1,024 neighbours, where there is no more than one table of them.
 */
static void give_way(void)
{
	gives_way = !sched_setscheduler(0, SCHED_IDLE | SCHED_RESET_ON_FORK, &(struct sched_param){ 0 });
	write_file("/proc/sys/net/ipv4/neigh/default/gc_thresh3", NEIGHBOURS);
	write_file("/proc/sys/net/ipv6/neigh/default/gc_thresh3", NEIGHBOURS);
	write_file("/proc/sys/net/ipv4/neigh/default/gc_thresh2", NEIGHBOURS);
	write_file("/proc/sys/net/ipv6/neigh/default/gc_thresh2", NEIGHBOURS);
}

static void begin(void)
{
	struct rlimit limit = { DESCRIPTORS, DESCRIPTORS };

	/* Where nobody may have that many, as many as there may be. */
	if (setrlimit(RLIMIT_NOFILE, &limit) && !getrlimit(RLIMIT_NOFILE, &limit)) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	if (getenv(IN_GUEST))
		give_way();
	namespaces_begin();
}

static void end(void)
{
	unsigned packets = 0, drops = 0, p, d;
	char text[200];
	int length;

	neighbours_flush();
	drain(0);
	for (unsigned i = 0; i < namespace_count; i++) {
		if (!namespaces[i].ring.map)
			continue;
		ring_stats(&namespaces[i].ring, &p, &d);
		packets += p, drops += d;
	}
	length = snprintf(text, sizeof(text), "{\"tap\":[%u,%u],\"host\":[0,0]}", packets, drops);
	record_add(RECORD_END, NO_INTERFACE, 0, now_ns(), text, length, length, 0);
	tcp_hush();
	watches_close();
	/* Nobody is to wait for locks of a process that gives way to everybody. */
	sched_setscheduler(0, SCHED_OTHER, &(struct sched_param){ 0 });
}

int talk_main(void)
{
	return plan_run("macvlab-talk", begin, play_line, end);
}
