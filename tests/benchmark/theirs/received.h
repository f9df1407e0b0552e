/// \file
/// What libcurl has received, in memory that is used again: the programs that download share it.

#ifndef BENCHMARK_RECEIVED_H
#define BENCHMARK_RECEIVED_H

#include <stdlib.h>
#include <string.h>

/* Nothing at first. From the first bytes on there is a '\0' behind them. */
struct received {
    char* bytes;
    size_t size;
    size_t capacity;
};

/* CURLOPT_WRITEFUNCTION, with a struct received as CURLOPT_WRITEDATA. Without memory it ends the transfer. */
static size_t receive(char* data, size_t one, size_t count, void* user)
{
    struct received* to = user;
    const size_t size = one * count;
    if (to->size + size + 1 > to->capacity) {
        const size_t capacity = 2 * (to->size + size + 1);
        char* grown = realloc(to->bytes, capacity);
        if (!grown) {
            return 0;
        }
        to->bytes = grown;
        to->capacity = capacity;
    }
    memcpy(to->bytes + to->size, data, size);
    to->size += size;
    to->bytes[to->size] = '\0';
    return size;
}

#endif
