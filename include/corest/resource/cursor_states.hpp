#pragma once

/// \file
/// How far incremental resources have come, as a value to keep from run to run.

#include <corest/config.hpp>
#include <corest/resource/walk_cursor.hpp>
#include <corest/select/page.hpp>

#include <compare>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace corest {

/// The cursors of incremental resources, one for each parent whose children they list. A value that the program keeps:
///
///     corest::cursor_states states(saved);                     // of the last run, or ""
///     auto issues = get(api, "/issues") | incremental("updated_at").param("since").from(states);
///     auto pages = issues.pages();
///     while (auto page = co_await pages.next()) {
///         states.take(*page);
///         store(*page, states.text());                         // in one transaction
///     }
///
/// A state moves when a walk, or one of its windows, has ended: a walk that is left before counts for nothing.
class cursor_states {
public:
    /// None: what is read begins at its initial value.
    cursor_states() = default;
    /// \param json `text()` of an earlier run; empty: there is none \throws error (invalid_argument) where it is none
    COREST_DECL explicit cursor_states(std::string_view json);

    /// Takes in how far a page's walk has come, if it is incremental and has ended with that page.
    COREST_DECL void take(const page& last);
    /// The same, of a walk of that resource.
    COREST_DECL void take(const std::string& resource, const walk_cursor& cursor);

    /// The state of one walk. \param resource its name \param field its cursor's \param partition its parent
    [[nodiscard]] COREST_DECL std::optional<std::string> find(
        const std::string& resource, const std::string& field, const std::string& partition = {}) const;
    /// How many there are.
    [[nodiscard]] std::size_t size() const noexcept { return states_.size(); }
    /// All of them as JSON. Holds no credentials.
    [[nodiscard]] COREST_DECL std::string text() const;
    /// What asks a copy of them.
    [[nodiscard]] COREST_DECL std::shared_ptr<cursor_reader> reader() const;

    bool operator==(const cursor_states&) const = default; ///< true where all of them are the same

private:
    class key {
    public:
        auto operator<=>(const key&) const = default;
        std::string resource;
        std::string field;
        std::string partition;
    };
    class copy;

    std::map<key, std::string> states_;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/resource/impl/cursor_states.ipp>
#endif
