/// \file
/// Theirs: downloads a tree of collections with libcurl's multi interface, over at most eight connections.
///
///     benchmark_download_tree BASE_URL CONNECTIONS
///
/// /projects, /projects/<id>/samples, /samples/<id>/files: each into memory; the ids of the upper two levels are found
/// by a search for {"id":, which is all that is looked at. Prints the numbers of requests and bytes.

#include "received.h"

#include <curl/curl.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct transfer {
    CURL* easy;
    int level; /* 0 projects, 1 samples, 2 files */
    struct received got;
};

struct work {
    int level;
    unsigned long long id;
};

static struct work* waiting;
static size_t waiting_count;
static size_t waiting_capacity;
static unsigned long long requests;
static unsigned long long total;

static void push(int level, unsigned long long id)
{
    if (waiting_count == waiting_capacity) {
        waiting_capacity = waiting_capacity ? 2 * waiting_capacity : 256;
        waiting = realloc(waiting, waiting_capacity * sizeof *waiting);
        if (!waiting) {
            abort();
        }
    }
    waiting[waiting_count].level = level;
    waiting[waiting_count].id = id;
    ++waiting_count;
}

static void start(CURLM* multi, struct transfer* t, const char* base)
{
    const struct work next = waiting[--waiting_count];
    char url[512];
    static const char* const forms[] = {"%s/projects?offset=0&limit=100", "%s/projects/%llu/samples?offset=0&limit=100",
        "%s/samples/%llu/files?offset=0&limit=100"};
    snprintf(url, sizeof url, forms[next.level], base, next.id);
    t->level = next.level;
    t->got.size = 0;
    curl_easy_setopt(t->easy, CURLOPT_URL, url);
    curl_multi_add_handle(multi, t->easy);
    ++requests;
}

static void finish(struct transfer* t)
{
    total += t->got.size;
    if (t->level == 2) {
        return;
    }
    for (const char* at = strstr(t->got.bytes, "{\"id\":"); at; at = strstr(at + 1, "{\"id\":")) {
        push(t->level + 1, strtoull(at + 6, NULL, 10));
    }
}

int main(int argc, char** argv)
{
    const int connections = argc == 3 ? atoi(argv[2]) : 0;
    if (connections < 1 || connections > 64) {
        fprintf(stderr, "usage: benchmark_download_tree BASE_URL CONNECTIONS\n");
        return 2;
    }
    curl_global_init(CURL_GLOBAL_DEFAULT);
    CURLM* multi = curl_multi_init();
    curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)connections);
    struct transfer transfers[64] = {{0}};
    struct transfer* idle[64];
    int idle_count = 0;
    for (int i = 0; i < connections; ++i) {
        transfers[i].easy = curl_easy_init();
        curl_easy_setopt(transfers[i].easy, CURLOPT_WRITEFUNCTION, receive);
        curl_easy_setopt(transfers[i].easy, CURLOPT_WRITEDATA, &transfers[i].got);
        curl_easy_setopt(transfers[i].easy, CURLOPT_PRIVATE, &transfers[i]);
        curl_easy_setopt(transfers[i].easy, CURLOPT_NOPROXY, "*");
        idle[idle_count++] = &transfers[i];
    }
    push(0, 0);
    while (waiting_count != 0 || idle_count != connections) {
        while (waiting_count != 0 && idle_count != 0) {
            start(multi, idle[--idle_count], argv[1]);
        }
        int running = 0;
        curl_multi_perform(multi, &running);
        int left = 0;
        int ended = 0;
        for (CURLMsg* message = curl_multi_info_read(multi, &left); message;
            message = curl_multi_info_read(multi, &left))
        {
            struct transfer* t = NULL;
            long status = 0;
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char**)&t);
            curl_easy_getinfo(message->easy_handle, CURLINFO_RESPONSE_CODE, &status);
            if (message->data.result != CURLE_OK || status != 200) {
                fprintf(stderr, "benchmark_download_tree: %s, status %ld\n", curl_easy_strerror(message->data.result),
                    status);
                return 1;
            }
            curl_multi_remove_handle(multi, t->easy);
            finish(t);
            idle[idle_count++] = t;
            ++ended;
        }
        if (ended == 0) {
            curl_multi_poll(multi, NULL, 0, 1000, NULL);
        }
    }
    printf("{\"requests\": %llu, \"bytes\": %llu}\n", requests, total);
    return 0;
}
