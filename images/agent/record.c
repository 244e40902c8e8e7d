/* Records are kept in memory while frames fly, and handed over in one piece afterwards. */
#include "agent.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint8_t *store;
static size_t used, capacity;

void record_add(enum record_kind kind, uint16_t interface, uint8_t packet_type, uint64_t nanoseconds, const void *data,
		size_t length, uint32_t original_length, int32_t result)
{
	struct record head = {
		.length = sizeof(head) + length,
		.kind = kind,
		.packet_type = packet_type,
		.interface = interface,
		.nanoseconds = nanoseconds,
		.original_length = original_length,
		.result = result,
	};

	if (used + head.length > capacity) {
		capacity = capacity ? capacity * 2 + head.length : 4 << 20;
		store = realloc(store, capacity);
		if (!store)
			die("no memory for %zu bytes of records", capacity);
	}
	memcpy(store + used, &head, sizeof(head));
	memcpy(store + used + sizeof(head), data, length);
	used += head.length;
}

/* The counters of every interface, say: one read of a small file, with a text before it. */
void record_file(const char *path, const char *prefix)
{
	static char text[1 << 20];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length, total = snprintf(text, sizeof(text), "%s", prefix);

	if (fd < 0)
		die("\"%s\" cannot be read", path);
	while ((length = read(fd, text + total, sizeof(text) - total)) > 0)
		total += length;
	close(fd);
	if (total == sizeof(text))
		die("\"%s\" has more than %zd bytes", path, total);
	record_add(RECORD_TEXT, NO_INTERFACE, 0, now_ns(), text, total, total, 0);
}

void record_flush(int fd)
{
	if (write_all(fd, store, used))
		die("the records could not be written: %zu bytes", used);
	used = 0;
}
