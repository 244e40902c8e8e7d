/* One epoll descriptor for every socket and device of every namespace: only what is ready costs anything. */
#include "talk.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#define EVENTS 64
#define DESCRIPTORS 65536

static int poller = -1;
static uint8_t watched[DESCRIPTORS];

void watch_add(struct watch *watch, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = watch };

	if (poller < 0 && (poller = epoll_create1(EPOLL_CLOEXEC)) < 0)
		refuse("no epoll descriptor");
	if (watch->fd >= DESCRIPTORS || epoll_ctl(poller, EPOLL_CTL_ADD, watch->fd, &event))
		refuse("descriptor %d cannot be watched", watch->fd);
	watched[watch->fd] = 1;
}

void watch_end(struct watch *watch)
{
	epoll_ctl(poller, EPOLL_CTL_DEL, watch->fd, NULL);
}

void watch_close(struct watch *watch)
{
	watched[watch->fd] = 0;
	close(watch->fd);
}

/* Ports, taps and queues are free again for the next plan when this one's records are handed over. */
void watches_close(void)
{
	for (int fd = 0; fd < DESCRIPTORS; fd++)
		if (watched[fd])
			close(fd);
}

/* Waits for at most `timeout_us`, serves what is ready then; returns how many descriptors that were. */
int watch_serve(int timeout_us)
{
	struct timespec timeout = { timeout_us / 1000000, timeout_us % 1000000 * 1000 };
	struct epoll_event events[EVENTS];
	int count;

	if (poller < 0 && (poller = epoll_create1(EPOLL_CLOEXEC)) < 0)
		refuse("no epoll descriptor");
	if (timeout_us)
		ppoll(&(struct pollfd){ poller, POLLIN, 0 }, 1, &timeout, NULL); /* epoll_pwait2 is not in 5.10 */
	count = epoll_wait(poller, events, EVENTS, 0);
	if (count < 0 && errno != EINTR)
		refuse("epoll_wait");
	for (int i = 0; i < count; i++) {
		struct watch *watch = events[i].data.ptr;

		watch->ready(watch, events[i].events);
	}
	return count < 0 ? 0 : count;
}
