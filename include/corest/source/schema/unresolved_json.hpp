#pragma once

/// \file
/// A JSON value of the dictionary in which secrets may stand. Not for users.

#include <corest/config.hpp>
#include <corest/source/schema/field.hpp>
#include <corest/source/schema/source_text.hpp>

#include <boost/json/value.hpp>

#include <string>
#include <vector>

namespace corest::source::detail {

/// A value, and the secrets that it names, at whatever depth, in the order in which they stand in it.
class unresolved_json {
public:
    unresolved_json() = default;
    /// \param path where in the dictionary the value stands
    COREST_DECL unresolved_json(boost::json::value value, const std::string& path);

    /// The value as it is written.
    [[nodiscard]] const boost::json::value& written() const noexcept { return value_; }
    /// The value with the secrets in their places, once they are looked up.
    [[nodiscard]] COREST_DECL boost::json::value value() const;
    /// The secrets.
    [[nodiscard]] std::vector<source_text>& texts() noexcept { return texts_; }
    [[nodiscard]] const std::vector<source_text>& texts() const noexcept { return texts_; }

private:
    boost::json::value value_;
    std::vector<source_text> texts_;
};

/// So that the secrets are looked up (`keys_of`).
inline void visit_texts_of(unresolved_json& json, const text_visitor& visitor)
{
    for (source_text& text : json.texts()) {
        visitor(text);
    }
}

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/schema/impl/unresolved_json.ipp>
#endif
