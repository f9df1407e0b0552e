#pragma once

/// \file
/// One walk over the pages of one collection, without I/O: requests out, responses in.

#include <corest/config.hpp>
#include <corest/error.hpp>
#include <corest/http/request.hpp>
#include <corest/http/response.hpp>
#include <corest/incremental/cursor_book.hpp>
#include <corest/incremental/cursor_tracker.hpp>
#include <corest/paginate/completeness.hpp>
#include <corest/paginate/paginator.hpp>
#include <corest/paginate/progress_guard.hpp>
#include <corest/resource/collection.hpp>
#include <corest/resource/record_sieve.hpp>
#include <corest/resource/walk_cursor.hpp>
#include <corest/select/page.hpp>
#include <corest/select/walk_position.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest {

/// What one walk carries from page to page. The awaitable shell around it is `walk`:
///
///     page_walk walk(things);
///     while (walk.more()) {
///         response got = send(walk.next_request());
///         page p = walk.take(std::move(got));   // empty where the response was ignored
///     }
class page_walk {
public:
    /// \param walked what is read; not null
    /// \param values what it is bound to, as `bind_record` makes it; null at a root
    /// \param parent the page of the record that it was expanded from, if any
    /// \param index of that record in `parent`
    /// \throws error where the bindings give no usable request
    COREST_DECL explicit page_walk(std::shared_ptr<const collection> walked, binding_list values = nullptr,
        page parent = {}, std::size_t index = 0);

    /// True of an incremental walk that has not been told where the last run has stopped.
    [[nodiscard]] bool needs_start() const noexcept { return tracker_ && !has_begun_; }
    /// Whose cursor an incremental walk follows: `walk_cursor::partition`.
    [[nodiscard]] COREST_DECL std::string partition() const;
    /// Tells it. Before the first request; where it is not called, the walk begins at the initial value.
    /// \param kept the state that was kept of `partition()`; none: there is none
    /// \param common the state that was kept of all walks together, where the rules have a `partition_limit`
    /// \throws error (invalid_argument) where they are no states; (wrong_type) where values cannot be compared
    COREST_DECL void start(
        const std::optional<std::string>& kept, const std::optional<std::string>& common = std::nullopt);
    /// Where the rules have a `partition_limit`: what the walks of one reading have together. Before `start`.
    void share(std::shared_ptr<cursor_book> book) { book_ = std::move(book); }

    /// Goes on where an earlier walk over the same collection with the same bindings stood. Before the first request.
    /// \param from where it stood
    /// \param cursor the state of its `walk_cursor` after the same page; none where it had none
    /// \return false where the paginator cannot go on elsewhere than at its beginning: nothing was done
    /// \throws error (invalid_argument) where the position is none of this paginator
    [[nodiscard]] COREST_DECL bool resume(
        const walk_position& from, const std::optional<std::string>& cursor = std::nullopt);
    /// True until the last page has been taken.
    [[nodiscard]] bool more() const noexcept { return more_; }
    /// True where the server says on the page that was taken last that there is more than the walk, or the window that
    /// ends there, has read.
    [[nodiscard]] bool says_more() const noexcept { return says_more_; }
    /// How many records the server has sent on the page that was taken last, whatever has become of them.
    [[nodiscard]] std::size_t received() const noexcept { return received_; }
    /// True where the pages are those of a report that is yet to be made: `beginning_request()`, `begin_report`.
    [[nodiscard]] bool needs_report() const noexcept { return needs_report_; }
    /// The request that begins it. \pre needs_report()
    [[nodiscard]] const request& beginning_request() const noexcept { return first_; }
    /// What fills placeholders of the report's paths: the walk's bindings, and the values of its cursor.
    [[nodiscard]] COREST_DECL std::vector<binding> report_bindings() const;
    /// A GET that has to do with the report. \param url where to
    /// \throws error (origin_refused) where that is an origin that is not allowed
    [[nodiscard]] COREST_DECL request report_request(std::string url) const;
    /// The report is made. \param read of its pages: the paginator writes into it
    COREST_DECL void begin_report(request read);
    /// The request of the page that comes next. \pre more(), and not needs_report()
    /// \throws error (origin_refused) where a next link leads to an origin that is not allowed
    [[nodiscard]] COREST_DECL request next_request();
    /// Takes in the response to `next_request()`, and decides whether there is another page.
    /// \return the page; empty where the response's status is one of those to be ignored
    /// \throws error (unauthorized, unexpected_status, not_json, selector_missing, wrong_type, pagination_failed,
    ///         no_progress; incomplete: at the last page, where the collection must be complete and the server says
    ///         that there is more)
    [[nodiscard]] COREST_DECL page take(response got);
    /// True where `take` has thrown because the response was no page (its status, or a body that cannot be cut):
    /// another response to the same request may be taken in its place.
    [[nodiscard]] bool is_refused() const noexcept { return is_refused_; }
    /// Where the walk stands after the pages that were taken.
    [[nodiscard]] COREST_DECL walk_position position() const;
    /// The same within a page that is handed out in parts: who goes on there asks for the page again, and takes what
    /// follows. A part counts as a page.
    /// \param before `position()` before the page was taken
    /// \param rows of it that were handed out \param parts in how many parts
    [[nodiscard]] COREST_DECL walk_position position_within(
        walk_position before, std::uint64_t rows, std::uint64_t parts) const;
    /// The page that was taken last was handed out in so many parts.
    void count_parts(std::uint64_t parts) noexcept
    {
        number_ += parts - 1;
        parts_ += parts - 1;
    }
    /// How far an incremental walk has come after the pages that were taken; none of another one.
    [[nodiscard]] COREST_DECL std::optional<walk_cursor> cursor() const;

