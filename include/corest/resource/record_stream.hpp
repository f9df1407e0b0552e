#pragma once

/// \file
/// Records one by one, out of pages.

#include <corest/async_generator.hpp>
#include <corest/detail/completion.hpp>
#include <corest/error.hpp>
#include <corest/net.hpp>
#include <corest/select/page.hpp>
#include <corest/select/record.hpp>

#include <cstddef>
#include <exception>
#include <optional>
#include <tuple>
#include <utility>

namespace corest {

/// A walk over records: pages, flattened at the rim. Move-only, one consumer. A `stream`, so adapters (`filter`,
/// `take`, ...) can be put behind it.
class record_stream {
public:
    using value_type = record; ///< what it consists of

    /// \param pages the walk, taken over
    explicit record_stream(async_generator<page> pages) : pages_(std::move(pages)) {}

    /// The next record; empty at the end, and ever after. \throws what the walk throws, once; error (invalid_argument)
    /// where another next() is under way
    [[nodiscard]] net::awaitable<std::optional<record>> next() &
    {
        while (records_left_ == 0) {
            const bool more = co_await fetch();
            if (!more) {
                co_return std::nullopt;
            }
        }
        co_return try_next();
    }

    /// The next record of the page at hand, without suspension; empty where the page is used up, and then `next()` goes on.
    [[nodiscard]] std::optional<record> try_next() &
    {
        const record* const found = advance();
        return found ? std::optional<record>(*found) : std::nullopt;
    }

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

    /// `next()` for a completion token of signature `void(corest::error_code, std::optional<record>)`: see
    /// `async_generator::async_next`, all of which holds, but that the stream must not be moved until the handler runs.
    ///
    ///     records.async_next(executor, [&](corest::error_code ec, std::optional<corest::record> r) { ... });
    template <class Token>
    auto async_next(Token&& token) &
    {
        return net::async_initiate<Token, void(error_code, std::optional<record>)>(operation(), token, source(*this));
    }
    /// The same.
    /// \param executor where the walk runs
    /// \param token called when the record is there
    template <class Token>
    auto async_next(net::any_io_executor executor, Token&& token) &
    {
        return net::async_initiate<Token, void(error_code, std::optional<record>)>(
            operation(), token, source(*this), std::move(executor));
    }
    /// The exception that the last `async_next` told as an error code, with its text; none where it gave a record or the end.
    [[nodiscard]] const std::exception_ptr& failure() const noexcept { return failure_; }

    /// \name Of a temporary: does not compile, and says why
    /// `co_await users.records().next()` in a loop would ask for page 1 for ever.
    /// @{
    template <class Never = void>
    void next() && ///< refused
    {
        detail::refuse_temporary<Never>();
    }
    template <class Never = void>
    void try_next() && ///< refused
    {
        detail::refuse_temporary<Never>();
    }
    template <class... Arguments>
    void async_next(Arguments&&...) && ///< refused
    {
        detail::refuse_temporary<std::tuple<Arguments...>>();
    }
    /// @}

    /// Ends the walk and waits until all that it started has ended, which the destructor cannot: children that are read
    /// at once are joined. `next()` gives nothing from now on. \throws what the walk throws on its way out
    [[nodiscard]] net::awaitable<void> close()
    {
        stand_before(page());
        return pages_.close();
    }

private:
    using operation = detail::next_operation<record, net::any_io_executor>;

    /// How `async_next` finds the stream.
    class source {
    public:
        explicit source(record_stream& stream) noexcept : stream_(&stream) {}
        [[nodiscard]] net::awaitable<std::optional<record>> next() const { return stream_->next(); }
        void keep(const std::exception_ptr& failure) const { stream_->failure_ = failure; }

    private:
        record_stream* stream_;
    };

    void stand_before(page fetched) noexcept
    {
        records_left_ = fetched.size();
        position_ = page::iterator(std::move(fetched), std::size_t(0) - 1); // the first step leads to the first record
    }

    async_generator<page> pages_;
    page::iterator position_; ///< at the record that was handed out last
    std::size_t records_left_ = 0;
    std::exception_ptr failure_; ///< of the last async_next
};

} // namespace corest
