#pragma once

/// \file
/// The Link header field (RFC 8288, section 3).

#include <corest/config.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest {

/// One link of a Link header.
class link {
public:
    /// \param uri its target
    explicit link(std::string uri) : target(std::move(uri)) {}

    /// The URI reference, as it stands between < and >.
    std::string target;
    /// The parameters in order, names in lower case, values without quotes and escapes.
    std::vector<std::pair<std::string, std::string>> parameters;

    /// True where it has that relation type: the first rel parameter lists it. Compared without regard to case.
    [[nodiscard]] COREST_DECL bool has_rel(std::string_view rel) const;
};

/// The links of a field's value (several fields joined by ", "). What is malformed is passed over, as the RFC's
/// algorithm (appendix B.2) has it: reading goes on at the next link. Values may stand in apostrophes, too.
[[nodiscard]] COREST_DECL std::vector<link> parse_link_header(std::string_view value);

/// The target of the first link with a relation type. A link with an anchor is about another page and is passed over,
/// unless the anchor leads to the page itself.
/// \param value of the field, several fields joined by ", "
/// \param rel the relation type
/// \param page the URL of the page that the field came with, absolute; empty: no anchor leads to it
[[nodiscard]] COREST_DECL std::optional<std::string> find_link(
    std::string_view value, std::string_view rel, std::string_view page = {});

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/http/impl/link_header.ipp>
#endif
