/* Neighbour entries over rtnetlink: set, removed, and resolved by the kernel, which tells when it has done so. */
#include "talk.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define ROOM (8 << 20)
#define BATCH 16384
/* The kernel makes parts of a dump no larger: netlink_dump. */
#define DUMPED 32768

struct request {
	struct nlmsghdr head;
	struct ndmsg neighbour;
	uint8_t attributes[64];
};

static struct talk *resolving;
static int count, room;
static uint8_t batch[BATCH];
static size_t batch_used;
static struct namespace *batch_namespace;
static int forget_index; /* of the interface whose entries go; 0: of each of the plan's */
static int forget_states;
static int use_failed;   /* errno of the last NTF_USE */
static int asked_state;  /* of the entry that was last asked for; 0 where there was none */

static int same_address(const struct address *address, const void *bytes, size_t length)
{
	size_t size = address->family ? 16 : 4;

	return length == size && !memcmp(&address->v6, bytes, size);
}

static void attribute(struct request *request, int type, const void *data, size_t length)
{
	struct rtattr *part = (void *)((char *)request + NLMSG_ALIGN(request->head.nlmsg_len));

	part->rta_type = type;
	part->rta_len = RTA_LENGTH(length);
	memcpy(RTA_DATA(part), data, length);
	request->head.nlmsg_len = NLMSG_ALIGN(request->head.nlmsg_len) + RTA_ALIGN(part->rta_len);
}

static struct request request_for(int type, int flags, const struct interface *interface, const struct address *address)
{
	struct request request = {
		.head = { NLMSG_LENGTH(sizeof(struct ndmsg)), type, NLM_F_REQUEST | flags, plan_line, 0 },
		.neighbour = { .ndm_family = address->family ? AF_INET6 : AF_INET, .ndm_ifindex = interface->ifindex },
	};

	attribute(&request, NDA_DST, &address->v6, address->family ? 16 : 4);
	return request;
}

static void add_request(struct namespace *namespace, const struct request *request)
{
	if (namespace != batch_namespace || batch_used + request->head.nlmsg_len > BATCH)
		neighbours_flush();
	batch_namespace = namespace;
	memcpy(batch + batch_used, request, request->head.nlmsg_len);
	batch_used += request->head.nlmsg_len;
}

static void forget_one(struct namespace *namespace, const struct ndmsg *neighbour, const struct rtattr *destination)
{
	struct interface one = { .ifindex = neighbour->ndm_ifindex };
	struct address address = { .family = neighbour->ndm_family == AF_INET6 };
	struct request remove;

	if (!(neighbour->ndm_state & forget_states) ||
	    (forget_index ? neighbour->ndm_ifindex != forget_index :
			    interface_number(namespace, neighbour->ndm_ifindex) == NO_INTERFACE) ||
	    RTA_PAYLOAD(destination) > sizeof(address.v6))
		return;
	memcpy(&address.v6, RTA_DATA(destination), RTA_PAYLOAD(destination));
	remove = request_for(RTM_DELNEIGH, 0, &one, &address);
	add_request(namespace, &remove);
}

/* REACHABLE is an answer, FAILED is what the kernel says when it has given up. */
static void take_neighbour(struct namespace *namespace, struct nlmsghdr *head)
{
	struct ndmsg *neighbour = NLMSG_DATA(head);
	struct rtattr *part = (void *)((char *)neighbour + NLMSG_ALIGN(sizeof(*neighbour)));
	int left = NLMSG_PAYLOAD(head, sizeof(*neighbour));

	if (head->nlmsg_seq == (uint32_t)plan_line)
		asked_state = neighbour->ndm_state;
	for (; RTA_OK(part, left) && part->rta_type != NDA_DST; part = RTA_NEXT(part, left))
		;
	if (left <= 0)
		return;
	if (head->nlmsg_flags & NLM_F_MULTI) {
		forget_one(namespace, neighbour, part);
		return;
	}
	if (!(neighbour->ndm_state & (NUD_REACHABLE | NUD_FAILED)))
		return;
	for (int i = count - 1; i >= 0; i--) {
		struct talk *talk = &resolving[i];

		if (talk->interface->namespace != namespace || talk->interface->ifindex != neighbour->ndm_ifindex ||
		    !same_address(&talk->to, RTA_DATA(part), RTA_PAYLOAD(part)))
			continue;
		if (neighbour->ndm_state & NUD_REACHABLE)
			talk_answered(talk->id, talk->try, talk->number);
		else
			talk_error(talk->id, talk->try, EHOSTUNREACH);
		resolving[i] = resolving[--count];
	}
}

static void take_error(struct nlmsghdr *head)
{
	struct nlmsgerr *answer = NLMSG_DATA(head);

	if (!answer->error || (answer->error == -ENOENT && answer->msg.nlmsg_type != RTM_NEWNEIGH))
		return;
	errno = -answer->error;
	if (answer->msg.nlmsg_type == RTM_NEWNEIGH && !(answer->msg.nlmsg_flags & NLM_F_REPLACE))
		use_failed = errno;
	else
		die("plan line %u: a neighbour cannot be set: %s", answer->msg.nlmsg_seq, strerror(errno));
}

