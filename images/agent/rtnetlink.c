/*
 * Requests about neighbours over rtnetlink, many in one piece. They are carried out while they are sent, so that what is
 * wrong with them can be read at once. Entries the kernel tells of go to neighbour.c (parts of a dump) or resolve.c.
 */
#include "neighbour.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define ROOM (8 << 20)
#define BATCH 16384
/* The kernel makes parts of a dump no larger: netlink_dump. */
#define DUMPED 32768

static uint8_t batch[BATCH];
static size_t batch_used;
static struct namespace *batch_namespace;

void request_attribute(struct request *request, int type, const void *data, size_t length)
{
	struct rtattr *part = (void *)((char *)request + NLMSG_ALIGN(request->head.nlmsg_len));

	part->rta_type = type;
	part->rta_len = RTA_LENGTH(length);
	memcpy(RTA_DATA(part), data, length);
	request->head.nlmsg_len = NLMSG_ALIGN(request->head.nlmsg_len) + RTA_ALIGN(part->rta_len);
}

struct request request_for(int type, int flags, const struct interface *interface, const struct address *address)
{
	struct request request = {
		.head = { NLMSG_LENGTH(sizeof(struct ndmsg)), type, NLM_F_REQUEST | flags, plan_line, 0 },
		.neighbour = { .ndm_family = address->family ? AF_INET6 : AF_INET, .ndm_ifindex = interface->ifindex },
	};

	request_attribute(&request, NDA_DST, &address->v6, address->family ? 16 : 4);
	return request;
}

static void take_entry(struct namespace *namespace, struct nlmsghdr *head)
{
	struct ndmsg *neighbour = NLMSG_DATA(head);
	struct rtattr *part = (void *)((char *)neighbour + NLMSG_ALIGN(sizeof(*neighbour)));
	int left = NLMSG_PAYLOAD(head, sizeof(*neighbour));
	struct address address = { .family = neighbour->ndm_family == AF_INET6 };

	for (; RTA_OK(part, left) && part->rta_type != NDA_DST; part = RTA_NEXT(part, left))
		;
	if (!RTA_OK(part, left) || RTA_PAYLOAD(part) != (address.family ? 16u : 4u))
		return;
	memcpy(&address.v6, RTA_DATA(part), RTA_PAYLOAD(part));
	if (head->nlmsg_flags & NLM_F_MULTI)
		neighbour_dumped(namespace, neighbour, &address);
	else
		resolve_seen(namespace, neighbour, &address, head->nlmsg_seq == (uint32_t)plan_line);
}

static void take_error(struct nlmsghdr *head)
{
	struct nlmsgerr *answer = NLMSG_DATA(head);

	if (!answer->error || (answer->error == -ENOENT && answer->msg.nlmsg_type != RTM_NEWNEIGH))
		return;
	errno = -answer->error;
	if (answer->msg.nlmsg_type == RTM_NEWNEIGH && !(answer->msg.nlmsg_flags & NLM_F_REPLACE))
		resolve_refused(errno);
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
				take_entry(watch->namespace, head);
	if (length < 0 && errno != EAGAIN)
		refuse("neighbours of namespace %u", watch->namespace->number);
}

struct watch *requests_socket(struct namespace *namespace)
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

void requests_send(void)
{
	if (batch_used && send(requests_socket(batch_namespace)->fd, batch, batch_used, 0) != (ssize_t)batch_used)
		refuse("neighbours of namespace %u cannot be set", batch_namespace->number);
	batch_used = 0;
}

void neighbours_flush(void)
{
	if (!batch_used)
		return;
	requests_send();
	ready(&batch_namespace->netlink, 0);
}

void request_add(struct namespace *namespace, const struct request *request)
{
	if (namespace != batch_namespace || batch_used + request->head.nlmsg_len > BATCH)
		neighbours_flush();
	batch_namespace = namespace;
	memcpy(batch + batch_used, request, request->head.nlmsg_len);
	batch_used += request->head.nlmsg_len;
}
