/* Programs that hold conversations of their own while everything else is served: what they print is recorded. */
#include "talk.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROOM 65536

static char output[ROOM];
static size_t used;
static int ended;

static void take(struct watch *watch, uint32_t events)
{
	ssize_t n = read(watch->fd, output + used, sizeof(output) - used);

	(void)events;
	if (n > 0)
		used += n;
	else if (n == 0 || errno != EAGAIN)
		ended = 1;
}

static pid_t start(const char *script, int out)
{
	pid_t child = fork();

	if (child)
		return child;
	setpgid(0, 0);
	dup2(out, STDOUT_FILENO);
	execl("/bin/sh", "sh", script, (char *)NULL);
	_exit(127);
}

/* Lines "ID TRY WORD", as talks have them. */
static void record_lines(void)
{
	for (char *line = output, *end; (end = memchr(line, '\n', output + used - line)); line = end + 1)
		record_add(RECORD_TALK, NO_INTERFACE, 0, now_ns(), line, end - line, end - line, 0);
}

/* A shell script, until it and all it started have closed its output; killed when the deadline is over. */
void program_run(const char *script, uint64_t deadline_ns, int (*serve)(int timeout_us))
{
	uint64_t begin = now_ns();
	struct watch watch = { .ready = take };
	int ends[2], status;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) || fcntl(ends[0], F_SETFL, O_NONBLOCK) || (child = start(script, ends[1])) < 0)
		refuse("\"%s\" cannot be run", script);
	close(ends[1]);
	used = ended = 0;
	watch.fd = ends[0];
	watch_add(&watch, EPOLLIN);
	while (!ended && now_ns() - begin < deadline_ns)
		serve(5000);
	kill(-child, SIGKILL);
	waitpid(child, &status, 0);
	watch_end(&watch);
	watch_close(&watch);
	record_lines();
}
