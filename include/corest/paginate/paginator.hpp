#pragma once

/// \file
/// The concept of the folder: a paginator says what the next page's request looks like. It does no I/O.

#include <corest/detail/member_name.hpp>
#include <corest/detail/polymorphic.hpp>
#include <corest/http/request.hpp>
#include <corest/http/response.hpp>
#include <corest/select/json_path.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace corest {

/// What a paginator may look at after a page has come: counts, headers, and the values at the paths it asked for.
class page_info {
public:
    page_info() = default;

    std::size_t records = 0;                  ///< on this page, before any filter
    std::uint64_t page_number = 1;            ///< of this page in its walk, from 1
    std::string_view url;                     ///< of this page's request (not redacted)
    unsigned status = 0;                      ///< of the response
    const corest::headers* headers = nullptr; ///< of the response; not null in a walk
    /// The most records that any page of this resource had so far, in any walk, this page not counted.
    std::size_t largest_page_before = 0;
    /// The JSON text of the value at each of the paginator's paths, in their order; empty where the body has none.
    std::span<const std::optional<std::string_view>> values;
    /// Where to add a warning for the report of the walk ("the server's total changed"); may be null.
    std::vector<std::string>* warnings = nullptr;
    /// Where to add, at the end of a walk, what the server has stated that was not read, as a clause ("total is 25, and
    /// 10 records came"); may be null. What stands in the usual places is found without it.
    std::vector<std::string>* unmet = nullptr;
    /// Where to put, at the end of a walk, how many records the server has stated at a path of the user's; may be null.
    std::optional<std::uint64_t>* total = nullptr;
};

namespace detail {

template <class T>
concept prepares_requests = requires(T& t, request& r) { t.prepare(r); };

template <class T>
concept advances_by_pages = requires(T& t, const page_info& p) {
    {
        t.advance(p)
    } -> std::same_as<bool>;
};

struct prepare_name {
    int prepare;
};
template <class T>
concept names_prepare =
    (can_be_base<T> && !requires { &with_name<T, prepare_name>::prepare; }) || requires { &T::prepare; };
struct advance_name {
    int advance;
};
template <class T>
concept names_advance =
    (can_be_base<T> && !requires { &with_name<T, advance_name>::advance; }) || requires { &T::advance; };

} // namespace detail

/// Models: a value type. Every walk drives a copy of its own, so walks cannot disturb one another.
///
/// - `prepare(request&)` writes the position of the page that comes next into a request (URL query, body or header).
///   It is called once before each page, with the resource's own request, unchanged from page to page.
/// - `advance(page_info)` takes in the page that came; true: there is another one.
///   \throws error (pagination_failed) where the page's own statements are missing or make no sense
/// - optional: `window()`: how many pages may be asked for at once, 0 where their positions cannot be known before the
///   pages ahead of them have come; or `window(usual)`, which is told how many that are where nobody has set it. The
///   walk then has a copy advance over pages like the last one (whose headers it sees as none) to learn them. A page
///   that was asked for and proves to be the wrong one (because a page before it had fewer records, say) is thrown
///   away, so that no row is lost or repeated.
/// - optional, beside `window()`: `bool end_is_known() const`: whether the pages have said where the collection ends,
///   so that those which are asked for are there. Absent, it is taken for true: give a window only then. Where it is
///   false the walk asks for a growing number of pages, up to the window, as long as pages are full, and throws away
///   what comes for those beyond the end.
/// - optional: `paths()` lists the places in the body whose values `advance` needs.
/// - optional, both or none: `std::string position() const`, text from which a fresh copy can go on: the offset, the
///   page, the cursor or the URL that comes next. Empty before the first page; where `advance` has returned false it
///   means nothing. `void resume(std::string_view)` takes such a text and goes on there, at the first page where it is
///   empty: the requests that follow are those of a walk that was never interrupted.
///   \throws error (invalid_argument) where the text is no position of this paginator
/// - optional, both or none, of a paginator that finds out how an API pages: `std::string found() const`: where
///   `advance` has found the page that comes next, as in "the header Link" or "$.info.next"; and
///   `void follow(const page_info&, std::string_view reference)`: goes on at the URL of a link that the walk has found
///   in the body, under a name of the API's own, after `advance` has returned false.
/// - optional: `bool is_partial() const`: whether the user's settings have left a part out: a start that is not the
///   beginning, a bound that was reached. Nothing is then said of records that the server has and that were not read.
/// - optional: `check()` throws error (invalid_argument) where the settings make no sense, before anything is sent.
template <class T>
concept paginator = std::copyable<T> && detail::prepares_requests<T> && detail::advances_by_pages<T>;

