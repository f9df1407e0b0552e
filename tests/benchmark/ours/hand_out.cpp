/// \file
/// What it costs to get from one record to the next, without network and without cutting: the same page over and over.

#include "jobs.hpp"
#include "memory_transport.hpp"
#include "run.hpp"

#include <corest/corest.hpp>

#include <ctime>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <string>

namespace benchmark {

namespace {

double cpu_nanoseconds()
{
    timespec t{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
}

/// Makes the optimiser believe that a value is needed.
template <class T>
void keep(const T& value)
{
    asm volatile("" : : "g"(&value) : "memory");
}

corest::async_generator<corest::page> repeat(corest::page one, std::uint64_t times)
{
    for (std::uint64_t i = 0; i < times; ++i) {
        co_yield one;
    }
}

/// Nanoseconds of CPU for each record.
class findings {
public:
    double next = 0;       ///< `co_await records.next()`
    double try_next = 0;   ///< `records.try_next()`, with a `next()` for each page
    double adapted = 0;    ///< `records | filter(...) | take(...)`, as `try_next`; half of the records pass the filter
    double step = 0;       ///< `for (record r : page)`
    double text = 0;       ///< `page.json(i)`
    double everything = 0; ///< cut, hand out by page and read the id, from a transport in memory
};

corest::net::awaitable<void> measure(std::string body, std::uint64_t count, findings* found)
{
    const auto executor = co_await corest::net::this_coro::executor;
    auto one_page = collection_in_memory(executor, body, 1).pages();
    const auto got = co_await one_page.next();
    const corest::page page = *got;
    const std::uint64_t pages = count / page.size();
    const auto each = [&](double since) {
        return (cpu_nanoseconds() - since) / static_cast<double>(pages * page.size());
    };
    std::uint64_t seen = 0;
    std::uint64_t passed = 0; // a filter

    double begin = cpu_nanoseconds();
    {
        corest::record_stream records(repeat(page, pages));
        while (auto r = co_await records.next()) {
            seen += r->index();
            keep(*r);
        }
    }
    found->next = each(begin);

    begin = cpu_nanoseconds();
    {
        corest::record_stream records(repeat(page, pages));
        while (auto r = co_await records.next()) {
            seen += r->index();
            keep(*r);
            while (auto more = records.try_next()) {
                seen += more->index();
                keep(*more);
            }
        }
    }
    found->try_next = each(begin);

    begin = cpu_nanoseconds();
    {
        const auto is_even = [](const corest::record& r) { return r.index() % 2 == 0; };
        auto records = corest::record_stream(repeat(page, pages)) | corest::filter(is_even) | corest::take(count);
        while (auto r = co_await records.next()) {
            passed += r->index();
            keep(*r);
            while (auto more = records.try_next()) {
                passed += more->index();
                keep(*more);
            }
        }
    }
    found->adapted = each(begin);

    begin = cpu_nanoseconds();
    for (std::uint64_t i = 0; i < pages; ++i) {
        for (const corest::record& r : page) {
            seen += r.index();
            keep(r);
        }
    }
    found->step = each(begin);

    begin = cpu_nanoseconds();
    for (std::uint64_t i = 0; i < pages; ++i) {
        for (std::size_t j = 0; j < page.size(); ++j) {
            const std::string_view json = page.json(j);
            seen += j;
            keep(json);
        }
    }
    found->text = each(begin);

    const std::uint64_t fewer = pages / 20 + 1;
    auto all = collection_in_memory(executor, body, fewer).pages();
    begin = cpu_nanoseconds();
    while (auto p = co_await all.next()) {
        for (const corest::record& r : *p) {
            keep(r.get<std::int64_t>("id"));
        }
    }
    found->everything = (cpu_nanoseconds() - begin) / static_cast<double>(fewer * page.size());

    const std::uint64_t even = (page.size() + 1) / 2; // 0, 2, ..., 2 * (even - 1)
    if (seen != 4 * pages * (page.size() * (page.size() - 1) / 2) || passed != pages * even * (even - 1)) {
        throw std::runtime_error("records are missing");
    }
}

} // namespace

void hand_out(const words& given)
{
    findings found;
    run(measure(read_file(given.at(0, "PAGE.json")), given.number_at(1, "RECORDS"), &found));
    std::cout << "{\"next\": " << found.next << ", \"try_next\": " << found.try_next
              << ", \"adapted\": " << found.adapted << ", \"step\": " << found.step << ", \"text\": " << found.text
              << ", \"everything\": " << found.everything << "}\n";
}

} // namespace benchmark
