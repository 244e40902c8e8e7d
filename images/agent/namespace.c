/* Namespaces and interfaces by the plan's numbers. One ring per namespace sees all of its interfaces, or one. */
#include "talk.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define MAX_INDEX (1 << 20)
#define VLAN_TAG 4

struct namespace namespaces[MAX_NAMESPACES];
unsigned namespace_count;
static int home = -1;
static unsigned news;
static struct interface interfaces[MAX_INTERFACES];

/* As it was on the wire: the kernel keeps a frame's 802.1Q tag beside it. */
static size_t with_vlan_tag(const struct tpacket2_hdr *head, const uint8_t *frame, const uint8_t **whole)
{
	static uint8_t tagged[65536 + ETH_HLEN + VLAN_TAG];
	uint16_t protocol = head->tp_status & TP_STATUS_VLAN_TPID_VALID ? head->tp_vlan_tpid : ETH_P_8021Q;
	size_t length = head->tp_snaplen, addresses = 2 * ETH_ALEN;

	*whole = frame;
	if (!(head->tp_status & TP_STATUS_VLAN_VALID) || length < addresses || length > sizeof(tagged) - VLAN_TAG)
		return length;
	memcpy(tagged, frame, addresses);
	tagged[12] = protocol >> 8, tagged[13] = protocol;
	tagged[14] = head->tp_vlan_tci >> 8, tagged[15] = head->tp_vlan_tci;
	memcpy(tagged + addresses + VLAN_TAG, frame + addresses, length - addresses);
	*whole = tagged;
	return length + VLAN_TAG;
}

static void take(struct ring *ring, const struct tpacket2_hdr *head, const struct sockaddr_ll *from, const uint8_t *frame)
{
	uint16_t interface = interface_number(ring->owner, from->sll_ifindex);
	const uint8_t *whole;
	size_t length;

	if (interface == NO_INTERFACE)
		return;
	if (ntohs(((const struct ethhdr *)frame)->h_proto) != ETH_P_802_EX1)
		news++;
	length = with_vlan_tag(head, frame, &whole);
	record_add(RECORD_TAP, interface, from->sll_pkttype, head->tp_sec * 1000000000ull + head->tp_nsec, whole, length,
		   head->tp_len + (length - head->tp_snaplen), 0);
	if (from->sll_pkttype != PACKET_OUTGOING)
		expect_seen(RECORD_TAP, interface, whole, length);
}

static void open_ring(struct namespace *namespace, const char *filter, const char *device, unsigned frames,
		      unsigned frame_size)
{
	struct sock_filter program[512];
	struct sock_fprog attached = { .filter = program };
	int ifindex = *device ? if_nametoindex(device) : 0;

	if (*device && !ifindex)
		refuse("\"%s\" does not exist in namespace %u", device, namespace->number);
	attached.len = plan_hex(filter, (uint8_t *)program, sizeof(program)) / sizeof(*program);
	namespace->ring.take = take;
	namespace->ring.owner = namespace;
	ring_open(&namespace->ring, RECORD_TAP, ETH_P_ALL, frames, frame_size, attached.len ? &attached : NULL, ifindex);
}

/* Before the process has been in any other. */
void namespaces_begin(void)
{
	home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (home < 0)
		die("no namespace to start from: %s", strerror(errno));
}

void namespace_open(unsigned number, const char *name, const char *filter, const char *device, unsigned frames,
		    unsigned frame_size)
{
	struct namespace *namespace = &namespaces[number];
	char path[300];

	if (number >= MAX_NAMESPACES || namespace->fd)
		die("plan line %d: namespace %u is one too many", plan_line, number);
	snprintf(path, sizeof(path), "/run/netns/%s", name);
	namespace->fd = strcmp(name, "-") ? open(path, O_RDONLY | O_CLOEXEC) : home;
	if (namespace->fd < 0)
		refuse("\"%s\" is no namespace", path);
	namespace->number = number;
	if (number >= namespace_count)
		namespace_count = number + 1;
	namespace_enter(namespace);
	if (strcmp(filter, "-"))
		open_ring(namespace, filter, device, frames, frame_size);
}

struct namespace *namespace_of(unsigned number)
{
	if (number >= MAX_NAMESPACES || !namespaces[number].fd)
		die("plan line %d: there is no namespace %u", plan_line, number);
	return &namespaces[number];
}

void namespace_enter(const struct namespace *namespace)
{
	static const struct namespace *inside;

	if (inside != namespace && setns(namespace->fd, CLONE_NEWNET))
		refuse("namespace %u cannot be entered", namespace->number);
	inside = namespace;
}

/* Several numbers may stand for one namespace, perhaps the machine's own: each of them hears its own device then. */
void namespace_limit(const struct namespace *namespace, int fd)
{
	const char *device = namespace->device;

	if (*device && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, strlen(device) + 1))
		refuse("a socket cannot be kept to \"%s\" of namespace %u", device, namespace->number);
}

/* How many frames were recorded since this was last asked. The lab's own (EtherType 0x88b5) are none. */
unsigned namespaces_news(void)
{
	unsigned count = news;

	news = 0;
	return count;
}

int namespaces_drain(void)
{
	int taken = 0;

	for (unsigned i = 0; i < namespace_count; i++)
		if (namespaces[i].ring.map)
			taken += ring_drain(&namespaces[i].ring);
	return taken;
}

/* Indexes are small and dense where nobody chose them; a table per namespace is as long as its largest needs. */
static void remember_index(struct namespace *namespace, int ifindex, uint16_t number)
{
	if (ifindex >= namespace->indexes) {
		namespace->by_index = realloc(namespace->by_index, (ifindex + 1) * sizeof(uint16_t));
		if (!namespace->by_index)
			die("no memory for interface index %d", ifindex);
		memset(namespace->by_index + namespace->indexes, 0xff, (ifindex + 1 - namespace->indexes) * sizeof(uint16_t));
		namespace->indexes = ifindex + 1;
	}
	namespace->by_index[ifindex] = number;
}

void interface_add(unsigned number, unsigned namespace, const char *name)
{
	struct interface *one = &interfaces[number];

	if (number >= MAX_INTERFACES)
		die("plan line %d: at most %d interfaces", plan_line, MAX_INTERFACES);
	one->namespace = namespace_of(namespace);
	namespace_enter(one->namespace);
	one->ifindex = if_nametoindex(name);
	if (!one->ifindex || one->ifindex >= MAX_INDEX || strlen(name) >= sizeof(one->name))
		refuse("\"%s\" does not exist in namespace %u", name, namespace);
	strcpy(one->name, name);
	remember_index(one->namespace, one->ifindex, number);
}

struct interface *interface_of(unsigned number)
{
	if (number >= MAX_INTERFACES || !interfaces[number].ifindex)
		die("plan line %d: there is no interface %u", plan_line, number);
	return &interfaces[number];
}

uint16_t interface_number(const struct namespace *namespace, int ifindex)
{
	return ifindex > 0 && ifindex < namespace->indexes ? namespace->by_index[ifindex] : NO_INTERFACE;
}
