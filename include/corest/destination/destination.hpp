#pragma once

/// \file
/// The concept of the folder: a destination takes pages into tables.

#include <corest/config.hpp>
#include <corest/detail/member_name.hpp>
#include <corest/detail/polymorphic.hpp>
#include <corest/net.hpp>
#include <corest/select/page.hpp>

#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace corest {

/// What happens to the rows that a table has already.
enum class write_disposition {
    append,  ///< the new rows are added, in one step when all of them are there
    replace, ///< the new rows take the old ones' place, in one step at the end of the resource
    merge    ///< a row with a known primary key takes that row's place; the last one wins
};

/// "append", "replace" or "merge".
[[nodiscard]] COREST_DECL std::string_view to_string(write_disposition d) noexcept;

/// Where a resource's rows go.
class table {
public:
    table() = default;
    /// \param table_name the resource's
    /// \param mode what happens to the rows that are there
    /// \param key the primary key's fields
    explicit table(
        std::string table_name, write_disposition mode = write_disposition::append, std::vector<std::string> key = {})
        : name(std::move(table_name)),
          disposition(mode),
          primary_key(std::move(key))
    {
    }

    std::string name;                                          ///< the resource's
    write_disposition disposition = write_disposition::append; ///< what happens to the rows that are there
    std::vector<std::string> primary_key;                      ///< top-level fields; not empty in a merge
    /// Names of the columns that the pages' bindings fill (`_projects_id`), known before the first page.
    std::vector<std::string> binding_columns;

    /// Whether rows are kept aside until the table is closed: in an append and a replace.
    [[nodiscard]] bool is_staged() const noexcept { return disposition != write_disposition::merge; }
    /// Whether a row takes the place of an earlier one with the same primary key: in a merge, and in a replace with
    /// one.
    [[nodiscard]] bool is_keyed() const noexcept
    {
        return disposition != write_disposition::append && !primary_key.empty();
    }
};

namespace detail {

template <class T>
concept opens_tables = requires(T& d, table t) {
    {
        d.open(std::move(t))
    } -> std::same_as<net::awaitable<void>>;
};

template <class T>
concept writes_pages = requires(T& d, std::string name, page p) {
    {
        d.write(std::move(name), std::move(p))
    } -> std::same_as<net::awaitable<void>>;
};

template <class T>
concept closes_tables = requires(T& d, std::string name) {
    {
        d.close(std::move(name))
    } -> std::same_as<net::awaitable<void>>;
};

template <class T>
concept abandons_tables = requires(T& d, std::string name) {
    {
        d.abandon(std::move(name))
    } -> std::same_as<net::awaitable<void>>;
};

struct write_name {
    int write;
};
template <class T>
concept names_write = (can_be_base<T> && !requires { &with_name<T, write_name>::write; }) || requires { &T::write; };
struct abandon_name {
    int abandon;
};
template <class T>
concept names_abandon =
    (can_be_base<T> && !requires { &with_name<T, abandon_name>::abandon; }) || requires { &T::abandon; };

} // namespace detail

/// Models: takes the pages of several tables, interleaved, from one thread. Calls of different tables may overlap, and
/// so may the writes of one table; but `open` ends before its first write begins, and all of them end before its
/// `close` or `abandon` begins.
///
/// - `open(table)`: once, before the table's first page. The table exists afterwards, even if no row comes.
/// - `write(name, page)`: returns when the page's rows and the progress they stand for are committed together
///   (append and replace: are in the staging area).
/// - `close(name)`: all rows are there. The rows of a replace take the old ones' place, in one step. Those of an append
///   become visible when the last table that is open is closed or abandoned: a run that opens all its tables before it
///   closes the first has then added all of its rows or, if it was killed, none.
/// - `abandon(name)`: no further rows will come, and some are missing. Merged rows stay; staged rows are dropped. Does
///   nothing where the table is not open.
///
/// A replace with a primary key keeps the last row of each, as a merge does; an append takes no notice of it.
/// Killed at any moment and run again, the tables are those of an uninterrupted run.
/// Database or file work runs on a thread of the destination's own, never on the caller's. A call that is cancelled
/// ends at once; what it asked for may be done all the same.
/// A page is stored in full or not at all; after a failure the table goes on.
/// \throws error naming table, page and record: destination_failed; field_missing, a row without its primary key;
///         not_json, a record that is none; invalid_argument, a merge without a primary key, a table that is open
///         already, or a write or close where it is not
///
/// `table_ledger` knows what becomes visible when; tests/destination/contract_test.hpp tests all of it.
template <class T>
concept destination =
    detail::opens_tables<T> && detail::writes_pages<T> && detail::closes_tables<T> && detail::abandons_tables<T>;

