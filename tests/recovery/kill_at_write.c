/* Kills a program at a call that changes a file: preloaded, it counts such calls whose path begins with KILL_PATH, and at
   the one whose number is KILL_AT the process is gone as if by kill -9. KILL_HOW says when: "before" the call, "after" it,
   or "half" of what was to be written has been. Without KILL_AT it only counts. Where the program ends by itself,
   the number of calls is written to KILL_COUNT.

   cc -shared -fPIC -O1 -o kill_at_write.so kill_at_write.c -ldl */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* from a counted call's beginning to its end */
static long calls;

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int is_watched(const char* path)
{
    const char* prefix = getenv("KILL_PATH");
    return prefix && path && strncmp(path, prefix, strlen(prefix)) == 0;
}

static int is_watched_descriptor(int descriptor)
{
    char link[64];
    char path[4096];
    ssize_t size;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    size = readlink(link, path, sizeof path - 1);
    if (size < 0) {
        return 0;
    }
    path[size] = 0;
    return is_watched(path);
}

static void end(void)
{
    kill(getpid(), SIGKILL);
    for (;;) {
        pause();
    }
}

/* Counts a call. Returns how much of `size` bytes is to be written; the process is gone behind it where that is less. */
static size_t begin(size_t size)
{
    const char* at = getenv("KILL_AT");
    const char* how = getenv("KILL_HOW");
    pthread_mutex_lock(&mutex);
    ++calls;
    if (!at || !how || calls != atol(at)) {
        return size;
    }
    if (strcmp(how, "before") == 0) {
        end();
    }
    return strcmp(how, "half") == 0 ? size / 2 : size;
}

static void finish(void)
{
    const char* at = getenv("KILL_AT");
    if (at && calls == atol(at)) {
        end();
    }
    pthread_mutex_unlock(&mutex);
}

__attribute__((destructor)) static void tell(void)
{
    const char* path = getenv("KILL_COUNT");
    FILE* file = path ? fopen(path, "w") : NULL;
    if (file) {
        fprintf(file, "%ld\n", calls);
        fclose(file);
    }
}

/* A call that changes the file of `watched`: the whole of its result, whatever it is of. */
#define COUNTED(type, watched, call)                                                                                   \
    do {                                                                                                               \
        type result;                                                                                                   \
        if (!(watched)) {                                                                                              \
            return call;                                                                                               \
        }                                                                                                              \
        begin(0);                                                                                                      \
        result = call;                                                                                                 \
        finish();                                                                                                      \
        return result;                                                                                                 \
    } while (0)

/* The same for what writes `size` bytes. */
#define WRITTEN(watched, call)                                                                                         \
    do {                                                                                                               \
        ssize_t result;                                                                                                \
        if (!(watched)) {                                                                                              \
            return call;                                                                                               \
        }                                                                                                              \
        size = begin(size);                                                                                            \
        result = call;                                                                                                 \
        finish();                                                                                                      \
        return result;                                                                                                 \
    } while (0)

ssize_t write(int fd, const void* data, size_t size)
{
    WRITTEN(is_watched_descriptor(fd), NEXT(write)(fd, data, size));
}
ssize_t pwrite(int fd, const void* data, size_t size, off_t offset)
{
    WRITTEN(is_watched_descriptor(fd), NEXT(pwrite)(fd, data, size, offset));
}
ssize_t pwrite64(int fd, const void* data, size_t size, off64_t offset)
{
    WRITTEN(is_watched_descriptor(fd), NEXT(pwrite64)(fd, data, size, offset));
}
ssize_t sendfile(int out, int in, off_t* offset, size_t size)
{
    WRITTEN(is_watched_descriptor(out), NEXT(sendfile)(out, in, offset, size));
}
ssize_t copy_file_range(int in, off64_t* in_offset, int out, off64_t* out_offset, size_t size, unsigned flags)
{
    WRITTEN(is_watched_descriptor(out), NEXT(copy_file_range)(in, in_offset, out, out_offset, size, flags));
}
int rename(const char* from, const char* to)
{
    COUNTED(int, is_watched(to), NEXT(rename)(from, to));
}
int unlink(const char* path)
{
    COUNTED(int, is_watched(path), NEXT(unlink)(path));
}
int remove(const char* path)
{
    COUNTED(int, is_watched(path), NEXT(remove)(path));
}
int mkdir(const char* path, mode_t mode)
{
    COUNTED(int, is_watched(path), NEXT(mkdir)(path, mode));
}
int truncate(const char* path, off_t size)
{
    COUNTED(int, is_watched(path), NEXT(truncate)(path, size));
}
int truncate64(const char* path, off64_t size)
{
    COUNTED(int, is_watched(path), NEXT(truncate64)(path, size));
}
int ftruncate(int fd, off_t size)
{
    COUNTED(int, is_watched_descriptor(fd), NEXT(ftruncate)(fd, size));
}
int ftruncate64(int fd, off64_t size)
{
    COUNTED(int, is_watched_descriptor(fd), NEXT(ftruncate64)(fd, size));
}
int fsync(int fd)
{
    COUNTED(int, is_watched_descriptor(fd), NEXT(fsync)(fd));
}
int fdatasync(int fd)
{
    COUNTED(int, is_watched_descriptor(fd), NEXT(fdatasync)(fd));
}

/* A file that is opened may be made or emptied by that. */
#define OPENED(call)                                                                                                   \
    do {                                                                                                               \
        mode_t mode = 0;                                                                                               \
        if ((flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE) {                                                   \
            va_list rest;                                                                                              \
            va_start(rest, flags);                                                                                     \
            mode = va_arg(rest, mode_t);                                                                               \
            va_end(rest);                                                                                              \
        }                                                                                                              \
        COUNTED(int, (flags & (O_CREAT | O_TRUNC)) && is_watched(path), call);                                         \
    } while (0)

int open(const char* path, int flags, ...)
{
    OPENED(NEXT(open)(path, flags, mode));
}
int open64(const char* path, int flags, ...)
{
    OPENED(NEXT(open64)(path, flags, mode));
}
int openat(int directory, const char* path, int flags, ...)
{
    OPENED(NEXT(openat)(directory, path, flags, mode));
}
