// Linux system calls that Swift cannot express: openat2 has no wrapper in glibc, and syscall() is variadic.
#ifndef CONTRAST_SYSTEM_CALLS_H
#define CONTRAST_SYSTEM_CALLS_H

// Opens `path` for reading, resolved strictly below the folder `root`: no "..", no symbolic link and no
// magic link leads out of it. Never blocks on a FIFO. Returns a descriptor, or -errno.
int contrast_open_beneath(int root, const char *path);

// Sends `message` as one datagram to the unix socket `path`, where a leading '@' means an abstract name. Never
// blocks. Returns 0, or -errno.
int contrast_notify(const char *path, const char *message);

// Lets this process and those it starts leave no memory behind when they crash. Returns 0, or -errno.
int contrast_forbid_core_dumps(void);

// From now on a signal that the kernel hands to another thread than the calling one is passed on to this one, which
// blocks it and waits for it. A library may have started threads before main, and those do not block what main blocks.
// Returns 0, or -errno.
int contrast_pass_on_signal(int signal);

// The first CPU feature that this program was built for and the machine lacks, or null.
const char *contrast_missing_cpu_feature(void);

#endif
