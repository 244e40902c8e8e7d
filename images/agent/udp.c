/* UDP: a socket that echoes on port 7, and one that asks, for each family of a namespace. */
#include "talk.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>

/* What went to a group is heard and not answered; what is answered is so from the address it was asked at. */
static void echo(struct watch *watch, struct message *message)
{
	struct message answer = {
		.from = message->to,
		.to = message->from,
		.port = message->port,
		.ifindex = address_is_link_local(&message->from) ? message->ifindex : 0,
		.data = message->data,
		.length = message->length,
	};
	uint32_t id, try;
	int error;

	if (!payload_whole(message->data, message->length, &id, &try))
		return;
	talk_record(id, try, "heard", 0, interface_number(watch->namespace, message->ifindex));
	if (!address_is_group(&message->to) && (error = message_send(watch->fd, &answer)))
		talk_error(id, try, error);
}

static void echo_ready(struct watch *watch, uint32_t events)
{
	messages_take(watch, events, echo);
}

static void hear_answer(struct watch *watch, struct message *message)
{
	uint32_t id, try;
	struct conversation *one = payload_whole(message->data, message->length, &id, &try);

	if (one && interface_of(one->interface)->namespace == watch->namespace)
		talk_answered(id, try, interface_number(watch->namespace, message->ifindex));
}

static void client_ready(struct watch *watch, uint32_t events)
{
	messages_take(watch, events, hear_answer);
}

void udp_serve(struct namespace *namespace, int family)
{
	struct watch *watch = &namespace->echo[family];
	struct address any = { .family = family };
	struct sockaddr_storage address;
	socklen_t length = address_to_socket(&any, htons(ECHO_PORT), 0, &address);

	if (watch->fd)
		return;
	namespace_enter(namespace);
	*watch = (struct watch){ message_socket(family, SOCK_DGRAM, 0), family, namespace, echo_ready };
	namespace_limit(namespace, watch->fd);
	if (bind(watch->fd, (struct sockaddr *)&address, length))
		refuse("UDP port %d of namespace %u", ECHO_PORT, namespace->number);
	watch_add(watch, EPOLLIN);
}

void udp_join(struct interface *interface, const char *text)
{
	struct group_req request = { .gr_interface = interface->ifindex };
	struct address group;

	address_parse(text, &group);
	udp_serve(interface->namespace, group.family);
	address_to_socket(&group, 0, 0, &request.gr_group);
	if (setsockopt(interface->namespace->echo[group.family].fd, group.family ? SOL_IPV6 : SOL_IP, MCAST_JOIN_GROUP,
		       &request, sizeof(request)))
		refuse("group %s cannot be joined on \"%s\"", text, interface->name);
}

static int client(struct namespace *namespace, int family)
{
	struct watch *watch = &namespace->client[family];
	int off = 0;

	if (watch->fd)
		return watch->fd;
	namespace_enter(namespace);
	*watch = (struct watch){ message_socket(family, SOCK_DGRAM, 0), family, namespace, client_ready };
	if (setsockopt(watch->fd, family ? SOL_IPV6 : SOL_IP, family ? IPV6_MULTICAST_LOOP : IP_MULTICAST_LOOP, &off, sizeof(off)))
		refuse("groups' datagrams of namespace %u cannot be kept from itself", namespace->number);
	watch_add(watch, EPOLLIN);
	return watch->fd;
}

static int send_datagram(const struct talk *talk, int ifindex)
{
	static uint8_t data[MAX_PAYLOAD];
	struct message message = {
		.from = talk->from,
		.to = talk->to,
		.port = htons(ECHO_PORT),
		.ifindex = ifindex,
		.data = data,
		.length = talk->bytes,
	};

	payload_write(data, talk->bytes, talk->id, talk->try);
	return message_send(client(talk->interface->namespace, talk->to.family), &message);
}

int udp_talk(const struct talk *talk)
{
	return send_datagram(talk, address_is_link_local(&talk->to) ? talk->interface->ifindex : 0);
}

/* The interface of the source address control message is that of a group's datagram: ipcm_init_sk, udp_sendmsg. */
int group_talk(const struct talk *talk)
{
	return send_datagram(talk, talk->interface->ifindex);
}
