/*
 * What is said in conversations: 4 magic bytes, the plan's nonce, ID and TRY (32 bits each, network order), then bytes
 * everybody knows. Only texts that name a conversation of this plan and are whole count.
 */
#include "talk.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC "mvlt"
#define MAX_CONVERSATIONS (1 << 22)

static struct conversation *conversations;
static uint32_t room;
static uint8_t nonce[4];

void payload_nonce(const char *hex)
{
	plan_hex(hex, nonce, sizeof(nonce));
}

/* The bytes behind the tag are the same wherever they stand, so that a byte that moved is noticed. */
static const uint8_t *filling(void)
{
	static uint8_t bytes[MAX_PAYLOAD];
	static int done;

	for (size_t i = 0; !done && i < sizeof(bytes); i++)
		bytes[i] = i ^ i >> 8;
	done = 1;
	return bytes;
}

/* `length` is TAG_LENGTH at least. */
void payload_write(uint8_t *data, size_t length, uint32_t id, uint32_t try)
{
	uint32_t numbers[2] = { htonl(id), htonl(try) };

	memcpy(data, MAGIC, 4);
	memcpy(data + 4, nonce, 4);
	memcpy(data + 8, numbers, 8);
	memcpy(data + TAG_LENGTH, filling() + TAG_LENGTH, length - TAG_LENGTH);
}

/* The conversation a text begins to be of, or NULL. */
struct conversation *payload_tag(const uint8_t *data, size_t length, uint32_t *id, uint32_t *try)
{
	uint32_t numbers[2];

	if (length < TAG_LENGTH || memcmp(data, MAGIC, 4) || memcmp(data + 4, nonce, 4))
		return NULL;
	memcpy(numbers, data + 8, 8);
	*id = ntohl(numbers[0]);
	*try = ntohl(numbers[1]);
	return conversation_of(*id);
}

/* The conversation a text is all of, or NULL. */
struct conversation *payload_whole(const uint8_t *data, size_t length, uint32_t *id, uint32_t *try)
{
	struct conversation *one = payload_tag(data, length, id, try);

	return one && length == one->bytes && !memcmp(data + TAG_LENGTH, filling() + TAG_LENGTH, length - TAG_LENGTH) ? one : NULL;
}

struct conversation *conversation_of(uint32_t id)
{
	return id < room && conversations[id].begun ? &conversations[id] : NULL;
}

/* Begins a try: NULL where the conversation was answered before. */
struct conversation *conversation_begin(uint32_t id, uint32_t try, uint32_t bytes, uint16_t interface)
{
	struct conversation *one;

	if (id >= MAX_CONVERSATIONS)
		die("plan line %d: conversation %u is one too many", plan_line, id);
	if (id >= room) {
		uint32_t more = (id | 1023) + 1;

		conversations = realloc(conversations, more * sizeof(*conversations));
		if (!conversations)
			die("no memory for %u conversations", more);
		memset(conversations + room, 0, (more - room) * sizeof(*conversations));
		room = more;
	}
	one = &conversations[id];
	if (one->answered)
		return NULL;
	*one = (struct conversation){ .try = try, .bytes = bytes, .interface = interface, .begun = 1 };
	return one;
}

/*
 * From now on errors of what was begun before are no news: some come only because it was ended. Returns how many of these
 * were not answered.
 */
int conversations_over(void)
{
	int open = 0;

	for (uint32_t i = 0; i < room; i++) {
		open += conversations[i].begun && !conversations[i].answered && !conversations[i].over;
		conversations[i].over = 1;
	}
	return open;
}

void talk_record(uint32_t id, uint32_t try, const char *word, int error, uint16_t interface)
{
	char text[64];
	int length = snprintf(text, sizeof(text), error ? "%u %u %s %d" : "%u %u %s", id, try, word, error);

	record_add(RECORD_TALK, interface, 0, now_ns(), text, length, length, error);
}

void talk_answered(uint32_t id, uint32_t try, uint16_t interface)
{
	struct conversation *one = conversation_of(id);

	if (one)
		one->answered = 1;
	talk_record(id, try, "answered", 0, interface);
}

void talk_error(uint32_t id, uint32_t try, int error)
{
	struct conversation *one = conversation_of(id);

	if (one && !one->over && one->try == try)
		talk_record(id, try, "error", error, one->interface);
}
