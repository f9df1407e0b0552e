/// \file
/// Runs a program and writes what it cost: wall seconds, CPU seconds (user, system), peak memory, exit status.
///
///     benchmark_measure RESULT.json PROGRAM ARGUMENT...
///
/// A program of its own, because a child begins with the peak memory of the process that started it: this one is small.

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec * 1e-6;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int main(int argc, char** argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: benchmark_measure RESULT.json PROGRAM ARGUMENT...\n");
        return 2;
    }
    const double begin = now();
    const pid_t child = fork();
    if (child == -1) {
        perror("benchmark_measure: fork");
        return 1;
    }
    if (child == 0) {
        execv(argv[2], argv + 2);
        perror(argv[2]);
        _exit(127);
    }
    int status = 0;
    struct rusage used;
    if (wait4(child, &status, 0, &used) != child) {
        perror("benchmark_measure: wait4");
        return 1;
    }
    const double wall = now() - begin;
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    FILE* out = fopen(argv[1], "w");
    if (!out) {
        perror(argv[1]);
        return 1;
    }
    fprintf(out, "{\"wall\": %.6f, \"user\": %.6f, \"system\": %.6f, \"peak_rss_kib\": %ld, \"status\": %d}\n", wall,
        seconds(used.ru_utime), seconds(used.ru_stime), used.ru_maxrss, code);
    if (fclose(out) != 0) {
        perror(argv[1]);
        return 1;
    }
    return code;
}
