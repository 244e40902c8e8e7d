/* Neighbour entries: those a plan tells a stack, and those it is to know no more. */
#include "neighbour.h"

#include <linux/if_ether.h>
#include <linux/netlink.h>
#include <string.h>

static int forget_index; /* of the interface whose entries go; 0: of each of the plan's */
static int forget_states;

void neighbour_dumped(struct namespace *namespace, const struct ndmsg *neighbour, const struct address *address)
{
	struct interface one = { .ifindex = neighbour->ndm_ifindex };
	struct request remove = request_for(RTM_DELNEIGH, 0, &one, address);
	int wanted = forget_index ? one.ifindex == forget_index : interface_number(namespace, one.ifindex) != NO_INTERFACE;

	if (wanted && neighbour->ndm_state & forget_states)
		request_add(namespace, &remove);
}

void neighbour_set(struct interface *interface, const char *text, const char *mac)
{
	int remove = !strcmp(mac, "-");
	struct address address;
	struct request request;
	uint8_t bytes[ETH_ALEN];

	address_parse(text, &address);
	request = request_for(remove ? RTM_DELNEIGH : RTM_NEWNEIGH, remove ? 0 : NLM_F_CREATE | NLM_F_REPLACE, interface, &address);
	if (!remove) {
		plan_mac(mac, bytes);
		request.neighbour.ndm_state = NUD_PERMANENT;
		request_attribute(&request, NDA_LLADDR, bytes, sizeof(bytes));
	}
	request_add(interface->namespace, &request);
}

static void forget(struct namespace *namespace, int ifindex, int states)
{
	struct request dump = {
		.head = { NLMSG_LENGTH(sizeof(struct ndmsg)), RTM_GETNEIGH, NLM_F_REQUEST | NLM_F_DUMP, plan_line, 0 },
	};

	forget_index = ifindex;
	forget_states = states;
	request_add(namespace, &dump);
	neighbours_flush(); /* collects what goes */
	neighbours_flush();
}

/* What an interface's stack learnt or was told, all of it but what needs no resolution. */
void neighbours_forget(struct interface *interface)
{
	forget(interface->namespace, interface->ifindex, ~NUD_NOARP);
}

/* Whoever is still asked for would be asked for again a second later, by those who were asked to forward something too. */
void neighbours_hush(void)
{
	resolve_forget();
	for (unsigned i = 0; i < namespace_count; i++)
		if (namespaces[i].fd)
			forget(&namespaces[i], 0, NUD_INCOMPLETE | NUD_PROBE);
}