static void ready(struct watch *watch, uint32_t events)
{
	uint8_t data[DUMPED] __attribute__((aligned(8)));
	ssize_t length;

	(void)events;
	while ((length = recv(watch->fd, data, sizeof(data), MSG_DONTWAIT)) > 0)
		for (struct nlmsghdr *head = (void *)data; NLMSG_OK(head, length); head = NLMSG_NEXT(head, length))
			if (head->nlmsg_type == NLMSG_ERROR)
				take_error(head);
			else if (head->nlmsg_type == RTM_NEWNEIGH)
				take_neighbour(watch->namespace, head);
	if (length < 0 && errno != EAGAIN)
		refuse("neighbours of namespace %u", watch->namespace->number);
}

static struct watch *netlink(struct namespace *namespace)
{
	struct watch *watch = &namespace->netlink;
	int size = ROOM;

	if (watch->fd)
		return watch;
	namespace_enter(namespace);
	*watch = (struct watch){ socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), 0, namespace, ready };
	if (watch->fd < 0 || setsockopt(watch->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		refuse("no rtnetlink socket in namespace %u", namespace->number);
	watch_add(watch, EPOLLIN);
	return watch;
}

static void send_requests(void)
{
	if (batch_used && send(netlink(batch_namespace)->fd, batch, batch_used, 0) != (ssize_t)batch_used)
		refuse("neighbours of namespace %u cannot be set", batch_namespace->number);
	batch_used = 0;
}

/* Requests are carried out while they are sent: what is wrong with them can be read at once. */
void neighbours_flush(void)
{
	if (!batch_used)
		return;
	send_requests();
	ready(&batch_namespace->netlink, 0);
}

void neighbour_set(struct interface *interface, const char *text, const char *mac)
{
	int remove = !strcmp(mac, "-");
	struct address address;
	struct request request;
	uint8_t bytes[ETH_ALEN];

	address_parse(text, &address);
	request = request_for(remove ? RTM_DELNEIGH : RTM_NEWNEIGH, remove ? 0 : NLM_F_CREATE | NLM_F_REPLACE, interface, &address);
	if (!remove) {
		plan_mac(mac, bytes);
		request.neighbour.ndm_state = NUD_PERMANENT;
		attribute(&request, NDA_LLADDR, bytes, sizeof(bytes));
	}
	add_request(interface->namespace, &request);
}

static void forget(struct namespace *namespace, int ifindex, int states)
{
	struct request dump = {
		.head = { NLMSG_LENGTH(sizeof(struct ndmsg)), RTM_GETNEIGH, NLM_F_REQUEST | NLM_F_DUMP, plan_line, 0 },
	};

	forget_index = ifindex;
	forget_states = states;
	add_request(namespace, &dump);
	neighbours_flush(); /* collects what goes */
	neighbours_flush();
}

/* What an interface's stack learnt or was told, all of it but what needs no resolution. */
void neighbours_forget(struct interface *interface)
{
	forget(interface->namespace, interface->ifindex, ~NUD_NOARP);
}

static void remember(const struct talk *talk)
{
	if (count == room) {
		room = room ? 2 * room : 256;
		resolving = realloc(resolving, room * sizeof(*resolving));
		if (!resolving)
			die("no memory for %d resolutions", room);
	}
	resolving[count++] = *talk;
}

static void ask(struct namespace *namespace, const struct request *get)
{
	asked_state = 0;
	add_request(namespace, get);
	neighbours_flush();
}

static void listen_to(struct namespace *namespace)
{
	int group = RTNLGRP_NEIGH;

	if (!namespace->told_of_neighbours &&
	    setsockopt(netlink(namespace)->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)))
		refuse("neighbours of namespace %u cannot be listened to", namespace->number);
	namespace->told_of_neighbours = 1;
}

/*
 * An entry that is REACHABLE is an answer; one the kernel learnt from what others asked (STALE) is none, and must go, for
 * it would not be asked for. One that is being resolved stays: others wait for it too. What becomes of it is read later,
 * and asked for once more, for somebody may have answered already.
 */
int resolve_talk(const struct talk *talk)
{
	struct namespace *namespace = talk->interface->namespace;
	struct request use = request_for(RTM_NEWNEIGH, NLM_F_CREATE, talk->interface, &talk->to);
	struct request get = request_for(RTM_GETNEIGH, 0, talk->interface, &talk->to);
	struct request remove = request_for(RTM_DELNEIGH, 0, talk->interface, &talk->to);

	listen_to(namespace);
	ask(namespace, &get);
	if (!(asked_state & NUD_REACHABLE)) {
		if (asked_state & (NUD_STALE | NUD_DELAY | NUD_PROBE))
			add_request(namespace, &remove);
		use.neighbour.ndm_flags = NTF_USE;
		add_request(namespace, &use);
	}
	use_failed = 0;
	neighbours_flush();
	if (use_failed)
		return use_failed;
	remember(talk);
	add_request(namespace, &get);
	send_requests();
	return 0;
}

/* Whoever is still asked for would be asked for again a second later, by those who were asked to forward something too. */
void neighbours_hush(void)
{
	count = 0;
	for (unsigned i = 0; i < namespace_count; i++)
		if (namespaces[i].fd)
			forget(&namespaces[i], 0, NUD_INCOMPLETE | NUD_PROBE);
}
