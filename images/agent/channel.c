/*
 * The command channel. Messages both ways: 8 bytes of header (length of the payload, job, type; little endian), payload.
 *
 *   from the host   x script   runs it with /bin/sh        i bytes of its standard input    e end of its input
 *                   k signal   to the job's process group  p path NUL content: writes a file
 *                   g path     asks for a file             q powers off
 *   to the host     H greeting   o, r standard output, error   X exit status   d bytes of a file   D its end
 *                   E what failed (p, g)    w file written     b heartbeat, once a second
 */
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_JOBS 64
#define SCRIPT_PATH "/run/macvlab/job-%u"
#define CHUNK 65536
#define HEARTBEAT_MS 1000

struct message {
	uint32_t length;
	uint16_t job;
	uint8_t type;
	uint8_t zero;
};

struct job {
	int used, exited, status;
	uint16_t number;
	pid_t pid;
	int in, out, err;
	uint8_t *input; /* not yet taken by the job */
	size_t input_length;
	int input_ended;
};

static struct job jobs[MAX_JOBS];
static int port;
static uint8_t chunk[CHUNK];

static void reply(uint16_t job, uint8_t type, const void *data, uint32_t length)
{
	struct message head = { .length = length, .job = job, .type = type };

	write_all(port, &head, sizeof(head));
	write_all(port, data, length);
}

static void reply_error(uint16_t job, const char *what, const char *path)
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

static struct job *find_job(uint16_t number)
{
	for (int i = 0; i < MAX_JOBS; i++)
		if (jobs[i].used && jobs[i].number == number)
			return &jobs[i];
	return NULL;
}

static void run_script(const char *path, int in, int out, int err)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	dup2(in, 0);
	dup2(out, 1);
	dup2(err, 2);
	if (chdir("/"))
		_exit(126);
	execl("/bin/sh", "sh", path, (char *)NULL);
	fprintf(stderr, "agent: /bin/sh: %s\n", strerror(errno));
	_exit(127);
}

static int write_whole(const char *path, const void *data, size_t length)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755), failed;

	if (fd < 0)
		return -1;
	failed = write_all(fd, data, length);
	return close(fd) || failed ? -1 : 0;
}

static void start_job(uint16_t number, const uint8_t *script, size_t length)
{
	int in[2], out[2], err[2];
	char path[64];
	struct job *job = NULL;

	for (int i = 0; i < MAX_JOBS && !job; i++)
		if (!jobs[i].used)
			job = &jobs[i];
	snprintf(path, sizeof(path), SCRIPT_PATH, number);
	errno = EAGAIN;
	if (!job || write_whole(path, script, length) || pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC) ||
	    pipe2(err, O_CLOEXEC)) {
		reply_error(number, "cannot be started", path);
		return;
	}
	*job = (struct job){ .used = 1, .number = number, .in = in[1], .out = out[0], .err = err[0] };
	job->pid = fork();
	if (!job->pid)
		run_script(path, in[0], out[1], err[1]);
	close(in[0]), close(out[1]), close(err[1]);
	fcntl(job->in, F_SETFL, O_NONBLOCK);
	fcntl(job->out, F_SETFL, O_NONBLOCK);
	fcntl(job->err, F_SETFL, O_NONBLOCK);
}

static void feed_job(struct job *job)
{
	while (job->input_length) {
		ssize_t n = write(job->in, job->input, job->input_length);

		if (n < 0 && errno == EAGAIN)
			return;
		if (n < 0)
			n = job->input_length; /* the job does not read its input: not our problem */
		job->input_length -= n;
		memmove(job->input, job->input + n, job->input_length);
	}
	if (job->input_ended && job->in >= 0) {
		close(job->in);
		job->in = -1;
	}
}

static void add_input(struct job *job, const void *data, size_t length)
{
	job->input = realloc(job->input, job->input_length + length + 1);
	if (!job->input)
		die("no memory for %zu bytes of input", length);
	memcpy(job->input + job->input_length, data, length);
	job->input_length += length;
	feed_job(job);
}

/* Passes on what there is; a stream that has ended is closed and from then on -1, which poll and read ignore. */
static void forward(struct job *job, int *fd, uint8_t type)
{
	ssize_t n;

	while ((n = read(*fd, chunk, sizeof(chunk))) > 0)
		reply(job->number, type, chunk, n);
	if (n == 0) {
		close(*fd);
		*fd = -1;
	}
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

/* One message from the host; returns whether to go on. */
static int handle(const struct message *head, uint8_t *data)
{
	struct job *job = find_job(head->job);

	switch (head->type) {
	case 'x': start_job(head->job, data, head->length); break;
	case 'i': if (job) add_input(job, data, head->length); break;
	case 'e': if (job) job->input_ended = 1, feed_job(job); break;
	case 'k': if (job) kill(-job->pid, data[0]); break;
	case 'p': receive_file(head->job, (char *)data, head->length); break;
	case 'g': send_file(head->job, (char *)data); break;
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

static void reap(void)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (int i = 0; i < MAX_JOBS; i++)
			if (jobs[i].used && jobs[i].pid == pid) {
				jobs[i].exited = 1;
				jobs[i].status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
			}
}

/* What a job has said is forwarded before its end is: output of its children that stay behind is not waited for. */
static void finish_jobs(void)
{
	for (int i = 0; i < MAX_JOBS; i++) {
		struct job *job = &jobs[i];
		int32_t status = job->status;
		char path[64];

		if (!job->used || !job->exited)
			continue;
		forward(job, &job->out, 'o');
		forward(job, &job->err, 'r');
		close(job->out), close(job->err), close(job->in);
		free(job->input);
		snprintf(path, sizeof(path), SCRIPT_PATH, job->number);
		unlink(path);
		job->used = 0;
		reply(job->number, 'X', &status, sizeof(status));
	}
}

static int poll_set(struct pollfd *fds, struct job **owners)
{
	int count = 0;

	for (int i = 0; i < MAX_JOBS; i++) {
		struct job *job = &jobs[i];

		if (!job->used)
			continue;
		owners[count] = job, fds[count++] = (struct pollfd){ .fd = job->out, .events = POLLIN };
		owners[count] = job, fds[count++] = (struct pollfd){ .fd = job->err, .events = POLLIN };
		if (job->input_length)
			owners[count] = job, fds[count++] = (struct pollfd){ .fd = job->in, .events = POLLOUT };
	}
	return count;
}

static void serve_jobs(struct pollfd *fds, struct job **owners, int count)
{
	for (int i = 0; i < count; i++) {
		struct job *job = owners[i];

		if (!fds[i].revents)
			continue;
		if (fds[i].fd == job->in)
			feed_job(job);
		else if (fds[i].fd == job->out)
			forward(job, &job->out, 'o');
		else
			forward(job, &job->err, 'r');
	}
}

void channel_serve(int fd, const char *hello)
{
	static struct pollfd fds[2 + 3 * MAX_JOBS];
	static struct job *owners[3 * MAX_JOBS];
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
		int count = poll_set(fds + 2, owners);

		fds[0] = (struct pollfd){ .fd = port, .events = POLLIN };
		fds[1] = (struct pollfd){ .fd = children, .events = POLLIN };
		poll(fds, 2 + count, HEARTBEAT_MS);
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec != last.tv_sec) {
			reply(0, 'b', NULL, 0);
			last = now;
		}
		serve_jobs(fds + 2, owners, count);
		if (fds[1].revents)
			while (read(children, &info, sizeof(info)) > 0)
				;
		reap();
		finish_jobs();
		if (fds[0].revents && !receive())
			return;
	}
}
