/// \file
/// The rows that the generator wrote, in memory: the programs that store them share it.

#ifndef BENCHMARK_ROWS_H
#define BENCHMARK_ROWS_H

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { columns = 12 };

struct rows {
    const char* at;
    const char* end;
};

/* kind: 'n' null, 'i' an integer, 'r' the bits of a double, 't' a text of that size. */
struct value {
    char kind;
    uint64_t number;
    const char* text;
};

static struct rows open_rows(const char* path)
{
    const int file = open(path, O_RDONLY);
    struct stat about;
    if (file == -1 || fstat(file, &about) != 0) {
        perror(path);
        exit(1);
    }
    struct rows all;
    all.at = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
    if (all.at == MAP_FAILED) {
        perror(path);
        exit(1);
    }
    all.end = all.at + about.st_size;
    return all;
}

static struct value next_value(struct rows* all)
{
    struct value v;
    v.kind = *all->at++;
    memcpy(&v.number, all->at, sizeof v.number);
    all->at += sizeof v.number;
    v.text = all->at;
    if (v.kind == 't') {
        all->at += v.number;
    }
    return v;
}

static inline double real_of(struct value v)
{
    double real = 0;
    memcpy(&real, &v.number, sizeof real);
    return real;
}

#endif
