#pragma once

/// \file
/// Paging by several keys: `continue: {"cmcontinue": "...", "continue": "-||"}`, as MediaWiki has it.

#include <corest/config.hpp>
#include <corest/paginate/paginator.hpp>
#include <corest/select/json_path.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest {

/// Sends every member of an object that stands in each page's body as a query parameter of the next request, in place
/// of those of the page before; the first request has none. Missing, null and an object without members end the walk.
///
///     auto paging = corest::continuation("continue");
class continuation {
public:
    /// \param path where the object stands
    explicit continuation(json_path path = json_path("continue")) : path_(std::move(path)) {}

    /// Writes the members; nothing for the first page.
    COREST_DECL void prepare(request& r) const;
    /// Takes in the page's object.
    /// \throws error (pagination_failed) where the value is no object, or a member is an object or a list
    [[nodiscard]] COREST_DECL bool advance(const page_info& page);
    /// Where the object stands.
    [[nodiscard]] std::vector<json_path> paths() const { return {path_}; }

    /// The object that comes next, as JSON text; empty before the first page.
    [[nodiscard]] std::string position() const { return next_; }
    /// Goes on at an object; at the first page where it is empty.
    /// \throws error (invalid_argument) where it is none
    COREST_DECL void resume(std::string_view position);

private:
    json_path path_;
    std::string next_; // JSON text
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/paginate/impl/continuation.ipp>
#endif
