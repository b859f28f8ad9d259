#include "CSystemCalls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

int contrast_open_beneath(int root, const char *path) {
    struct open_how how = {
        .flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
    };
    long descriptor = syscall(SYS_openat2, root, path, &how, sizeof how);
    return descriptor < 0 ? -errno : (int)descriptor;
}

int contrast_notify(const char *path, const char *message) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(path);
    // A path ends with a null, an abstract name with the address.
    if (length == 0 || length >= sizeof address.sun_path) return -ENAMETOOLONG;
    memcpy(address.sun_path, path, length);
    if (path[0] == '@') address.sun_path[0] = 0;
    socklen_t size = offsetof(struct sockaddr_un, sun_path) + length + (path[0] == '@' ? 0 : 1);
    int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    ssize_t sent = sendto(descriptor, message, strlen(message), MSG_NOSIGNAL | MSG_DONTWAIT,
                          (const struct sockaddr *)&address, size);
    int result = sent < 0 ? -errno : 0;
    close(descriptor);
    return result;
}

int contrast_forbid_core_dumps(void) {
    struct rlimit none = {.rlim_cur = 0, .rlim_max = 0};
    return setrlimit(RLIMIT_CORE, &none) < 0 ? -errno : 0;
}

static pthread_t waiting_thread;

static void pass_on(int signal) {
    int before = errno;
    pthread_kill(waiting_thread, signal);
    errno = before;
}

int contrast_pass_on_signal(int signal) {
    waiting_thread = pthread_self();
    struct sigaction action = {.sa_handler = pass_on, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    return sigaction(signal, &action, NULL) < 0 ? -errno : 0;
}

#define CHECK(feature) if (!__builtin_cpu_supports(feature)) return feature

const char *contrast_missing_cpu_feature(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
#ifdef __SSE4_2__
    CHECK("sse4.2");
#endif
#ifdef __AVX__
    CHECK("avx");
#endif
#ifdef __AVX2__
    CHECK("avx2");
#endif
#ifdef __FMA__
    CHECK("fma");
#endif
#ifdef __BMI2__
    CHECK("bmi2");
#endif
#ifdef __AVX512F__
    CHECK("avx512f");
#endif
#ifdef __AVX512BW__
    CHECK("avx512bw");
#endif
#ifdef __AVX512VL__
    CHECK("avx512vl");
#endif
#ifdef __AVX512VNNI__
    CHECK("avx512vnni");
#endif
#ifdef __AVX512BF16__
    CHECK("avx512bf16");
#endif
#endif
    return NULL;
}
