/*
 * ICMP and ICMPv6 echoes. The kernel answers them; raw sockets beside it hear what is asked and what is answered. One
 * socket of each family receives and sends what must not be fragmented, another, deaf one sends what may be.
 */
#include "talk.h"

#include <errno.h>
#include <netinet/icmp6.h>
#include <string.h>
#include <sys/epoll.h>

/* linux/icmp.h and netinet's cannot be had together. */
#define ICMP_ECHO_REPLY 0
#define ICMP_ECHO 8
#define SOCKET_FILTER 1
#define HEADER 8
#define IPV4_HEADER_WORDS(first_byte) ((first_byte) & 15)

static void hear(struct watch *watch, struct message *message)
{
	size_t skip = watch->family ? 0 : 4 * IPV4_HEADER_WORDS(message->data[0]);
	uint8_t *data = message->data + skip;
	struct conversation *one;
	uint32_t id, try;
	uint16_t interface;

	if (message->length < skip + HEADER)
		return;
	one = payload_whole(data + HEADER, message->length - skip - HEADER, &id, &try);
	if (!one)
		return;
	interface = interface_number(watch->namespace, message->ifindex);
	if (data[0] == (watch->family ? ICMP6_ECHO_REQUEST : ICMP_ECHO))
		talk_record(id, try, "heard", 0, interface);
	else if (one->interface != NO_INTERFACE && interface_of(one->interface)->namespace == watch->namespace)
		talk_answered(id, try, interface);
}

static void ready(struct watch *watch, uint32_t events)
{
	messages_take(watch, events, hear);
}

/* Passes the types given, or none. */
static void filter_types(int fd, int family, int deaf)
{
	uint32_t v4 = deaf ? ~0u : ~(1u << ICMP_ECHO | 1u << ICMP_ECHO_REPLY);
	struct icmp6_filter v6;

	ICMP6_FILTER_SETBLOCKALL(&v6);
	if (!deaf) {
		ICMP6_FILTER_SETPASS(ICMP6_ECHO_REQUEST, &v6);
		ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &v6);
	}
	if (family ? setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &v6, sizeof(v6)) :
		     setsockopt(fd, SOL_RAW, SOCKET_FILTER, &v4, sizeof(v4)))
		refuse("no filter of ICMP types");
}

static int open_socket(struct namespace *namespace, int family, int may_fragment)
{
	int discover = may_fragment ? IP_PMTUDISC_DONT : IP_PMTUDISC_DO, whole = !may_fragment, fd;

	namespace_enter(namespace);
	fd = message_socket(family, SOCK_RAW, family ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
	namespace_limit(namespace, fd);
	filter_types(fd, family, may_fragment);
	if (family ? setsockopt(fd, SOL_IPV6, IPV6_MTU_DISCOVER, &discover, sizeof(discover)) ||
			     setsockopt(fd, SOL_IPV6, IPV6_DONTFRAG, &whole, sizeof(whole)) :
		     setsockopt(fd, SOL_IP, IP_MTU_DISCOVER, &discover, sizeof(discover)))
		refuse("fragments of ICMP cannot be %s", may_fragment ? "allowed" : "forbidden");
	return fd;
}

void icmp_serve(struct namespace *namespace, int family)
{
	struct watch *watch = &namespace->icmp[family];

	if (watch->fd)
		return;
	*watch = (struct watch){ open_socket(namespace, family, 0), family, namespace, ready };
	watch_add(watch, EPOLLIN);
}

static uint16_t checksum(const uint8_t *data, size_t length)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < length; i++)
		sum += i & 1 ? data[i] : data[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

/* The kernel fills in the checksum of ICMPv6. */
static int send_echo(int fd, const struct talk *talk)
{
	static uint8_t data[HEADER + MAX_PAYLOAD];
	struct message message = {
		.from = talk->from,
		.to = talk->to,
		.ifindex = address_is_link_local(&talk->to) ? talk->interface->ifindex : 0,
		.data = data,
		.length = HEADER + talk->bytes,
	};
	uint8_t header[HEADER] = {
		talk->to.family ? ICMP6_ECHO_REQUEST : ICMP_ECHO, 0, 0, 0, talk->id >> 8, talk->id, talk->try >> 8, talk->try,
	};
	uint16_t sum;

	memcpy(data, header, HEADER);
	payload_write(data + HEADER, talk->bytes, talk->id, talk->try);
	sum = checksum(data, message.length);
	if (talk->to.family == V4)
		data[2] = sum >> 8, data[3] = sum;
	return message_send(fd, &message);
}

int icmp_talk(const struct talk *talk)
{
	icmp_serve(talk->interface->namespace, talk->to.family);
	return send_echo(talk->interface->namespace->icmp[talk->to.family].fd, talk);
}

int icmp_fragments_talk(const struct talk *talk)
{
	struct namespace *namespace = talk->interface->namespace;
	int family = talk->to.family;

	icmp_serve(namespace, family);
	if (!namespace->fragmenting[family])
		namespace->fragmenting[family] = open_socket(namespace, family, 1);
	return send_echo(namespace->fragmenting[family], talk);
}
