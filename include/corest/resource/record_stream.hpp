#pragma once

/// \file
/// Records one by one, out of pages.

#include <corest/async_generator.hpp>
#include <corest/net.hpp>
#include <corest/select/page.hpp>
#include <corest/select/record.hpp>
#include <corest/stream_interface.hpp>

#include <cstddef>
#include <optional>
#include <utility>

namespace corest {

/// A walk over records: pages, flattened at the rim. Move-only, one consumer. A `stream`, so adapters (`filter`,
/// `take`, ...) can be put behind it.
class record_stream : public stream_interface<record_stream, record> {
public:
    /// \param pages the walk, taken over
    explicit record_stream(async_generator<page> pages) : pages_(std::move(pages)) {}

    /// Goes to the next record of the page at hand, and shows it without a copy, whose reference count costs more than
    /// all the rest of a step.
    /// \return null where the page is used up; the record is there until the stream is used or moved again
    [[nodiscard]] const record* advance() noexcept
    {
        if (records_left_ == 0) {
            return nullptr;
        }
        --records_left_;
        ++position_;
        return &*position_;
    }

    /// Asks for the next page. \pre the page at hand is used up
    /// \return false at the end, and ever after \throws what the walk throws, once
    [[nodiscard]] net::awaitable<bool> fetch()
    {
        std::optional<page> following = co_await pages_.next();
        stand_before(following ? std::move(*following) : page());
        co_return following.has_value();
    }

    /// Ends the walk and waits until all that it started has ended, which the destructor cannot: children that are read
    /// at once are joined. `next()` gives nothing from now on. \throws what the walk throws on its way out
    [[nodiscard]] net::awaitable<void> close()
    {
        stand_before(page());
        return pages_.close();
    }

private:
    void stand_before(page fetched) noexcept
    {
        records_left_ = fetched.size();
        position_ = page::iterator(std::move(fetched), std::size_t(0) - 1); // the first step leads to the first record
    }

    async_generator<page> pages_;
    page::iterator position_; ///< at the record that was handed out last
    std::size_t records_left_ = 0;
};

} // namespace corest
