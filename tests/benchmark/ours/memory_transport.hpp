#pragma once

/// \file
/// A transport that answers from memory, and resources on it.

#include <corest/corest.hpp>

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace benchmark {

/// Answers every request with the same body, but for the first record's id, which is another one on each page: none
/// repeats an earlier one. Behind the last page, if there is one, come empty ones; at `/parents` stand records with
/// nothing but an id.
class memory_transport {
public:
    explicit memory_transport(std::string body, std::uint64_t pages = 0, std::uint64_t parents = 0)
        : body_(std::move(body)),
          pages_(pages)
    {
        constexpr std::string_view name = "\"id\":";
        const auto found = body_.find(name);
        if (found == std::string::npos) {
            throw std::invalid_argument("the page has no id");
        }
        id_ = body_.find_first_of("0123456789", found + name.size());
        const auto end = body_.find_first_not_of("0123456789", id_);
        body_.replace(id_, end - id_, std::to_string(first_id));
        for (std::uint64_t i = 0; i < parents; ++i) {
            parents_ += (i == 0 ? "{\"id\":" : ",{\"id\":") + std::to_string(i) + "}";
        }
    }

    corest::net::awaitable<corest::response> send(corest::request r)
    {
        corest::response got;
        got.status = 200;
        if (r.url.ends_with("/parents")) {
            got.body = corest::padded_buffer("{\"data\":[" + parents_ + "]}");
        } else if (pages_ != 0 && page_ >= pages_) {
            got.body = corest::padded_buffer("{\"data\":[]}");
        } else {
            const std::string id = std::to_string(first_id + page_++);
            body_.replace(id_, id.size(), id);
            got.body = corest::padded_buffer(body_);
        }
        co_return got;
    }

private:
    static constexpr std::uint64_t first_id = 1'000'000'000; // the number of digits stays

    std::string body_;
    std::size_t id_ = 0; // where its digits begin
    std::uint64_t page_ = 0;
    std::uint64_t pages_; // 0: no end
    std::string parents_;
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

/// The same, where the walk does not know where the end is, and reads ahead.
inline corest::resource unbounded_collection_in_memory(
    corest::net::any_io_executor executor, std::string body, std::uint64_t pages)
{
    const corest::client api(std::move(executor), memory_transport(std::move(body), pages), "http://memory.example");
    return corest::get(api, "/records") | corest::paginate(corest::offset(100).no_total()) | corest::select("data");
}

/// As many children as pages, each with a page of a hundred records.
inline corest::resource tree_in_memory(corest::net::any_io_executor executor, std::string body, std::uint64_t pages)
{
    const corest::client api(std::move(executor), memory_transport(std::move(body), 0, pages), "http://memory.example");
    return corest::get(api, "/parents") | corest::paginate(corest::single_page()) | corest::select("data")
        | corest::expand("/parents/<id>/records").concurrency(8) | corest::paginate(corest::single_page())
        | corest::select("data");
}

} // namespace benchmark
