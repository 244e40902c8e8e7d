/* What channel.c (messages) and job.c (what runs because of them) know of each other. */
#ifndef MACVLAB_CHANNEL_H
#define MACVLAB_CHANNEL_H

#include <poll.h>
#include <stddef.h>
#include <stdint.h>

#define MAX_JOBS 64
/* Descriptors to poll for all jobs: each has an input and two outputs. */
#define MAX_JOB_FDS (3 * MAX_JOBS)
#define CHUNK 65536

/* channel.c */
void reply(uint16_t job, uint8_t type, const void *data, uint32_t length);
void reply_error(uint16_t job, const char *what, const char *path);
int write_whole(const char *path, const void *data, size_t length);

/* job.c. A terminal's size comes in front of its script: rows, columns, 16 bits each. */
void job_start(uint16_t number, const uint8_t *script, size_t length);
void job_start_terminal(uint16_t number, const uint8_t *data, size_t length);
void job_input(uint16_t number, const void *data, size_t length);
void job_end_input(uint16_t number);
void job_signal(uint16_t number, const uint8_t *data, size_t length);
void job_resize(uint16_t number, const uint8_t *data, size_t length);

/* What the jobs wait for; what has come is served, and who has ended is reported. */
int jobs_poll_set(struct pollfd *fds);
void jobs_serve(const struct pollfd *fds, int count);
void jobs_reap(void);

#endif
