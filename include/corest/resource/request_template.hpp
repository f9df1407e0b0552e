#pragma once

/// \file
/// The request of a collection's pages, with gaps that a walk's bindings fill.

#include <corest/config.hpp>
#include <corest/http/headers.hpp>
#include <corest/http/request.hpp>
#include <corest/incremental/cursor_use.hpp>
#include <corest/resource/path_template.hpp>
#include <corest/select/page.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace corest {

/// What fills one placeholder: a binding of the walk, or a constant.
class placeholder_value {
public:
    /// The text of the walk's binding at this position.
    explicit placeholder_value(std::size_t index) : binding(index) {}
    /// A value of the walk's cursor, which stands behind the bindings.
    /// \param bindings how many there are of each walk \param use which value it is
    placeholder_value(std::size_t bindings, cursor_use use) : binding(bindings + static_cast<std::size_t>(use)) {}
    /// A text that is the same for all walks.
    explicit placeholder_value(std::string text) : constant(std::move(text)) {}

    std::optional<std::size_t> binding; ///< position in the walk's bindings
    std::string constant;               ///< where there is no binding
};

/// A text with gaps, and what fills them.
class filled_template {
public:
    filled_template() = default;
    /// A text without gaps, taken as it is.
    explicit filled_template(std::string text) : literal_(std::move(text)) {}
    /// \param text with as many placeholders as there are values
    /// \param values what fills them, in their order
    filled_template(path_template text, std::vector<placeholder_value> values)
        : template_(std::move(text)),
          values_(std::move(values))
    {
    }

    /// The text. \throws error as `path_template::expand`
    [[nodiscard]] COREST_DECL std::string fill(const std::vector<binding>& bindings) const;
    /// True where there is a value for each gap.
    [[nodiscard]] COREST_DECL bool has_values(const std::vector<binding>& bindings) const;

private:
    std::string literal_;
    std::optional<path_template> template_;
    std::vector<placeholder_value> values_;
};

/// A query parameter of every request.
class query_template {
public:
    /// The members, in their order.
    query_template(std::string parameter, filled_template text, bool instead_of_others, bool may_be_absent = false)
        : name(std::move(parameter)),
          value(std::move(text)),
          replaces(instead_of_others),
          is_optional(may_be_absent)
    {
    }

    std::string name;      ///< not encoded
    filled_template value; ///< not encoded
    bool replaces;         ///< takes the place of a parameter of the same name; otherwise it is added to it
    bool is_optional;      ///< is not sent where a gap has no value; otherwise that is an error
};

/// A header of every request.
class header_template {
public:
    /// The members, in their order.
    header_template(std::string field, filled_template text, bool secret)
        : name(std::move(field)),
          value(std::move(text)),
          is_secret(secret)
    {
    }

    std::string name;      ///< of the header
    filled_template value; ///< of the header
    bool is_secret;        ///< is never sent to another origin, nor shown
};

/// Makes the request of each page, before the paginator writes the page's position into it. A value.
class request_template {
public:
    request_template() = default;
    /// The same request for every walk.
    explicit request_template(request fixed_request) : fixed(std::move(fixed_request)) {}

    request fixed;                        ///< method, headers and body; its URL is the base that `path` is joined to
    filled_template path;                 ///< joined to the base; empty: the base itself
    std::vector<query_template> query;    ///< in the order in which they are sent
    std::vector<header_template> headers; ///< besides the fixed ones
    /// Makes the body of the walk's bindings; none: the fixed one.
    std::function<std::string(const std::vector<binding>&)> body;

    /// \param bindings of the walk; empty at a root
    /// \throws error (field_missing, invalid_argument) as `path_template::expand`
    [[nodiscard]] COREST_DECL request make(const std::vector<binding>& bindings) const;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/resource/impl/request_template.ipp>
#endif
