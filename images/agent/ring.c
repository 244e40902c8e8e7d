/*
 * A TPACKET_V2 ring (Documentation/networking/packet_mmap.rst) on a packet socket that sees every interface of the namespace,
 * or one of them, never in promiscuous mode: observing must not open filters. Where there are many namespaces, one of them
 * it is: a socket for all interfaces is asked about every frame of every namespace (`ptype_all`, up to 6.14).
 */
#include "agent.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

#define BLOCK_SIZE (1u << 18)

void ring_open(struct ring *ring, enum record_kind kind, uint16_t protocol, uint32_t frames, uint32_t frame_size,
	       const struct sock_fprog *filter, int ifindex)
{
	int version = TPACKET_V2;
	size_t size = (size_t)frames * frame_size;
	uint32_t block_size = size < BLOCK_SIZE ? size : BLOCK_SIZE;
	struct tpacket_req request = {
		.tp_block_size = block_size,
		.tp_frame_size = frame_size,
		.tp_frame_nr = frames,
		.tp_block_nr = block_size ? size / block_size : 0,
	};
	struct sockaddr_ll where = { .sll_family = AF_PACKET, .sll_protocol = htons(protocol), .sll_ifindex = ifindex };

	/* Protocol 0 receives nothing: the ring is ready before the socket is bound to its protocol. */
	ring->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (ring->fd < 0)
		die("a packet socket cannot be opened: %s", strerror(errno));
	if (setsockopt(ring->fd, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)) ||
	    setsockopt(ring->fd, SOL_PACKET, PACKET_RX_RING, &request, sizeof(request)))
		die("a ring of %u frames of %u bytes cannot be made: %s", frames, frame_size, strerror(errno));
	ring->map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring->fd, 0);
	if (ring->map == MAP_FAILED)
		die("a ring of %zu bytes cannot be mapped: %s", size, strerror(errno));
	if (filter && setsockopt(ring->fd, SOL_SOCKET, SO_ATTACH_FILTER, filter, sizeof(*filter)))
		die("plan line %d: the filter cannot be attached: %s", plan_line, strerror(errno));
	if (bind(ring->fd, (struct sockaddr *)&where, sizeof(where)))
		die("a packet socket cannot be bound to protocol 0x%04x: %s", protocol, strerror(errno));
	ring->frames = frames;
	ring->frame_size = frame_size;
	ring->next = 0;
	ring->kind = kind;
}

/* Takes everything the kernel has put into the ring so far; returns how much that was. */
int ring_drain(struct ring *ring)
{
	int taken = 0;

	for (;; taken++) {
		uint8_t *frame = ring->map + (size_t)ring->next * ring->frame_size;
		struct tpacket2_hdr *head = (void *)frame;
		struct sockaddr_ll *from = (void *)(frame + TPACKET_ALIGN(sizeof(*head)));

		if (!(__atomic_load_n(&head->tp_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER))
			return taken;
		ring->take(ring, head, from, frame + head->tp_mac);
		__atomic_store_n(&head->tp_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
		ring->next = (ring->next + 1) % ring->frames;
	}
}

void ring_stats(struct ring *ring, unsigned *packets, unsigned *drops)
{
	struct tpacket_stats stats = { 0 };
	socklen_t length = sizeof(stats);

	if (getsockopt(ring->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &length))
		die("the ring's drop counter cannot be read: %s", strerror(errno));
	*packets = stats.tp_packets;
	*drops = stats.tp_drops;
}
