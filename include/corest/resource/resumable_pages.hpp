#pragma once

/// \file
/// The pages of a flow, with what has to be kept to go on after any of them.

#include <corest/async_generator.hpp>
#include <corest/config.hpp>
#include <corest/resource/frontier.hpp>
#include <corest/resource/frontier_text.hpp>
#include <corest/resource/resource.hpp>
#include <corest/resource/tree.hpp>
#include <corest/select/page.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace corest {

/// Reads a flow so that another process can go on where this one stopped:
///
///     corest::resumable_pages pages(samples, saved);   // saved: the state of an earlier reading, or ""
///     while (auto page = co_await pages.next()) {
///         store(*page, pages.state());                 // in one transaction: neither is ever there without the other
///     }
///
/// The state is that of all the flow's resources after the page that was handed out last: which walks are open, and
/// where each of them stands. It holds the records that open walks were expanded from, and no credentials. A page that
/// was handed out before the state was taken does not come again, and none is missing.
///
/// For one thread at a time. Copies of nothing: it may be moved while `next()` does not run.
class resumable_pages {
public:
    /// \param flow what is read; all its paginators can go on (`position` and `resume`), as corest's own can
    /// \param state of an earlier reading of the same flow; empty: from the beginning
    /// \throws error (invalid_argument) where a paginator cannot go on, the flow begins with values of the program's
    ///         own, or the state is that of another flow
    COREST_DECL explicit resumable_pages(const resource& flow, std::string_view state = {});

    /// The next page of the last resource; none at the end. Cancellation as that of `resource::pages`.
    /// \throws error as `resource::pages`; the state is that before the failure
    [[nodiscard]] net::awaitable<std::optional<page>> next() & { return pages_.next(); }
    /// Ends what works for it. \throws what it failed with
    [[nodiscard]] net::awaitable<void> close() { return pages_.close(); }

    /// What to keep to go on after the page that was handed out last. JSON.
    [[nodiscard]] std::string state() const { return frontier_text(*rest_); }
    /// True where all pages have been handed out.
    [[nodiscard]] bool is_complete() const noexcept { return rest_->empty(); }
    /// The open walks themselves.
    [[nodiscard]] const frontier& rest() const noexcept { return *rest_; }

private:
    COREST_DECL static async_generator<page> read(
        async_generator<tree_event> events, std::size_t leaf, std::shared_ptr<frontier> rest);

    std::shared_ptr<frontier> rest_;
    async_generator<page> pages_;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/resource/impl/resumable_pages.ipp>
#endif
