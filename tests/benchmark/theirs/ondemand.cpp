/// \file
/// Theirs: the fields of every record by hand, with simdjson's on-demand interface, from pages in memory.
///
///     benchmark_ondemand DIRECTORY RECORDS PAGE
///
/// Only what happens between a page in memory and the structs is timed; each page is read from its file before.

#include "../sample.hpp"

#include <simdjson.h>

#include <cstdint>
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>

using benchmark::sample;

namespace {

double cpu_seconds()
{
    timespec t{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

std::string text(simdjson::ondemand::value value)
{
    return std::string(std::string_view(value.get_string()));
}

sample read(simdjson::ondemand::object object)
{
    sample s;
    s.id = object["id"].get_int64();
    s.name = text(object["name"]);
    s.status = text(object["status"]);
    s.created_at = text(object["created_at"]);
    s.active = object["active"].get_bool();
    s.score = object["score"].get_double();
    s.size_bytes = object["size_bytes"].get_int64();
    simdjson::ondemand::value comment = object["comment"];
    if (!comment.is_null()) {
        s.comment = text(comment);
    }
    return s;
}

int measure(const std::string& directory, std::uint64_t records, std::uint64_t page)
{
    std::uint64_t rows = 0;
    std::uint64_t sum = 0;
    std::uint64_t exclusive_or = 0;
    std::uint64_t texts = 0;
    std::uint64_t active = 0;
    double score = 0;
    double used = 0;
    simdjson::ondemand::parser parser;
    simdjson::padded_string body;
    for (std::uint64_t offset = 0; offset < records; offset += page) {
        body = simdjson::padded_string::load(directory + "/" + std::to_string(offset) + ".json");
        const double begin = cpu_seconds();
        simdjson::ondemand::document document = parser.iterate(body);
        for (simdjson::ondemand::value value : document["data"].get_array()) {
            const sample s = read(value.get_object());
            ++rows;
            sum += static_cast<std::uint64_t>(s.id);
            exclusive_or ^= static_cast<std::uint64_t>(s.id);
            texts += s.name.size() + s.status.size() + s.created_at.size() + (s.comment ? s.comment->size() : 0);
            active += s.active ? 1 : 0;
            score += s.score;
        }
        used += cpu_seconds() - begin;
    }
    std::cout.precision(17);
    std::cout << "{\"ids\": {\"rows\": " << rows << ", \"sum\": " << sum << ", \"xor\": " << exclusive_or
              << "}, \"text\": " << texts << ", \"active\": " << active << ", \"score\": " << score
              << ", \"cpu\": " << used << "}\n";
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 4) {
        std::cerr << "usage: benchmark_ondemand DIRECTORY RECORDS PAGE\n";
        return 2;
    }
    try {
        return measure(argv[1], std::stoull(argv[2]), std::stoull(argv[3]));
    } catch (const std::exception& e) {
        std::cerr << "benchmark_ondemand: " << e.what() << '\n';
        return 1;
    }
}
