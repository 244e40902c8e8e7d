/* rtnetlink.c, neighbour.c and resolve.c among themselves. */
#ifndef MACVLAB_NEIGHBOUR_H
#define MACVLAB_NEIGHBOUR_H

#include "talk.h"

#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

struct request {
	struct nlmsghdr head;
	struct ndmsg neighbour;
	uint8_t attributes[64];
};

/* rtnetlink.c */
struct request request_for(int type, int flags, const struct interface *interface, const struct address *address);
void request_attribute(struct request *request, int type, const void *data, size_t length);
void request_add(struct namespace *namespace, const struct request *request);
struct watch *requests_socket(struct namespace *namespace);
void requests_send(void);

/* neighbour.c: an entry that is part of a dump. */
void neighbour_dumped(struct namespace *namespace, const struct ndmsg *neighbour, const struct address *address);

/* resolve.c: an entry as it is now; `asked_now` where the line that is being played asked for it. */
void resolve_seen(struct namespace *namespace, const struct ndmsg *neighbour, const struct address *address, int asked_now);
void resolve_refused(int error);
void resolve_forget(void);

#endif
