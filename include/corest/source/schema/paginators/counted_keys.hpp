#pragma once

/// \file
/// The keys that `offset` and `page_number` share: what ends the walk, and how many pages are asked for at once. Not for
/// users.

#include <corest/source/schema/value_rules.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace corest::source::detail {

/// Keys of paginators whose positions can be counted.
class counted_keys {
public:
    /// Where the server states the total; null in the dictionary: it does not.
    class total_path {
    public:
        std::optional<json_path> path;
        bool none = false;
    };

    /// Reads `total_path`, where null says something: no total is looked for.
    class total_path_rule : public rules::path {
    public:
        static void read_into(const dictionary& input, std::string_view key, total_path& total)
        {
            total.path = read(input, key);
            total.none = input.find(key) && !input.get(key);
        }
    };

    total_path total;
    std::optional<json_path> has_more_path;
    bool stop_after_empty_page = true;
    bool stop_on_short_page = false;
    std::optional<std::size_t> concurrency;

    /// The table, for a class of keys that is derived from this one.
    template <class Keys>
    static constexpr auto fields()
    {
        using key = keys_of<Keys>;
        return key::table(key::template entry<total_path_rule, &Keys::total>(
                              "total_path", "Where the server states the total; null: it states none"),
            key::template entry<rules::path, &Keys::has_more_path>(
                "has_more_path", "Where the body says whether there is more"),
            key::template entry<rules::boolean, &Keys::stop_after_empty_page>(
                "stop_after_empty_page", "An empty page ends the walk"),
            key::template entry<rules::boolean, &Keys::stop_on_short_page>("stop_on_short_page",
                "A page that is shorter than the limit ends the walk: for servers that never cap the limit"),
            key::template entry<rules::integer<1>, &Keys::concurrency>(
                "concurrency", "How many pages are asked for at once, where the total is known"));
    }

    /// Hands them to a paginator.
    template <class Paginator>
    void apply(Paginator& paging) const
    {
        if (total.path) {
            paging.total_path(*total.path);
        } else if (total.none) {
            paging.no_total();
        }
        if (has_more_path) {
            paging.has_more_path(*has_more_path);
        }
        paging.stop_after_empty_page(stop_after_empty_page);
        paging.stop_on_short_page(stop_on_short_page);
        if (concurrency) {
            paging.concurrency(*concurrency);
        }
    }

    /// The end of the plan's text.
    [[nodiscard]] std::string text() const
    {
        return concurrency ? ", up to " + std::to_string(*concurrency) + " at once" : std::string();
    }
};

} // namespace corest::source::detail
