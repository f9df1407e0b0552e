/// \file
/// Ours: the jobs of the benchmark, on corest as a user would use it. `corest_benchmark JOB ARGUMENT...`
///
///     flat BASE_URL [--ca FILE] [--plain] [--next] [--concurrency N] [--until RECORDS] [--path PATH] [--one-thread]
///     late BASE_URL (offset | pages | total | cursor | links | split) [--concurrency N]
///     typed BASE_URL
///     tree BASE_URL --concurrency N [--one-thread]
///     children BASE_URL --parents RECORDS
///     load SOURCE.json (sqlite:FILE | ndjson:DIRECTORY)
///     hand_out PAGE.json RECORDS
///     growth records COUNT BASE_URL
///     growth parents COUNT
///     growth resources COUNT BASE_URL DATABASE
///     growth in_flight COUNT BASE_URL REQUESTS
///     instructions (parse | walk | next | typed) PAGE.json PAGES

#include "jobs.hpp"

#include <corest/error.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string_view>

namespace benchmark {

const std::string& words::at(std::size_t position, const char* what) const
{
    if (position >= all_.size()) {
        throw std::invalid_argument(std::string(what) + " is missing");
    }
    return all_[position];
}

std::uint64_t words::number_at(std::size_t position, const char* what) const
{
    return std::stoull(at(position, what));
}

std::string words::option(const std::string& name) const
{
    const auto found = std::find(all_.begin(), all_.end(), name);
    if (found == all_.end()) {
        return {};
    }
    if (found + 1 == all_.end()) {
        throw std::invalid_argument("nothing follows " + name);
    }
    return found[1];
}

std::uint64_t words::option(const std::string& name, std::uint64_t otherwise) const
{
    const std::string text = option(name);
    return text.empty() ? otherwise : std::stoull(text);
}

bool words::flag(const std::string& name) const
{
    return std::find(all_.begin(), all_.end(), name) != all_.end();
}

namespace {

struct job {
    std::string_view name;
    void (*run)(const words&);
};

constexpr std::array<job, 9> jobs = {
    {{"flat", flat}, {"late", late}, {"typed", typed}, {"tree", tree}, {"children", children}, {"load", load},
        {"hand_out", hand_out}, {"growth", growth}, {"instructions", instructions}}};

} // namespace

} // namespace benchmark

int main(int argc, char** argv)
{
    const std::string_view name = argc > 1 ? argv[1] : "";
    for (const benchmark::job& j : benchmark::jobs) {
        if (j.name == name) {
            try {
                j.run(benchmark::words(std::vector<std::string>(argv + 2, argv + argc)));
                return 0;
            } catch (...) {
                std::cerr << "corest_benchmark " << name << ": " << corest::describe(std::current_exception()) << '\n';
                return 1;
            }
        }
    }
    std::cerr << "corest_benchmark: there is no job '" << name << "'\n";
    return 2;
}
