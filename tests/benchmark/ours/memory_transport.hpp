#pragma once

/// \file
/// A transport that answers from memory, and resources on it.

#include <corest/corest.hpp>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace benchmark {

/// Answers every request with two bodies in turn, so that no page repeats the one before it.
class memory_transport {
public:
    explicit memory_transport(std::string body) : bodies_{body, body}
    {
        const auto first_id = bodies_[1].find("\"id\":");
        if (first_id == std::string::npos) {
            throw std::invalid_argument("the page has no id");
        }
        bodies_[1][first_id + 5] = bodies_[1][first_id + 5] == '9' ? '8' : '9';
    }

    corest::net::awaitable<corest::response> send(corest::request)
    {
        corest::response got;
        got.status = 200;
        got.body = corest::padded_buffer(bodies_[turn_ ^= 1]);
        co_return got;
    }

private:
    std::string bodies_[2];
    unsigned turn_ = 0;
};

inline std::string read_file(const std::string& name)
{
    std::ifstream in(name, std::ios::binary);
    if (!in) {
        throw std::runtime_error(name + " cannot be read");
    }
    return {std::istreambuf_iterator<char>(in), {}};
}

/// A collection of `pages` pages of a hundred records each.
inline corest::resource collection_in_memory(
    corest::net::any_io_executor executor, std::string body, std::uint64_t pages)
{
    const corest::client api(std::move(executor), memory_transport(std::move(body)), "http://memory.example");
    auto paging = corest::offset(100).no_total().maximum_offset(static_cast<std::int64_t>(100 * pages)).concurrency(1);
    return corest::get(api, "/records") | corest::paginate(paging) | corest::select("data");
}

} // namespace benchmark