namespace detail {

/// Says at compile time what a type lacks to be a destination.
template <class T>
constexpr void explain_destination()
{
    static_assert(opens_tables<T>, "this destination lacks open(table), which returns net::awaitable<void>");
    static_assert(
        writes_pages<T>, "this destination lacks write(std::string table, page), which returns net::awaitable<void>");
    static_assert(
        closes_tables<T>, "this destination lacks close(std::string table), which returns net::awaitable<void>");
    static_assert(
        abandons_tables<T>, "this destination lacks abandon(std::string table), which returns net::awaitable<void>");
}

} // namespace detail

/// A destination of any type, shared.
class any_destination {
public:
    any_destination() = default;

    /// Takes a destination over.
    template <class T>
        requires(!std::same_as<std::remove_cvref_t<T>, any_destination>) && destination<std::remove_cvref_t<T>>
    any_destination(T&& d) : self_(std::make_shared<model<std::remove_cvref_t<T>>>(std::forward<T>(d)))
    {
    }

    /// Does not compile, and says what is missing: for a type that has a member of the concept, but not all of them.
    template <class T>
        requires(!std::same_as<std::remove_cvref_t<T>, any_destination>) && (!destination<std::remove_cvref_t<T>>)
        && (detail::names_write<std::remove_cvref_t<T>> || detail::names_abandon<std::remove_cvref_t<T>>)
    any_destination(T&&)
    {
        detail::explain_destination<std::remove_cvref_t<T>>();
    }

    /// As the concept says; so do the others.
    [[nodiscard]] net::awaitable<void> open(table t) const { return self_->open(std::move(t)); }
    /// \param name of the table
    /// \param p its rows
    [[nodiscard]] net::awaitable<void> write(std::string name, page p) const
    {
        return self_->write(std::move(name), std::move(p));
    }
    /// \param name of the table, all of whose rows are there
    [[nodiscard]] net::awaitable<void> close(std::string name) const { return self_->close(std::move(name)); }
    /// \param name of the table, some of whose rows are missing
    [[nodiscard]] net::awaitable<void> abandon(std::string name) const { return self_->abandon(std::move(name)); }

    /// True where it holds a destination; the other members need one.
    explicit operator bool() const noexcept { return static_cast<bool>(self_); }

private:
    struct interface : detail::polymorphic {
        virtual net::awaitable<void> open(table t) = 0;
        virtual net::awaitable<void> write(std::string name, page p) = 0;
        virtual net::awaitable<void> close(std::string name) = 0;
        virtual net::awaitable<void> abandon(std::string name) = 0;
    };

    template <class T>
    struct model final : interface {
        template <class U>
        explicit model(U&& u) : value(std::forward<U>(u))
        {
        }
        net::awaitable<void> open(table t) override { return value.open(std::move(t)); }
        net::awaitable<void> write(std::string name, page p) override
        {
            return value.write(std::move(name), std::move(p));
        }
        net::awaitable<void> close(std::string name) override { return value.close(std::move(name)); }
        net::awaitable<void> abandon(std::string name) override { return value.abandon(std::move(name)); }
        T value;
    };

    std::shared_ptr<interface> self_;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/destination/impl/destination.ipp>
#endif
