/// \file
/// Theirs: downloads what is known beforehand with libcurl's multi interface, a number of transfers at once.
///
///     benchmark_download_urls URLS IN_FLIGHT
///
/// URLS is a file with one on each line. Each body is received into memory and its ids are looked for, by a search for
/// {"id":, which is all that is looked at. Prints the numbers of requests and bytes, and a checksum of the ids.

#include "received.h"

#include <curl/curl.h>

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { most = 256 };

struct transfer {
    CURL* easy;
    struct received got;
};

int main(int argc, char** argv)
{
    const int in_flight = argc == 3 ? atoi(argv[2]) : 0;
    if (in_flight < 1 || in_flight > most) {
        fprintf(stderr, "usage: benchmark_download_urls URLS IN_FLIGHT\n");
        return 2;
    }
    FILE* urls = fopen(argv[1], "r");
    if (!urls) {
        perror(argv[1]);
        return 1;
    }
    curl_global_init(CURL_GLOBAL_DEFAULT);
    CURLM* multi = curl_multi_init();
    curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)in_flight);
    static struct transfer transfers[most];
    struct transfer* idle[most];
    int idle_count = 0;
    for (int i = 0; i < in_flight; ++i) {
        transfers[i].easy = curl_easy_init();
        curl_easy_setopt(transfers[i].easy, CURLOPT_WRITEFUNCTION, receive);
        curl_easy_setopt(transfers[i].easy, CURLOPT_WRITEDATA, &transfers[i].got);
        curl_easy_setopt(transfers[i].easy, CURLOPT_PRIVATE, &transfers[i]);
        curl_easy_setopt(transfers[i].easy, CURLOPT_NOPROXY, "*");
        idle[idle_count++] = &transfers[i];
    }
    unsigned long long requests = 0;
    unsigned long long bytes = 0;
    uint64_t rows = 0;
    uint64_t sum = 0;
    uint64_t exclusive_or = 0;
    char url[512];
    int left = 1;
    while (left || idle_count != in_flight) {
        while (left && idle_count != 0) {
            if (!fgets(url, sizeof url, urls)) {
                left = 0;
                break;
            }
            url[strcspn(url, "\n")] = '\0';
            struct transfer* t = idle[--idle_count];
            t->got.size = 0;
            curl_easy_setopt(t->easy, CURLOPT_URL, url);
            curl_multi_add_handle(multi, t->easy);
            ++requests;
        }
        int running = 0;
        curl_multi_perform(multi, &running);
        int messages = 0;
        int ended = 0;
        for (CURLMsg* message = curl_multi_info_read(multi, &messages); message;
            message = curl_multi_info_read(multi, &messages))
        {
            struct transfer* t = NULL;
            long status = 0;
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char**)&t);
            curl_easy_getinfo(message->easy_handle, CURLINFO_RESPONSE_CODE, &status);
            if (message->data.result != CURLE_OK || status != 200) {
                fprintf(stderr, "benchmark_download_urls: %s, status %ld\n", curl_easy_strerror(message->data.result),
                    status);
                return 1;
            }
            curl_multi_remove_handle(multi, t->easy);
            bytes += t->got.size;
            for (const char* at = t->got.size ? strstr(t->got.bytes, "{\"id\":") : NULL; at;
                at = strstr(at + 1, "{\"id\":"))
            {
                const uint64_t id = strtoull(at + 6, NULL, 10);
                ++rows;
                sum += id;
                exclusive_or ^= id;
            }
            idle[idle_count++] = t;
            ++ended;
        }
        if (ended == 0 && idle_count != in_flight) {
            curl_multi_poll(multi, NULL, 0, 1000, NULL);
        }
    }
    fclose(urls);
    printf("{\"requests\": %llu, \"bytes\": %llu, \"ids\": {\"rows\": %" PRIu64 ", \"sum\": %" PRIu64
           ", \"xor\": %" PRIu64 "}}\n",
        requests, bytes, rows, sum, exclusive_or);
    return 0;
}
