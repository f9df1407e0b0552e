/// \file
/// Theirs: downloads pages one after the other with libcurl's easy interface, on one connection that is kept.
///
///     benchmark_download BASE_URL RECORDS PAGE [--ca FILE] [--gzip] [--output FILE]
///
/// Into one buffer in memory, reused from page to page, or appended to a file as the bytes come. Prints the number of
/// pages and bytes.

#include "received.h"

#include <curl/curl.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sink {
    struct received page;
    FILE* file;
    unsigned long long total;
};

static size_t take(char* data, size_t one, size_t count, void* user)
{
    struct sink* to = user;
    const size_t size = one * count;
    to->total += size;
    if (to->file) {
        return fwrite(data, 1, size, to->file);
    }
    return receive(data, 1, size, &to->page);
}

int main(int argc, char** argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: benchmark_download BASE_URL RECORDS PAGE [--ca FILE] [--gzip] [--output FILE]\n");
        return 2;
    }
    const char* base = argv[1];
    const long long records = atoll(argv[2]);
    const long long page = atoll(argv[3]);
    struct sink to = {0};
    curl_global_init(CURL_GLOBAL_DEFAULT);
    CURL* easy = curl_easy_init();
    for (int i = 4; i < argc; ++i) {
        if (strcmp(argv[i], "--ca") == 0 && i + 1 < argc) {
            curl_easy_setopt(easy, CURLOPT_CAINFO, argv[++i]);
            curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
            curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
        } else if (strcmp(argv[i], "--gzip") == 0) {
            curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
        } else if (strcmp(argv[i], "--output") == 0 && i + 1 < argc) {
            to.file = fopen(argv[++i], "wb");
            if (!to.file) {
                perror(argv[i]);
                return 1;
            }
            setvbuf(to.file, NULL, _IOFBF, 256 * 1024);
        } else {
            fprintf(stderr, "benchmark_download: unknown option %s\n", argv[i]);
            return 2;
        }
    }
    char reason[CURL_ERROR_SIZE] = "";
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, reason);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &to);
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    long long pages = 0;
    for (long long offset = 0; offset < records; offset += page) {
        char url[512];
        snprintf(url, sizeof url, "%s/records?offset=%lld&limit=%lld", base, offset, page);
        curl_easy_setopt(easy, CURLOPT_URL, url);
        to.page.size = 0;
        const CURLcode result = curl_easy_perform(easy);
        long status = 0;
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        if (result != CURLE_OK || status != 200) {
            fprintf(stderr, "benchmark_download: %s: %s, status %ld\n", url,
                reason[0] ? reason : curl_easy_strerror(result), status);
            return 1;
        }
        ++pages;
    }
    if (to.file && fclose(to.file) != 0) {
        perror("benchmark_download: the output");
        return 1;
    }
    curl_easy_cleanup(easy);
    curl_global_cleanup();
    free(to.page.bytes);
    printf("{\"pages\": %lld, \"bytes\": %llu}\n", pages, to.total);
    return 0;
}
