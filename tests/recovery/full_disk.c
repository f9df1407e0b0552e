/* To be loaded before the C library of a PostgreSQL server: as long as the file that FULL_DISK names is there, no file of
   a table can grow, as on a disk that is full. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static int is_refused(int descriptor, off_t end)
{
    char link[64];
    char path[PATH_MAX];
    struct stat status;
    ssize_t length;
    const char* const marker = getenv("FULL_DISK");
    if (marker == NULL || access(marker, F_OK) != 0 || fstat(descriptor, &status) != 0 || end <= status.st_size) {
        return 0;
    }
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    length = readlink(link, path, sizeof path - 1);
    if (length < 0) {
        return 0;
    }
    path[length] = '\0';
    return strstr(path, "/base/") != NULL;
}

ssize_t pwrite(int descriptor, const void* bytes, size_t count, off_t offset)
{
    static ssize_t (*next)(int, const void*, size_t, off_t);
    if (is_refused(descriptor, offset + (off_t)count)) {
        errno = ENOSPC;
        return -1;
    }
    if (next == NULL) {
        *(void**)&next = dlsym(RTLD_NEXT, "pwrite");
    }
    return next(descriptor, bytes, count, offset);
}

ssize_t pwrite64(int descriptor, const void* bytes, size_t count, off_t offset)
{
    return pwrite(descriptor, bytes, count, offset);
}

/* From PostgreSQL 16 on. */
ssize_t pwritev(int descriptor, const struct iovec* parts, int number, off_t offset)
{
    static ssize_t (*next)(int, const struct iovec*, int, off_t);
    off_t size = 0;
    int i;
    for (i = 0; i < number; ++i) {
        size += (off_t)parts[i].iov_len;
    }
    if (is_refused(descriptor, offset + size)) {
        errno = ENOSPC;
        return -1;
    }
    if (next == NULL) {
        *(void**)&next = dlsym(RTLD_NEXT, "pwritev");
    }
    return next(descriptor, parts, number, offset);
}

ssize_t pwritev64(int descriptor, const struct iovec* parts, int number, off_t offset)
{
    return pwritev(descriptor, parts, number, offset);
}

int posix_fallocate(int descriptor, off_t offset, off_t length)
{
    static int (*next)(int, off_t, off_t);
    if (is_refused(descriptor, offset + length)) {
        return ENOSPC;
    }
    if (next == NULL) {
        *(void**)&next = dlsym(RTLD_NEXT, "posix_fallocate");
    }
    return next(descriptor, offset, length);
}

int posix_fallocate64(int descriptor, off_t offset, off_t length)
{
    return posix_fallocate(descriptor, offset, length);
}
