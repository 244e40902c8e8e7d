#include "agent.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (getpid() == 1)
		return init_main();
	if (argc == 2 && !strcmp(argv[1], "play"))
		return play_main();
	fprintf(stderr, "usage: %s play < PLAN > RECORDS\n", argv[0]);
	return 2;
}
