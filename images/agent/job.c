/* Jobs: scripts that run because the host asked, on pipes or on a terminal of their own. */
#include "agent.h"
#include "channel.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define SCRIPT_PATH "/run/macvlab/job-%u"

/* On a terminal all three are descriptors of its master, and err is -1. */
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
static struct job *owners[MAX_JOB_FDS];
static uint8_t chunk[CHUNK];

static struct job *find_job(uint16_t number)
{
	for (int i = 0; i < MAX_JOBS; i++)
		if (jobs[i].used && jobs[i].number == number)
			return &jobs[i];
	return NULL;
}

static struct job *free_job(void)
{
	for (int i = 0; i < MAX_JOBS; i++)
		if (!jobs[i].used)
			return &jobs[i];
	errno = EAGAIN;
	return NULL;
}

/* What the agent set up for itself is none of the script's business: masks and ignored signals survive exec. */
static void run_script(const char *path, int in, int out, int err)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	dup2(in, 0);
	dup2(out, 1);
	dup2(err, 2);
	if (chdir("/"))
		_exit(126);
	execl("/bin/sh", "sh", path, (char *)NULL);
	fprintf(stderr, "agent: /bin/sh: %s\n", strerror(errno));
	_exit(127);
}

static void begin(struct job *job, uint16_t number, pid_t pid, int in, int out, int err)
{
	*job = (struct job){ .used = 1, .number = number, .pid = pid, .in = in, .out = out, .err = err };
	fcntl(in, F_SETFL, O_NONBLOCK);
	fcntl(out, F_SETFL, O_NONBLOCK);
	fcntl(err, F_SETFL, O_NONBLOCK);
}

void job_start(uint16_t number, const uint8_t *script, size_t length)
{
	int in[2], out[2], err[2];
	struct job *job = free_job();
	char path[64];
	pid_t pid;

	snprintf(path, sizeof(path), SCRIPT_PATH, number);
	if (!job || write_whole(path, script, length) || pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC) ||
	    pipe2(err, O_CLOEXEC) || (pid = fork()) < 0) {
		reply_error(number, "cannot be started", path);
		return;
	}
	if (!pid) {
		setsid();
		run_script(path, in[0], out[1], err[1]);
	}
	close(in[0]), close(out[1]), close(err[1]);
	begin(job, number, pid, in[1], out[0], err[0]);
}

static void resize(int master, const uint8_t *size)
{
	struct winsize window = { .ws_row = size[0] | size[1] << 8, .ws_col = size[2] | size[3] << 8 };

	ioctl(master, TIOCSWINSZ, &window); /* which tells the foreground job */
}

/* The first terminal a session's leader opens is the one that controls it: Ctrl-C and job control come with that. */
static void run_on_terminal(const char *path, const char *terminal)
{
	int fd;

	setsid();
	fd = open(terminal, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		_exit(126);
	run_script(path, fd, fd, fd);
}

void job_start_terminal(uint16_t number, const uint8_t *data, size_t length)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct job *job = free_job();
	char path[64], terminal[64];
	pid_t pid;

	snprintf(path, sizeof(path), SCRIPT_PATH, number);
	if (!job || length < 4 || master < 0 || grantpt(master) || unlockpt(master) ||
	    ptsname_r(master, terminal, sizeof(terminal)) || write_whole(path, data + 4, length - 4)) {
		reply_error(number, "cannot be started on a terminal", path);
		close(master);
		return;
	}
	resize(master, data);
	pid = fork();
	if (!pid)
		run_on_terminal(path, terminal);
	begin(job, number, pid, fcntl(master, F_DUPFD_CLOEXEC, 0), master, -1);
}

/* What the job has taken is told: whoever sends it more than it can take yet would fill this memory. */
static void feed(struct job *job)
{
	size_t taken = 0;
	uint32_t told;

	while (taken < job->input_length) {
		ssize_t n = write(job->in, job->input + taken, job->input_length - taken);

		if (n < 0 && errno == EAGAIN)
			break;
		if (n < 0)
			n = job->input_length - taken; /* the job does not read its input: not our problem */
		taken += n;
	}
	if (taken) {
		job->input_length -= taken;
		memmove(job->input, job->input + taken, job->input_length);
		told = taken;
		reply(job->number, 'c', &told, sizeof(told));
	}
	if (job->input_ended && !job->input_length && job->in >= 0) {
		close(job->in);
		job->in = -1;
	}
}

void job_input(uint16_t number, const void *data, size_t length)
{
	struct job *job = find_job(number);

	if (!job)
		return;
	job->input = realloc(job->input, job->input_length + length + 1);
	if (!job->input)
		die("no memory for %zu bytes of input", length);
	memcpy(job->input + job->input_length, data, length);
	job->input_length += length;
	feed(job);
}

void job_end_input(uint16_t number)
{
	struct job *job = find_job(number);

	if (!job)
		return;
	job->input_ended = 1;
	feed(job);
}

void job_signal(uint16_t number, const uint8_t *data, size_t length)
{
	struct job *job = find_job(number);

	if (job && length)
		kill(-job->pid, data[0]);
}

void job_resize(uint16_t number, const uint8_t *data, size_t length)
{
	struct job *job = find_job(number);

	if (job && length == 4)
		resize(job->out, data);
}

/*
 * Passes on what there is; a stream that has ended is closed and from then on -1, which poll and read ignore. A
 * terminal nobody has open any more says EIO.
 */
static void forward(struct job *job, int *fd, uint8_t type)
{
	ssize_t n;

	while ((n = read(*fd, chunk, sizeof(chunk))) > 0)
		reply(job->number, type, chunk, n);
	if (n == 0 || errno == EIO) {
		close(*fd);
		*fd = -1;
	}
}

/* What a job has said is forwarded before its end is: output of its children that stay behind is not waited for. */
static void finish(struct job *job)
{
	int32_t status = job->status;
	char path[64];

	forward(job, &job->out, 'o');
	forward(job, &job->err, 'r');
	close(job->out), close(job->err), close(job->in);
	free(job->input);
	snprintf(path, sizeof(path), SCRIPT_PATH, job->number);
	unlink(path);
	job->used = 0;
	reply(job->number, 'X', &status, sizeof(status));
}

void jobs_reap(void)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (int i = 0; i < MAX_JOBS; i++)
			if (jobs[i].used && jobs[i].pid == pid) {
				jobs[i].exited = 1;
				jobs[i].status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
			}
	for (int i = 0; i < MAX_JOBS; i++)
		if (jobs[i].used && jobs[i].exited)
			finish(&jobs[i]);
}

int jobs_poll_set(struct pollfd *fds)
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

void jobs_serve(const struct pollfd *fds, int count)
{
	for (int i = 0; i < count; i++) {
		struct job *job = owners[i];

		if (!fds[i].revents)
			continue;
		if (fds[i].fd == job->in)
			feed(job);
		else if (fds[i].fd == job->out)
			forward(job, &job->out, 'o');
		else
			forward(job, &job->err, 'r');
	}
}
