/* TCP: connections that say something to port 7, and those that say it back. */
#include "talk.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENTS (EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET)
#define BACKLOG 1024

struct connection {
	struct watch watch;          /* first: the one is found by the other */
	struct connection *next, **to_this;
	uint32_t id, try, bytes;     /* of the one that connected */
	uint32_t sent, got;
	uint8_t wrong, finished;
	uint8_t tag[TAG_LENGTH];     /* of the one that echoes, with what it could not send yet */
	uint8_t *held;
	size_t held_length;
};

static struct connection *connections;
static uint8_t text[MAX_PAYLOAD], room[65536];

static struct connection *add(int fd, int family, struct namespace *namespace, void (*ready)(struct watch *, uint32_t))
{
	struct connection *one = calloc(1, sizeof(*one));

	if (!one)
		die("no memory for one more connection");
	one->watch = (struct watch){ fd, family, namespace, ready };
	one->next = connections;
	one->to_this = &connections;
	if (connections)
		connections->to_this = &one->next;
	connections = one;
	return one;
}

static void end(struct connection *one)
{
	watch_close(&one->watch);
	*one->to_this = one->next;
	if (one->next)
		one->next->to_this = one->to_this;
	free(one->held);
	free(one);
}

void tcp_hush(void)
{
	struct linger now = { .l_onoff = 1 };

	while (connections) {
		setsockopt(connections->watch.fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
		end(connections);
	}
}

static void say(struct connection *one)
{
	ssize_t n;

	if (one->sent == one->bytes)
		return;
	payload_write(text, one->bytes, one->id, one->try);
	while (one->sent < one->bytes &&
	       (n = send(one->watch.fd, text + one->sent, one->bytes - one->sent, MSG_DONTWAIT | MSG_NOSIGNAL)) > 0)
		one->sent += n;
}

static void compare(struct connection *one, size_t length)
{
	payload_write(text, one->bytes, one->id, one->try);
	if (one->got + length > one->bytes || memcmp(text + one->got, room, length))
		one->wrong = 1;
	one->got += length;
	if (one->got != one->bytes || one->wrong)
		return;
	talk_answered(one->id, one->try, conversation_of(one->id)->interface);
	shutdown(one->watch.fd, SHUT_WR);
	one->finished = 1;
}

/* Ends when the other side has ended too: then nothing more is sent. */
static void client_ready(struct watch *watch, uint32_t events)
{
	struct connection *one = (void *)watch;
	int error = 0;
	socklen_t length = sizeof(error);
	ssize_t n;

	if (!(events & EPOLLERR))
		say(one);
	while ((n = recv(watch->fd, room, sizeof(room), MSG_DONTWAIT)) > 0)
		compare(one, n);
	if (n < 0 && errno == EAGAIN && !(events & EPOLLERR))
		return;
	if (n < 0 && errno != EAGAIN)
		error = errno;
	else
		getsockopt(watch->fd, SOL_SOCKET, SO_ERROR, &error, &length);
	if (error && !one->finished)
		talk_error(one->id, one->try, error);
	end(one);
}

int tcp_talk(const struct talk *talk)
{
	struct sockaddr_storage from, to;
	int link = address_is_link_local(&talk->to) || address_is_link_local(&talk->from) ? talk->interface->ifindex : 0;
	socklen_t length = address_to_socket(&talk->to, htons(ECHO_PORT), link, &to);
	struct connection *one;
	int fd;

	address_to_socket(&talk->from, 0, link, &from);
	namespace_enter(talk->interface->namespace);
	fd = socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		refuse("no TCP socket");
	if (bind(fd, (struct sockaddr *)&from, length) ||
	    (connect(fd, (struct sockaddr *)&to, length) && errno != EINPROGRESS)) {
		int error = errno;

		close(fd);
		return error;
	}
	one = add(fd, talk->to.family, talk->interface->namespace, client_ready);
	one->id = talk->id, one->try = talk->try, one->bytes = talk->bytes;
	watch_add(&one->watch, EVENTS);
	return 0;
}

/* The interface a connection came by: tcp_v4_syn_recv_sock and tcp_v6_syn_recv_sock keep that of its first segments. */
static uint16_t came_by(struct watch *watch)
{
	uint64_t control[32];
	socklen_t length = sizeof(control);
	struct msghdr header = { .msg_control = control };
	int ifindex = 0;

	if (getsockopt(watch->fd, watch->family ? SOL_IPV6 : SOL_IP, watch->family ? IPV6_2292PKTOPTIONS : IP_PKTOPTIONS,
		       control, &length))
		return NO_INTERFACE;
	header.msg_controllen = length;
	for (struct cmsghdr *part = CMSG_FIRSTHDR(&header); part; part = CMSG_NXTHDR(&header, part))
		if (part->cmsg_level == SOL_IPV6 && part->cmsg_type == IPV6_PKTINFO)
			ifindex = ((struct in6_pktinfo *)CMSG_DATA(part))->ipi6_ifindex;
		else if (part->cmsg_level == SOL_IP && part->cmsg_type == IP_PKTINFO)
			ifindex = ((struct in_pktinfo *)CMSG_DATA(part))->ipi_ifindex;
	return interface_number(watch->namespace, ifindex);
}

/* Heard is what came whole. */
static void hear(struct connection *one, size_t length)
{
	struct conversation *about;
	uint32_t id, try, before = one->got;

	if (before < TAG_LENGTH)
		memcpy(one->tag + before, room, length < TAG_LENGTH - before ? length : TAG_LENGTH - before);
	one->got += length;
	about = payload_tag(one->tag, one->got < TAG_LENGTH ? one->got : TAG_LENGTH, &id, &try);
	if (about && before < about->bytes && one->got >= about->bytes)
		talk_record(id, try, "heard", 0, came_by(&one->watch));
}

/* What cannot be sent at once is held, and nothing more is read until it could be. */
static void say_back(struct connection *one, const uint8_t *data, size_t length)
{
	ssize_t n = send(one->watch.fd, data, length, MSG_DONTWAIT | MSG_NOSIGNAL);
	size_t rest = length - (n > 0 ? n : 0);

	if (rest) {
		uint8_t *kept = malloc(rest);

		if (!kept)
			die("no memory for %zu bytes to be echoed", rest);
		memcpy(kept, data + length - rest, rest);
		free(one->held);
		one->held = kept;
	}
	one->held_length = rest;
}

static void echo_ready(struct watch *watch, uint32_t events)
{
	struct connection *one = (void *)watch;
	ssize_t n = 1;

	if (one->held_length && !(events & EPOLLERR))
		say_back(one, one->held, one->held_length);
	while (!one->held_length && (n = recv(watch->fd, room, sizeof(room), MSG_DONTWAIT)) > 0) {
		hear(one, n);
		say_back(one, room, n);
	}
	if (!n || (events & EPOLLERR) || (n < 0 && errno != EAGAIN))
		end(one);
}

static void accept_ready(struct watch *watch, uint32_t events)
{
	int fd;

	(void)events;
	while ((fd = accept4(watch->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0)
		watch_add(&add(fd, watch->family, watch->namespace, echo_ready)->watch, EVENTS);
}

/* Accepted sockets inherit the options. */
void tcp_serve(struct namespace *namespace, int family)
{
	struct watch *watch = &namespace->listener[family];
	struct address any = { .family = family };
	struct sockaddr_storage address;
	socklen_t length = address_to_socket(&any, htons(ECHO_PORT), 0, &address);
	int fd, on = 1;

	if (watch->fd)
		return;
	namespace_enter(namespace);
	fd = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	namespace_limit(namespace, fd);
	if (fd < 0 || setsockopt(fd, SOL_TCP, TCP_NODELAY, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
	    (family ? setsockopt(fd, SOL_IPV6, IPV6_V6ONLY, &on, sizeof(on)) ||
			      setsockopt(fd, SOL_IPV6, IPV6_RECVPKTINFO, &on, sizeof(on)) :
		      setsockopt(fd, SOL_IP, IP_PKTINFO, &on, sizeof(on))) ||
	    bind(fd, (struct sockaddr *)&address, length) || listen(fd, BACKLOG))
		refuse("TCP port %d of namespace %u", ECHO_PORT, namespace->number);
	*watch = (struct watch){ fd, family, namespace, accept_ready };
	watch_add(watch, EPOLLIN);
}
