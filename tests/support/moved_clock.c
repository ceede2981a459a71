/* The clock of a process, MOVED_SECONDS away from the machine's: loaded by LD_PRELOAD for tests.

   libfaketime does not do for PostgreSQL: in a signal handler it gives the true time, so no limit of
   a statement or of a lock ever ends one. Time that is waited is not changed. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static time_t moved;
static int (*machine_clock)(clockid_t, struct timespec *);

__attribute__((constructor)) static void find(void)
{
    const char *given = getenv("MOVED_SECONDS");
    moved = given ? atol(given) : 0;
    machine_clock = dlsym(RTLD_NEXT, "clock_gettime");
}

int clock_gettime(clockid_t clock, struct timespec *found)
{
    if (!machine_clock)
        find();
    int failed = machine_clock(clock, found);
    if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        found->tv_sec += moved;
    return failed;
}

int gettimeofday(struct timeval *restrict found, void *restrict zone)
{
    struct timespec now;
    int failed = clock_gettime(CLOCK_REALTIME, &now);
    found->tv_sec = now.tv_sec;
    found->tv_usec = now.tv_nsec / 1000;
    return failed;
}

time_t time(time_t *found)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (found)
        *found = now.tv_sec;
    return now.tv_sec;
}
