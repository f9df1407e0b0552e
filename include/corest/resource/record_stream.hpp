#pragma once

/// \file
/// Records one by one, out of pages.

#include <corest/async_generator.hpp>
#include <corest/net.hpp>
#include <corest/select/page.hpp>
#include <corest/select/record.hpp>

#include <cstddef>
#include <optional>
#include <utility>

namespace corest {

/// A walk over records: pages, flattened at the rim. Move-only, one consumer.
class record_stream {
public:
    /// \param pages the walk, taken over
    explicit record_stream(async_generator<page> pages) : pages_(std::move(pages)) {}

    /// The next record; empty at the end, and ever after. \throws what the walk throws, once
    [[nodiscard]] net::awaitable<std::optional<record>> next()
    {
        while (index_ == page_.size()) {
            std::optional<page> following = co_await pages_.next();
            if (!following) {
                page_ = page();
                index_ = 0;
                co_return std::nullopt;
            }
            page_ = std::move(*following);
            index_ = 0;
        }
        co_return page_[index_++];
    }

    /// The next record of the page at hand, without suspension; empty where the page is used up, and then `next()` goes on.
    [[nodiscard]] std::optional<record> try_next()
    {
        if (index_ == page_.size()) {
            return std::nullopt;
        }
        return page_[index_++];
    }

    /// Ends the walk and waits until all that it started has ended, which the destructor cannot: children that are read
    /// at once are joined. `next()` gives nothing from now on. \throws what the walk throws on its way out
    [[nodiscard]] net::awaitable<void> close()
    {
        page_ = page();
        index_ = 0;
        return pages_.close();
    }

private:
    async_generator<page> pages_;
    page page_;
    std::size_t index_ = 0;
};

} // namespace corest
