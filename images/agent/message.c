/* Datagrams: where they came from, which address they were sent to, and by which interface; the same on the way out. */
#include "talk.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/errqueue.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define AT_ONCE 8
#define RECEIVE_ROOM (8 << 20)

static struct mmsghdr headers[AT_ONCE];
static struct iovec vectors[AT_ONCE];
static struct sockaddr_storage senders[AT_ONCE];
static uint8_t texts[AT_ONCE][65536], controls[AT_ONCE][256];

void address_parse(const char *text, struct address *address)
{
	address->family = strchr(text, ':') ? V6 : V4;
	if (inet_pton(address->family ? AF_INET6 : AF_INET, text, &address->v6) != 1)
		die("plan line %d: \"%s\" is no address", plan_line, text);
}

int address_is_group(const struct address *address)
{
	return address->family ? IN6_IS_ADDR_MULTICAST(&address->v6) : IN_MULTICAST(ntohl(address->v4.s_addr));
}

int address_is_link_local(const struct address *address)
{
	return address->family && (IN6_IS_ADDR_LINKLOCAL(&address->v6) || IN6_IS_ADDR_MC_LINKLOCAL(&address->v6));
}

socklen_t address_to_socket(const struct address *address, uint16_t port, int ifindex, struct sockaddr_storage *to)
{
	struct sockaddr_in *v4 = (void *)to;
	struct sockaddr_in6 *v6 = (void *)to;

	memset(to, 0, sizeof(*v6));
	if (address->family) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = port;
		v6->sin6_addr = address->v6;
		v6->sin6_scope_id = address_is_link_local(address) ? ifindex : 0;
		return sizeof(*v6);
	}
	v4->sin_family = AF_INET;
	v4->sin_port = port;
	v4->sin_addr = address->v4;
	return sizeof(*v4);
}

/* In the namespace the process is in: tells destination and interface of everything, and errors with what caused them. */
int message_socket(int family, int type, int protocol)
{
	int fd = socket(family ? AF_INET6 : AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol), on = 1;
	int room = RECEIVE_ROOM;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room)))
		refuse("no socket of type %d, protocol %d", type, protocol);
	if (family ? setsockopt(fd, SOL_IPV6, IPV6_RECVPKTINFO, &on, sizeof(on)) ||
			     setsockopt(fd, SOL_IPV6, IPV6_RECVERR, &on, sizeof(on)) ||
			     (!protocol && setsockopt(fd, SOL_IPV6, IPV6_V6ONLY, &on, sizeof(on))) :
		     setsockopt(fd, SOL_IP, IP_PKTINFO, &on, sizeof(on)) ||
			     setsockopt(fd, SOL_IP, IP_RECVERR, &on, sizeof(on)))
		refuse("a socket of type %d, protocol %d cannot be set up", type, protocol);
	return fd;
}

static size_t source_control(const struct message *message, void *control)
{
	struct msghdr header = { .msg_control = control, .msg_controllen = 64 };
	struct cmsghdr *part = CMSG_FIRSTHDR(&header);
	struct in_pktinfo v4 = { .ipi_ifindex = message->ifindex, .ipi_spec_dst = message->from.v4 };
	struct in6_pktinfo v6 = { .ipi6_ifindex = message->ifindex, .ipi6_addr = message->from.v6 };
	size_t length = message->from.family ? sizeof(v6) : sizeof(v4);

	part->cmsg_level = message->from.family ? SOL_IPV6 : SOL_IP;
	part->cmsg_type = message->from.family ? IPV6_PKTINFO : IP_PKTINFO;
	part->cmsg_len = CMSG_LEN(length);
	memcpy(CMSG_DATA(part), message->from.family ? (void *)&v6 : (void *)&v4, length);
	return CMSG_SPACE(length);
}

/* 0 or an errno. A socket hands over the error of an earlier datagram first: then nothing was sent, and it is tried again. */
int message_send(int fd, const struct message *message)
{
	struct sockaddr_storage to;
	uint64_t control[8] = { 0 };
	struct iovec vector = { .iov_base = message->data, .iov_len = message->length };
	struct msghdr header = {
		.msg_name = &to,
		.msg_namelen = address_to_socket(&message->to, message->port, message->ifindex, &to),
		.msg_iov = &vector,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = source_control(message, control),
	};

	if (sendmsg(fd, &header, MSG_DONTWAIT) >= 0 || sendmsg(fd, &header, MSG_DONTWAIT) >= 0)
		return 0;
	return errno;
}

