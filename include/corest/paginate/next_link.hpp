#pragma once

/// \file
/// A link to the next page, under a name that nobody has told.

#include <corest/config.hpp>
#include <corest/select/json_path.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace corest::detail {

/// True of a URL that may be followed as it stands: "https://...", "http://..." or "/...".
[[nodiscard]] COREST_DECL bool is_url_reference(std::string_view text);

/// A link that was found in a body.
class next_link {
public:
    next_link(json_path where, std::string url) : path(std::move(where)), reference(std::move(url)) {}
    json_path path;        ///< where it stands
    std::string reference; ///< the URL, absolute or beginning with `/`
};

/// Finds what dlt's detector of links finds: the first member, depth first and outside of lists, whose name contains
/// `next`, in whatever case, and whose value is a URL reference or an object that has one as `href` or `url`. Where
/// `has_more` (`hasNext`, ...) beside it is false there is none.
/// \param envelope a body without its records, as `envelope_of` makes it
[[nodiscard]] COREST_DECL std::optional<next_link> find_next_link(std::string_view envelope);

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/paginate/impl/next_link.ipp>
#endif