/// A paginator whose walk can be interrupted and gone on with by a fresh copy: it has `position` and `resume`.
template <class T>
concept resumable_paginator = paginator<T> && requires(T& t, const T& unchanged, std::string_view position) {
    {
        unchanged.position()
    } -> std::convertible_to<std::string>;
    t.resume(position);
};

namespace detail {

template <class T>
concept finds_links = requires(T& t, const T& unchanged, const page_info& p, std::string_view reference) {
    {
        unchanged.found()
    } -> std::convertible_to<std::string>;
    t.follow(p, reference);
};

/// Says at compile time what a type lacks to be a paginator.
template <class T>
constexpr void explain_paginator()
{
    static_assert(std::copyable<T>,
        "this paginator cannot be copied, and each walk drives a copy of its own: give it a copy constructor and "
        "assignment");
    static_assert(prepares_requests<T>,
        "this paginator lacks prepare(request&), which writes the position of the page that comes next into a request");
    static_assert(advances_by_pages<T>,
        "this paginator lacks advance(const page_info&), which takes in the page that came and returns bool: true "
        "where there is "
        "another one");
}

} // namespace detail

/// A paginator of any type, copied with its state.
class any_paginator {
public:
    /// Takes a paginator over, with its state.
    template <class T>
        requires(!std::same_as<std::remove_cvref_t<T>, any_paginator>) && paginator<std::remove_cvref_t<T>>
    any_paginator(T&& p) : self_(std::make_unique<model<std::remove_cvref_t<T>>>(std::forward<T>(p)))
    {
    }
    /// Does not compile, and says what is missing: for a type that has a member of the concept, but not all of them.
    template <class T>
        requires(!std::same_as<std::remove_cvref_t<T>, any_paginator>) && (!paginator<std::remove_cvref_t<T>>)
        && (detail::names_prepare<std::remove_cvref_t<T>> || detail::names_advance<std::remove_cvref_t<T>>)
    any_paginator(T&&)
    {
        detail::explain_paginator<std::remove_cvref_t<T>>();
    }
    /// Copies the paginator with its state.
    any_paginator(const any_paginator& other) : self_(other.self_->clone()) {}
    /// The other one may only be destroyed or assigned to.
    any_paginator(any_paginator&&) noexcept = default;
    /// Takes over a copy's state.
    any_paginator& operator=(any_paginator other) noexcept
    {
        self_ = std::move(other.self_);
        return *this;
    }
    ~any_paginator() = default;