static void read_source(const struct sockaddr_storage *from, struct message *message)
{
	const struct sockaddr_in *v4 = (const void *)from;
	const struct sockaddr_in6 *v6 = (const void *)from;

	if (message->from.family)
		message->from.v6 = v6->sin6_addr;
	else
		message->from.v4 = v4->sin_addr;
	message->port = message->from.family ? v6->sin6_port : v4->sin_port;
}

static void read_control(struct msghdr *header, struct message *message)
{
	for (struct cmsghdr *part = CMSG_FIRSTHDR(header); part; part = CMSG_NXTHDR(header, part)) {
		struct in_pktinfo v4;
		struct in6_pktinfo v6;

		if (part->cmsg_level == SOL_IP && part->cmsg_type == IP_PKTINFO) {
			memcpy(&v4, CMSG_DATA(part), sizeof(v4));
			message->to.v4 = v4.ipi_addr;
			message->ifindex = v4.ipi_ifindex;
		} else if (part->cmsg_level == SOL_IPV6 && part->cmsg_type == IPV6_PKTINFO) {
			memcpy(&v6, CMSG_DATA(part), sizeof(v6));
			message->to.v6 = v6.ipi6_addr;
			message->ifindex = v6.ipi6_ifindex;
		}
	}
}

/* The errno of an error somebody reported later; 0 for one the sender was told of at once. */
static int reported_error(struct msghdr *header)
{
	for (struct cmsghdr *part = CMSG_FIRSTHDR(header); part; part = CMSG_NXTHDR(header, part)) {
		struct sock_extended_err error;

		if (part->cmsg_type != (part->cmsg_level == SOL_IPV6 ? IPV6_RECVERR : IP_RECVERR))
			continue;
		memcpy(&error, CMSG_DATA(part), sizeof(error));
		return error.ee_origin == SO_EE_ORIGIN_LOCAL ? 0 : error.ee_errno;
	}
	return 0;
}

static int receive(int fd, int flags)
{
	int count;

	for (int i = 0; i < AT_ONCE; i++) {
		vectors[i] = (struct iovec){ .iov_base = texts[i], .iov_len = sizeof(texts[i]) };
		headers[i].msg_hdr = (struct msghdr){
			.msg_name = &senders[i],
			.msg_namelen = sizeof(senders[i]),
			.msg_iov = &vectors[i],
			.msg_iovlen = 1,
			.msg_control = controls[i],
			.msg_controllen = sizeof(controls[i]),
		};
	}
	count = recvmmsg(fd, headers, AT_ONCE, MSG_DONTWAIT | flags, NULL);
	return count < 0 ? 0 : count;
}

/* What an error quotes of a datagram may begin with an ICMP header. */
static void take_errors(int fd)
{
	for (int count; (count = receive(fd, MSG_ERRQUEUE)) > 0;)
		for (int i = 0; i < count; i++) {
			int error = reported_error(&headers[i].msg_hdr);
			size_t length = headers[i].msg_len;
			uint32_t id, try;

			if (!error)
				continue;
			if (payload_tag(texts[i], length, &id, &try) ||
			    (length > 8 && payload_tag(texts[i] + 8, length - 8, &id, &try)))
				talk_error(id, try, error);
		}
}

/* Everything that has come to the socket; errors speak for themselves. */
void messages_take(struct watch *watch, uint32_t events, void (*each)(struct watch *watch, struct message *message))
{
	if (events & EPOLLERR)
		take_errors(watch->fd);
	for (int count = AT_ONCE; count == AT_ONCE;) {
		count = receive(watch->fd, 0);
		for (int i = 0; i < count; i++) {
			struct message message = {
				.from.family = watch->family,
				.to.family = watch->family,
				.data = texts[i],
				.length = headers[i].msg_len,
			};

			read_source(&senders[i], &message);
			read_control(&headers[i].msg_hdr, &message);
			each(watch, &message);
		}
	}
}
