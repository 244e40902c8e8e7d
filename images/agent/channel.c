/*
 * The command channel. Messages both ways: 8 bytes of header (length of the payload, job, type; little endian), payload.
 *
 *   from the host   x script   runs it with /bin/sh        i bytes of its standard input    e end of its input
 *                   t size script   the same on a terminal: i is what is typed, o what is shown   s size   another size
 *                   k signal   to the job's process group  p path NUL content: writes a file
 *                   g path     asks for a file             q powers off
 *                   m device NUL directory NUL type   mounts it (bind: a directory); the directory is made
 *   to the host     H greeting   o, r standard output, error   X exit status   d bytes of a file   D its end
 *                   E what failed (x, t, p, g, m)   w written, mounted   c how much of its input a job took
 *                   b heartbeat, once a second
 */
#include "agent.h"
#include "channel.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define HEARTBEAT_MS 1000

struct message {
	uint32_t length;
	uint16_t job;
	uint8_t type;
	uint8_t zero;
};

static int port;
static uint8_t chunk[CHUNK];

void reply(uint16_t job, uint8_t type, const void *data, uint32_t length)
{
	struct message head = { .length = length, .job = job, .type = type };

	write_all(port, &head, sizeof(head));
	write_all(port, data, length);
}

void reply_error(uint16_t job, const char *what, const char *path)
{
	char text[400];
	int length = snprintf(text, sizeof(text), "\"%.300s\" %s: %s", path, what, strerror(errno));

	reply(job, 'E', text, length);
}

static int read_all(int fd, void *data, size_t length)
{
	uint8_t *at = data;

	while (length) {
		ssize_t n = read(fd, at, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		at += n;
		length -= n;
	}
	return 0;
}

int write_whole(const char *path, const void *data, size_t length)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755), failed;

	if (fd < 0)
		return -1;
	failed = write_all(fd, data, length);
	return close(fd) || failed ? -1 : 0;
}

static void send_file(uint16_t number, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n;

	if (fd < 0) {
		reply_error(number, "cannot be opened", path);
		return;
	}
	while ((n = read(fd, chunk, sizeof(chunk))) > 0)
		reply(number, 'd', chunk, n);
	if (n < 0 && errno != EAGAIN)
		reply_error(number, "cannot be read", path);
	else
		reply(number, 'D', NULL, 0);
	close(fd);
}

static void receive_file(uint16_t number, const char *text, size_t length)
{
	size_t path_length = strnlen(text, length);

	if (path_length == length || write_whole(text, text + path_length + 1, length - path_length - 1))
		reply_error(number, "cannot be written", text);
	else
		reply(number, 'w', NULL, 0);
}

static void make_directories(char *path)
{
	for (char *at = path + 1; *at; at++)
		if (*at == '/') {
			*at = 0;
			mkdir(path, 0755);
			*at = '/';
		}
	mkdir(path, 0755);
}

/* Here and not by a program: starting one costs an emulated guest more than all of its mounts. */
static void mount_disk(uint16_t number, char *data, size_t length)
{
	char *end = data + length, *directory = data + strnlen(data, length) + 1, *type;

	type = directory < end ? directory + strnlen(directory, end - directory) + 1 : end;
	if (type >= end)
		return;
	make_directories(directory);
	if (mount(data, directory, type, strcmp(type, "bind") ? 0 : MS_BIND, NULL))
		reply_error(number, "cannot be mounted", directory);
	else
		reply(number, 'w', NULL, 0);
}

/* One message from the host; returns whether to go on. */
static int handle(const struct message *head, uint8_t *data)
{
	switch (head->type) {
	case 'x': job_start(head->job, data, head->length); break;
	case 't': job_start_terminal(head->job, data, head->length); break;
	case 'i': job_input(head->job, data, head->length); break;
	case 'e': job_end_input(head->job); break;
	case 's': job_resize(head->job, data, head->length); break;
	case 'k': job_signal(head->job, data, head->length); break;
	case 'p': receive_file(head->job, (char *)data, head->length); break;
	case 'g': send_file(head->job, (char *)data); break;
	case 'm': mount_disk(head->job, (char *)data, head->length); break;
	case 'q': return 0;
	}
	return 1;
}

static int receive(void)
{
	struct message head;
	uint8_t *data;
	int more;

	if (read_all(port, &head, sizeof(head)))
		return 0;
	data = malloc(head.length + 1);
	if (!data || read_all(port, data, head.length))
		return 0;
	data[head.length] = 0;
	more = handle(&head, data);
	free(data);
	return more;
}

void channel_serve(int fd, const char *hello)
{
	static struct pollfd fds[2 + MAX_JOB_FDS];
	struct timespec last = { 0 }, now;
	sigset_t child;
	int children;

	port = fd;
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	signal(SIGPIPE, SIG_IGN);
	children = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
	reply(0, 'H', hello, strlen(hello));
	for (;;) {
		struct signalfd_siginfo info;
		int count = jobs_poll_set(fds + 2);

		fds[0] = (struct pollfd){ .fd = port, .events = POLLIN };
		fds[1] = (struct pollfd){ .fd = children, .events = POLLIN };
		poll(fds, 2 + count, HEARTBEAT_MS);
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec != last.tv_sec) {
			reply(0, 'b', NULL, 0);
			last = now;
		}
		jobs_serve(fds + 2, count);
		if (fds[1].revents)
			while (read(children, &info, sizeof(info)) > 0)
				;
		jobs_reap();
		if (fds[0].revents && !receive())
			return;
	}
}