    /// The request of a page whose turn has not come, on the assumption that the pages before it are like the last one.
    /// \param paginator stands at the page that was asked for last; goes on by one page
    /// \param untaken how many pages were asked for and not taken
    /// \return empty where there is no such page, or it cannot be known
    /// \throws error as `next_request`
    [[nodiscard]] COREST_DECL std::optional<request> predict(any_paginator& paginator, std::size_t untaken) const;

    /// The request of the page behind one that has come and is not taken, as its links or its cursor say, which are
    /// looked for on their own; `take` is what decides, and may come to another.
    /// \param got the response to `next_request()`
    /// \return empty where there is no such page, or where what is in the page decides
    /// \throws error as `next_request` and `take`
    [[nodiscard]] COREST_DECL std::optional<request> peek(const response& got) const;

    /// Takes fewer records than the collection's limit allows. \param records at most so many
    void cut_limit(std::uint64_t records) noexcept { limit_ = records < limit_ ? records : limit_; }
    /// What is read.
    [[nodiscard]] const std::shared_ptr<const collection>& walked() const noexcept { return collection_; }
    /// The paginator as it stands at the page that comes next.
    [[nodiscard]] const any_paginator& paginator() const noexcept { return paginator_; }
    /// Where an exception that passes through came from.
    /// \param taken the response had come: the page is the one that was taken last, else the next one
    [[nodiscard]] COREST_DECL error_context context(bool taken) const;
    /// A text without the secrets that the client's layers know.
    [[nodiscard]] COREST_DECL std::string mask(std::string text) const;

private:
    [[nodiscard]] COREST_DECL bool may_end_early() const noexcept;
    /// Whether paging goes on as it has, behind pages that are not taken. \param untaken how many
    [[nodiscard]] COREST_DECL bool goes_on_behind(std::uint64_t untaken) const noexcept;
    /// True where more records have come than the server has stated.
    [[nodiscard]] bool is_beyond_total() const noexcept { return total_ && is_counted_ && paging_records_ > *total_; }
    [[nodiscard]] COREST_DECL request page_request(any_paginator& paginator) const;
    /// Checks where it leads, and takes the credentials out of what is for another origin.
    COREST_DECL void check_origin(request& r) const;
    COREST_DECL page fill_page(response& got);
    COREST_DECL json_path cut(detail::page_data& data, const response& got, std::vector<std::string>& warnings);
    COREST_DECL void check_envelope(const detail::page_data& at) const;
    COREST_DECL void check_keys(const detail::page_data& data);
    COREST_DECL void take_new(detail::page_data& data, std::uint64_t room);
    COREST_DECL void make_first();
    COREST_DECL void begin_paging();
    COREST_DECL void end_paging();
    COREST_DECL void note_paging();
    COREST_DECL void end_cursor(bool is_all);
    [[nodiscard]] COREST_DECL bool leaves_part_out(const detail::page_data& at) const;
    [[nodiscard]] COREST_DECL static std::string envelope_at(const detail::page_data& at, const json_path& records);
    COREST_DECL void note_paging_found(const page_info& at, std::string_view envelope);
    [[nodiscard]] COREST_DECL detail::server_statements statements_of(
        const detail::page_data& at, const headers& got, const json_path& records, std::string_view envelope) const;
    COREST_DECL void note_expected(const detail::server_statements& stated);
    /// At the end: holds what the server has stated against what came.
    COREST_DECL void compare_ignored(unsigned status);
    COREST_DECL void compare_with_statements(detail::server_statements stated, std::vector<std::string> unmet);

    std::shared_ptr<const collection> collection_;
    binding_list bindings_;
    page parent_page_;
    std::size_t parent_index_;
    std::uint64_t limit_;
    request first_; ///< of every page; the paginator writes the position into a copy
    any_paginator paginator_;
    std::vector<json_path> probes_;
    std::vector<std::optional<std::string_view>> values_; ///< at the probes, of the page being taken
    detail::record_sieve sieve_;
    progress_guard guard_;
    request current_;
    page_info last_; ///< of the last page; its views are not to be used
    std::vector<std::optional<std::string>> last_values_;
    std::uint64_t number_ = 0;
    std::uint64_t parts_ = 0;      ///< counted as pages, besides the pages
    std::uint64_t taken_rows_ = 0; ///< of the page that comes next: an earlier walk has handed them out
    bool is_first_again_ = false;  ///< that page is the first one: the paginator stands at its beginning
    std::uint64_t records_ = 0;
    std::size_t received_ = 0;              ///< see `received`
    std::optional<cursor_tracker> tracker_; ///< of an incremental walk
    std::shared_ptr<cursor_book> book_;
    std::optional<std::uint64_t> total_; ///< records that there are, as the server has stated on the first page
    std::uint64_t paging_pages_ = 0;     ///< since paging has begun anew
    std::uint64_t paging_records_ = 0;   ///< received since then
    bool is_counted_ = true;             ///< these two count from the beginning
    bool has_begun_ = false;
    bool is_resumed_ = false; ///< the next page is the first one behind the position that an earlier walk has reached
    bool is_final_ = false;   ///< the walk's cursor, after the last page
    bool is_one_object_ = false; ///< the last page, without a list that was found
    bool is_bounded_ = false;    ///< `max_pages` has cut pages off
    bool says_more_ = false;     ///< see `says_more`
    bool more_ = true;
    bool needs_report_ = false; ///< see `needs_report`
    bool is_refused_ = false;
};

namespace detail {

/// The first request that a walk would send in the first of all runs: two walks with the same one read the same.
[[nodiscard]] COREST_DECL request initial_request(const collection& walked, const std::vector<binding>& bindings);

} // namespace detail

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/resource/impl/page_walk.ipp>
#endif
