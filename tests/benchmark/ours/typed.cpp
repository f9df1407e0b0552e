/// \file
/// A flat collection straight into structs of eight fields.

#include "checksum.hpp"
#include "jobs.hpp"
#include "run.hpp"
#include "../sample.hpp"

#include <corest/corest.hpp>

#include <cstdint>
#include <iostream>
#include <optional>
#include <string>

namespace benchmark {

namespace {

class totals {
public:
    checksum ids;
    std::uint64_t text = 0; ///< bytes of all decoded texts
    std::uint64_t active = 0;
    double score = 0;

    void add(const sample& s)
    {
        ids.add(s.id);
        text += s.name.size() + s.status.size() + s.created_at.size() + (s.comment ? s.comment->size() : 0);
        active += s.active ? 1 : 0;
        score += s.score;
    }
};

corest::net::awaitable<void> read(std::string base_url, totals* to)
{
    const auto executor = co_await corest::net::this_coro::executor;
    corest::http_options options;
    options.accept_gzip = false;
    const auto records = corest::get(corest::http_client(executor, base_url, options), "/records")
        | corest::paginate(corest::offset(100)) | corest::select("data");
    auto pages = records.pages();
    while (auto page = co_await pages.next()) {
        for (const corest::record& r : *page) {
            to->add(r.as<sample>());
        }
    }
}

} // namespace

void typed(const words& given)
{
    totals all;
    run(read(given.at(0, "BASE_URL"), &all));
    std::cout.precision(17);
    std::cout << "{\"ids\": " << all.ids << ", \"text\": " << all.text << ", \"active\": " << all.active
              << ", \"score\": " << all.score << "}\n";
}

} // namespace benchmark