    /// Writes the position of the page that comes next.
    void prepare(request& r) { self_->prepare(r); }
    /// Takes in the page that came; true: there is another one. \throws error (pagination_failed)
    [[nodiscard]] bool advance(const page_info& p) { return self_->advance(p); }
    /// How many pages a walk may ask for at once where nobody has set it.
    static constexpr std::size_t usual_window = 8;
    /// How many pages may be asked for at once; 0 where their positions are not known.
    /// \param usual how many that are where the paginator's settings do not say
    [[nodiscard]] std::size_t window(std::size_t usual = usual_window) const { return self_->window(usual); }
    /// Whether the pages that the window allows for are there; true where the paginator does not say.
    [[nodiscard]] bool end_is_known() const { return self_->end_is_known(); }
    /// Whether a part was left out because the user wants it so; false where the paginator does not say.
    [[nodiscard]] bool is_partial() const { return self_->is_partial(); }
    /// The places in the body whose values `advance` needs; none where the paginator does not say.
    [[nodiscard]] std::vector<json_path> paths() const { return self_->paths(); }
    /// \throws error (invalid_argument) where the settings make no sense
    void check() const { self_->check(); }
    /// Text from which a fresh copy can go on after `advance` has returned true, before the first page the empty text;
    /// nothing where the paginator cannot go on elsewhere than where it is.
    [[nodiscard]] std::optional<std::string> position() const { return self_->position(); }
    /// Whether it finds out how an API pages: it then has `found` and `follow`.
    [[nodiscard]] bool finds_links() const { return self_->finds_links(); }
    /// Where it has found the page that comes next; empty where it does not look for one.
    [[nodiscard]] std::string found() const { return self_->found(); }
    /// Goes on at a link that the walk has found. \pre finds_links()
    void follow(const page_info& p, std::string_view reference) { self_->follow(p, reference); }
    /// Goes on at a position. \return false where the paginator has none, and nothing was done
    /// \throws error (invalid_argument) where the text is no position of this paginator
    [[nodiscard]] bool resume(std::string_view position) { return self_->resume(position); }

private:
    struct interface : detail::polymorphic {
        [[nodiscard]] virtual std::unique_ptr<interface> clone() const = 0;
        virtual void prepare(request& r) = 0;
        [[nodiscard]] virtual bool advance(const page_info& p) = 0;
        [[nodiscard]] virtual std::size_t window(std::size_t usual) const = 0;
        [[nodiscard]] virtual bool end_is_known() const = 0;
        [[nodiscard]] virtual bool is_partial() const = 0;
        [[nodiscard]] virtual std::vector<json_path> paths() const = 0;
        virtual void check() const = 0;
        [[nodiscard]] virtual std::optional<std::string> position() const = 0;
        [[nodiscard]] virtual bool resume(std::string_view position) = 0;
        [[nodiscard]] virtual bool finds_links() const = 0;
        [[nodiscard]] virtual std::string found() const = 0;
        virtual void follow(const page_info& p, std::string_view reference) = 0;
    };

    template <class T>
    struct model final : interface {
        template <class U>
        explicit model(U&& u) : value(std::forward<U>(u))
        {
        }
        [[nodiscard]] std::unique_ptr<interface> clone() const override { return std::make_unique<model>(value); }
        void prepare(request& r) override { value.prepare(r); }
        [[nodiscard]] bool advance(const page_info& p) override { return value.advance(p); }
        [[nodiscard]] std::size_t window([[maybe_unused]] std::size_t usual) const override
        {
            if constexpr (requires { value.window(usual); }) {
                return value.window(usual);
            } else if constexpr (requires { value.window(); }) {
                return value.window();
            } else {
                return 0;
            }
        }
        [[nodiscard]] bool end_is_known() const override
        {
            if constexpr (requires { value.end_is_known(); }) {
                return value.end_is_known();
            } else {
                return true;
            }
        }
        [[nodiscard]] bool is_partial() const override
        {
            if constexpr (requires { value.is_partial(); }) {
                return value.is_partial();
            } else {
                return false;
            }
        }
        [[nodiscard]] std::vector<json_path> paths() const override
        {
            if constexpr (requires { value.paths(); }) {
                return value.paths();
            } else {
                return {};
            }
        }
        void check() const override
        {
            if constexpr (requires { value.check(); }) {
                value.check();
            }
        }
        [[nodiscard]] std::optional<std::string> position() const override
        {
            if constexpr (resumable_paginator<T>) {
                return value.position();
            } else {
                return std::nullopt;
            }
        }
        [[nodiscard]] bool resume([[maybe_unused]] std::string_view position) override
        {
            if constexpr (resumable_paginator<T>) {
                value.resume(position);
                return true;
            } else {
                return false;
            }
        }
        [[nodiscard]] bool finds_links() const override { return detail::finds_links<T>; }
        [[nodiscard]] std::string found() const override
        {
            if constexpr (detail::finds_links<T>) {
                return value.found();
            } else {
                return {};
            }
        }
        void follow([[maybe_unused]] const page_info& p, [[maybe_unused]] std::string_view reference) override
        {
            if constexpr (detail::finds_links<T>) {
                value.follow(p, reference);
            }
        }
        T value;
    };

    std::unique_ptr<interface> self_;
};

} // namespace corest
