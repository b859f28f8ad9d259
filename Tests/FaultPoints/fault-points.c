// Preloaded into a worker by the fault tests (LD_PRELOAD): ends the process at an exact point of a job's end,
// and gives it a wrong clock. The tests compile it when they need it; no target links it.
//
//   CONTRAST_FAULT_EVENT=N     kill -9 just before the Nth event: a file made durable, a rename, the call that
//                              settles the job (before and after it is sent, and when its answer has come), and
//                              what is removed after that
//   CONTRAST_FAULT_EVENTS=FILE one line per event
//   CONTRAST_FAULT_CLOCK=FILE  the time of day is off by the seconds in the file, a double of 8 bytes
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define REAL(name) \
    static __typeof__(&name) real; \
    if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

enum { running, sent, answered };
static int phase = running;
static int count = 0;

static void event(const char *what) {
    const char *limit = getenv("CONTRAST_FAULT_EVENT");
    const char *file = getenv("CONTRAST_FAULT_EVENTS");
    int number = __atomic_add_fetch(&count, 1, __ATOMIC_SEQ_CST);
    if (file) {
        int log = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
        if (log >= 0) {
            dprintf(log, "%s\n", what);
            close(log);
        }
    }
    if (limit && number == atoi(limit)) {
        kill(getpid(), SIGKILL);
        pause();
    }
}

int fsync(int descriptor) {
    REAL(fsync);
    event("fsync");
    return real(descriptor);
}

int rename(const char *source, const char *destination) {
    REAL(rename);
    event("rename");
    return real(source, destination);
}

ssize_t send(int socket, const void *bytes, size_t size, int flags) {
    REAL(send);
    int settles = memmem(bytes, size, "contrast.finish(", 16) != NULL;
    if (settles) event("send");
    ssize_t result = real(socket, bytes, size, flags);
    if (settles) {
        event("sent");
        phase = sent;
    }
    return result;
}

ssize_t recv(int socket, void *bytes, size_t size, int flags) {
    REAL(recv);
    ssize_t result = real(socket, bytes, size, flags);
    if (phase == sent && result > 0 && memmem(bytes, (size_t)result, "answer", 6)) {
        phase = answered;
        event("answer");
    }
    return result;
}

int unlink(const char *path) {
    REAL(unlink);
    if (phase == answered) event("unlink");
    return real(path);
}

int unlinkat(int folder, const char *path, int flags) {
    REAL(unlinkat);
    if (phase == answered) event("unlinkat");
    return real(folder, path, flags);
}

int rmdir(const char *path) {
    REAL(rmdir);
    if (phase == answered) event("rmdir");
    return real(path);
}

static double offset(void) {
    static volatile double *shared;
    static double none;
    if (!shared) {
        const char *file = getenv("CONTRAST_FAULT_CLOCK");
        int descriptor = file ? open(file, O_RDONLY | O_CLOEXEC) : -1;
        void *page = descriptor < 0
            ? MAP_FAILED : mmap(NULL, sizeof(double), PROT_READ, MAP_SHARED, descriptor, 0);
        if (descriptor >= 0) close(descriptor);
        shared = page == MAP_FAILED ? &none : page;
    }
    return *shared;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    REAL(clock_gettime);
    int result = real(clock, time);
    if (result == 0 && clock == CLOCK_REALTIME) time->tv_sec += (time_t)offset();
    return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    REAL(gettimeofday);
    int result = real(time, zone);
    if (result == 0) time->tv_sec += (time_t)offset();
    return result;
}

time_t time(time_t *result) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (result) *result = now.tv_sec;
    return now.tv_sec;
}
