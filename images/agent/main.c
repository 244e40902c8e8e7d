#include "agent.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "serve"))
		return serve_main();
	if (getpid() == 1)
		return init_main();
	if (argc == 2 && !strcmp(argv[1], "play"))
		return play_main();
	if (argc == 2 && !strcmp(argv[1], "talk"))
		return talk_main();
	if (argc > 3 && !strcmp(argv[1], "in"))
		return enter_main(argv + 2);
	if (argc > 2 && !strcmp(argv[1], "hand"))
		return hand_main(argv + 2);
	fprintf(stderr,
		"usage: %s play|talk < PLAN > RECORDS\n       %s in NAMESPACE COMMAND...\n"
		"       %s serve (command channel on descriptor 3)\n       %s hand MACVTAP... -- PROGRAM...\n",
		argv[0], argv[0], argv[0], argv[0]);
	return 2;
}
