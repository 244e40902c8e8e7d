/* Resolution without a packet: the kernel is told to resolve a neighbour, and tells when it has done so. */
#include "neighbour.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static struct talk *resolving;
static int count, room;
static int refused;     /* errno of the last NTF_USE */
static int asked_state; /* of the entry that was last asked for; 0 where there was none */

void resolve_refused(int error)
{
	refused = error;
}

/* REACHABLE is an answer, FAILED is what the kernel says when it has given up. */
void resolve_seen(struct namespace *namespace, const struct ndmsg *neighbour, const struct address *address, int asked_now)
{
	if (asked_now)
		asked_state = neighbour->ndm_state;
	if (!(neighbour->ndm_state & (NUD_REACHABLE | NUD_FAILED)))
		return;
	for (int i = count - 1; i >= 0; i--) {
		struct talk *talk = &resolving[i];

		if (talk->interface->namespace != namespace || talk->interface->ifindex != neighbour->ndm_ifindex ||
		    talk->to.family != address->family || memcmp(&talk->to.v6, &address->v6, address->family ? 16 : 4))
			continue;
		if (neighbour->ndm_state & NUD_REACHABLE)
			talk_answered(talk->id, talk->try, talk->number);
		else
			talk_error(talk->id, talk->try, EHOSTUNREACH);
		resolving[i] = resolving[--count];
	}
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
	request_add(namespace, get);
	neighbours_flush();
}

static void listen_to(struct namespace *namespace)
{
	int group = RTNLGRP_NEIGH;

	if (!namespace->told_of_neighbours &&
	    setsockopt(requests_socket(namespace)->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)))
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
			request_add(namespace, &remove);
		use.neighbour.ndm_flags = NTF_USE;
		request_add(namespace, &use);
	}
	refused = 0;
	neighbours_flush();
	if (refused)
		return refused;
	remember(talk);
	request_add(namespace, &get);
	requests_send();
	return 0;
}

void resolve_forget(void)
{
	count = 0;
}
