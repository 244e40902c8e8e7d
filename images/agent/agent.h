/*
 * The agent: one small static program for everything that must be cheap in an emulated guest. It is dumb: it runs the
 * scripts it is given, sends the bytes it is given, records what it sees and judges nothing.
 *
 *   as process 1        mounts, loads modules, serves the command channel        (init.c, channel.c, job.c)
 *   agent serve         serves the command channel on descriptor 3, in namespaces of the running kernel
 *   agent play < PLAN   opens endpoints, sends frames, writes records to stdout  (play.c, ring.c, record.c)
 *   agent talk < PLAN   the same for conversations between the stacks of many namespaces  (talk.c, talk.h)
 *   agent in NS COMMAND runs a command in a network namespace                    (enter.c)
 *   agent hand MACVTAP... -- PROGRAM...  becomes a program that has the macvtaps' character devices open  (hand.c)
 */
#ifndef MACVLAB_AGENT_H
#define MACVLAB_AGENT_H

#include <stddef.h>
#include <stdint.h>

/* util.c */
void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
int write_all(int fd, const void *data, size_t length);
int write_file(const char *path, const char *value);
uint64_t now_ns(void);

/* init.c: process 1 of a guest; or of a process namespace, where everything is mounted already. */
int init_main(void);
int serve_main(void);

/* Set in the environment of everything that runs in a guest. */
#define IN_GUEST "MACVLAB_GUEST"

/* progress.c: tells the lab, if it can, that a plan begins, and that one more frame is about to be sent. */
void progress_begin(void);
void progress_step(void);

/* channel.c, job.c: serves the command channel until told to power off. */
void channel_serve(int fd, const char *hello);

/* play.c, talk.c: play a plan read from standard input. */
int play_main(void);
int talk_main(void);

/* enter.c: runs a command, `argv[1]` and on, in the network namespace `argv[0]`. */
int enter_main(char **argv);

/*
 * plan.c: what both have in common. Number of the line that is being played; and its hexadecimal digits, as bytes.
 * `play_line` gets each line that is not empty, `end` what is left to do before the records are handed over.
 */
extern int plan_line;
int plan_run(const char *process, void (*begin)(void), void (*play_line)(char *line), void (*end)(void));
size_t plan_hex(const char *hex, uint8_t *bytes, size_t room);
void plan_mac(const char *text, uint8_t *mac);
void plan_mark(const char *text);
int plan_sender(void);
void plan_join(int sender, int ifindex, unsigned number, const char *mac);

/* expect.c: frames waited for. */
void expect_frame(unsigned interface, unsigned kind, const char *hex);
void expect_seen(unsigned kind, uint16_t interface, const uint8_t *data, size_t length);
int expect_open(void);
void expect_forget(void);

/* hand.c: opens macvtaps and becomes the program they are for. */
int hand_main(char **argument);

/* tap.c: the character device of a macvtap, not blocking; `sysfs` shows its namespace. `tap_open`: without virtio headers. */
int tap_node(int sysfs, const char *name, int ifindex);
int tap_open(int sysfs, const char *name, int ifindex);

/* record.c: what was seen, kept in memory until the plan is over. The order is that of include/uapi if_packet.h. */
enum record_kind {
	RECORD_TAP = 1,      /* a packet socket bound to no protocol: both directions, before any receive handler */
	RECORD_HOST = 2,     /* a packet socket bound to the probe's EtherType: behind the receive handlers */
	RECORD_READ = 3,     /* read from a macvtap's character device */
	RECORD_SENT = 4,     /* handed to a device; result is 0 or an errno */
	RECORD_TEXT = 5,     /* a text: counters, marks */
	RECORD_END = 6,      /* the last record: text with the drop counters of the rings */
	RECORD_TALK = 7,     /* how far a conversation came: "ID TRY WORD [ERRNO]", see talk.c */
};

struct record {
	uint32_t length;     /* of the whole record, this header included */
	uint8_t kind;
	uint8_t packet_type;
	uint16_t interface;  /* index into the plan's interfaces; NO_INTERFACE for others */
	uint64_t nanoseconds;
	uint32_t original_length;
	int32_t result;
};

#define NO_INTERFACE 0xffff

void record_add(enum record_kind kind, uint16_t interface, uint8_t packet_type, uint64_t nanoseconds, const void *data,
		size_t length, uint32_t original_length, int32_t result);
void record_file(const char *path, const char *prefix);
void record_flush(int fd);

/* ring.c: a mapped receive ring over the interfaces of the namespace the process is in. */
struct sock_fprog;
struct sockaddr_ll;
struct tpacket2_hdr;

struct ring {
	int fd;
	uint8_t *map;
	uint32_t frames, frame_size, next;
	enum record_kind kind;
	/* What becomes of a frame; its first byte is at `frame`. */
	void (*take)(struct ring *ring, const struct tpacket2_hdr *head, const struct sockaddr_ll *from,
		     const uint8_t *frame);
	void *owner;
};

/*
 * `filter` is NULL, or attached before the first frame can come; `ifindex` is 0 for all interfaces. `take` and `owner` are the
 * caller's to set.
 */
void ring_open(struct ring *ring, enum record_kind kind, uint16_t protocol, uint32_t frames, uint32_t frame_size,
	       const struct sock_fprog *filter, int ifindex);
int ring_drain(struct ring *ring);
void ring_stats(struct ring *ring, unsigned *packets, unsigned *drops);

#endif
