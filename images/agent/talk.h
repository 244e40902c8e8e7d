/*
 * Conversations between the IP stacks of many namespaces, all in one process: a socket belongs to the namespace the process
 * was in when it was made. Everything that becomes readable is served by one epoll loop (watch.c); rings are looked at
 * on every turn of it.
 */
#ifndef MACVLAB_TALK_H
#define MACVLAB_TALK_H

#include "agent.h"

#include <netinet/in.h>

/* Refuses the plan line that is being played; what it says ends with the errno. */
#define refuse(format, ...) \
	die("plan line %d: " format ": %s", plan_line __VA_OPT__(,) __VA_ARGS__, strerror(errno))

#define ECHO_PORT 7

/* watch.c: descriptors, and what is done when something happens to them. */
struct watch {
	int fd;
	int family;          /* index of what there is one of for IPv4 and one for IPv6: V4, V6 */
	struct namespace *namespace;
	void (*ready)(struct watch *watch, uint32_t events);
};

enum { V4, V6, FAMILIES };

void watch_add(struct watch *watch, uint32_t events);
void watch_end(struct watch *watch);
void watch_close(struct watch *watch);
void watches_close(void);
int watch_serve(int timeout_us);

/* namespace.c: namespaces and interfaces as the plan numbers them. */
struct namespace {
	int fd;              /* 0: not named by the plan */
	unsigned number;
	char device[16];     /* what its servers hear, or "": everything */
	int sender;          /* packet socket, or 0 */
	struct ring ring;
	uint16_t *by_index;  /* interface index -> number */
	int indexes;
	/* What there is of sockets; .fd is 0 where there is none yet. */
	struct watch echo[FAMILIES], listener[FAMILIES], icmp[FAMILIES], client[FAMILIES], netlink;
	int fragmenting[FAMILIES];
	int told_of_neighbours;
};

struct interface {
	int ifindex;         /* 0: not named by the plan */
	struct namespace *namespace;
	char name[16];
};

#define MAX_NAMESPACES 1024
#define MAX_INTERFACES 4096

extern struct namespace namespaces[MAX_NAMESPACES];
extern unsigned namespace_count; /* one more than the largest number */

void namespaces_begin(void);
void namespace_open(unsigned number, const char *name, const char *filter, const char *device, unsigned frames,
		    unsigned frame_size);
struct namespace *namespace_of(unsigned number);
void namespace_enter(const struct namespace *namespace);
void namespace_limit(const struct namespace *namespace, int fd);
int namespaces_drain(void);
unsigned namespaces_news(void);
void interface_add(unsigned number, unsigned namespace, const char *name);
struct interface *interface_of(unsigned number);
uint16_t interface_number(const struct namespace *namespace, int ifindex);

/* conversation.c: who said what; texts that name their conversation. */
struct conversation {
	uint32_t try, bytes; /* of the last try, as is: */
	uint16_t interface;  /* the sender's */
	uint8_t begun, answered, over;
};

#define TAG_LENGTH 16
#define MAX_PAYLOAD 65507

void payload_nonce(const char *hex);
void payload_write(uint8_t *data, size_t length, uint32_t id, uint32_t try);
struct conversation *payload_tag(const uint8_t *data, size_t length, uint32_t *id, uint32_t *try);
struct conversation *payload_whole(const uint8_t *data, size_t length, uint32_t *id, uint32_t *try);
struct conversation *conversation_begin(uint32_t id, uint32_t try, uint32_t bytes, uint16_t interface);
struct conversation *conversation_of(uint32_t id);
int conversations_over(void);
void talk_record(uint32_t id, uint32_t try, const char *word, int error, uint16_t interface);
void talk_answered(uint32_t id, uint32_t try, uint16_t interface);
void talk_error(uint32_t id, uint32_t try, int error);

/* message.c: datagrams with the addresses they go and come by. */
struct address {
	int family;
	union {
		struct in_addr v4;
		struct in6_addr v6;
	};
};

struct message {
	struct address from, to;
	uint16_t port;       /* the other side's, network order; 0 for ICMP */
	int ifindex;         /* 0: as the routes say */
	uint8_t *data;
	size_t length;
};

void address_parse(const char *text, struct address *address);
int address_is_group(const struct address *address);
int address_is_link_local(const struct address *address);
socklen_t address_to_socket(const struct address *address, uint16_t port, int ifindex, struct sockaddr_storage *to);
int message_socket(int family, int type, int protocol);
int message_send(int fd, const struct message *message);
void messages_take(struct watch *watch, uint32_t events, void (*each)(struct watch *watch, struct message *message));

/* What a `talk` line says. */
struct talk {
	uint32_t id, try, bytes;
	unsigned number;
	struct interface *interface;
	struct address from, to;
};

/* icmp.c, udp.c, tcp.c, resolve.c: begin a conversation; 0 or an errno. */
int icmp_talk(const struct talk *talk);
int icmp_fragments_talk(const struct talk *talk);
int udp_talk(const struct talk *talk);
int group_talk(const struct talk *talk);
int tcp_talk(const struct talk *talk);
int resolve_talk(const struct talk *talk);

void icmp_serve(struct namespace *namespace, int family);
void udp_serve(struct namespace *namespace, int family);
void udp_join(struct interface *interface, const char *address);
void tcp_serve(struct namespace *namespace, int family);
void tcp_hush(void);
void neighbour_set(struct interface *interface, const char *address, const char *mac);
void neighbours_forget(struct interface *interface);
void neighbours_flush(void);
void neighbours_hush(void);

/* program.c: programs that hold conversations, in namespaces they enter themselves. */
void program_run(const char *script, uint64_t deadline_ns, int (*serve)(int timeout_us));

/* pump.c: frames between a macvtap's character device and a tap. */
void pump_start(struct interface *interface, struct namespace *namespace, const char *tap);

#endif
