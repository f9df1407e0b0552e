#pragma once

/// \file
/// Where a paginator writes a position: two keys of the dictionary, `<name>_param` and `<name>_body_path`. Not for users.

#include <corest/select/json_path.hpp>

#include <optional>
#include <string>

namespace corest::source::detail {

/// A query parameter, or a place in the body; the paginator objects where both are given.
class place {
public:
    std::optional<std::string> param;
    std::optional<json_path> body_path;

    /// "parameter Offset", "$.p.from in the body". \param usual the parameter's name where nothing is given
    [[nodiscard]] std::string text(const std::string& usual) const
    {
        return body_path ? body_path->text() + " in the body" : "parameter " + param.value_or(usual);
    }
};

} // namespace corest::source::detail
