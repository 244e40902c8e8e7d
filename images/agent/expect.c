/* Frames a plan waits for: fences, of which nobody cares who sees them first. */
#include "agent.h"

#include <linux/if_ether.h>
#include <string.h>

#define MAX_EXPECTED 4096

struct expectation {
	uint16_t interface;
	uint8_t kind, length;
	uint8_t bytes[32];
};

static struct expectation expected[MAX_EXPECTED];
static int count;

void expect_frame(unsigned interface, unsigned kind, const char *hex)
{
	struct expectation *one = &expected[count];

	if (count++ >= MAX_EXPECTED)
		die("plan line %d: at most %d expected frames", plan_line, MAX_EXPECTED);
	one->interface = interface;
	one->kind = kind;
	one->length = plan_hex(hex, one->bytes, sizeof(one->bytes));
}

void expect_seen(unsigned kind, uint16_t interface, const uint8_t *data, size_t length)
{
	for (int i = 0; i < count; i++) {
		struct expectation *one = &expected[i];

		if (one->interface != interface || one->kind != kind || length < (size_t)ETH_HLEN + one->length ||
		    memcmp(data + ETH_HLEN, one->bytes, one->length))
			continue;
		*one = expected[--count];
		return;
	}
}

int expect_open(void)
{
	return count;
}

void expect_forget(void)
{
	count = 0;
}
