#pragma once

/// \file
/// Conditions on JSON texts: the logical expressions of JSONPath (RFC 9535, section 2.3.5), what stands in `[?...]`.

#include <corest/config.hpp>
#include <corest/select/json_path.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest {

namespace detail {

class path_filter;

/// A path that a condition names: of the record, or of the whole body.
class condition_path {
public:
    condition_path(json_path its_path, bool is_of_body) : path(std::move(its_path)), of_body(is_of_body) {}
    /// As conditions have it: `@.status`.
    [[nodiscard]] std::string text() const { return of_body ? path.text() : "@" + path.text().substr(1); }
    bool operator==(const condition_path&) const = default;

    json_path path;
    bool of_body;
};

} // namespace detail

/// A condition. A value; copies share what was compiled.
///
///     const corest::json_condition large("@.size > 10 && search(@.name, '^a')");
///     if (large.holds(record.json())) ...
class json_condition {
public:
    /// \throws error (invalid_argument) naming the position of what is not understood
    COREST_DECL explicit json_condition(std::string_view text);

    /// \param current what `@` stands for: a record
    /// \param root what `$` stands for: the whole body
    /// \throws error (not_json)
    [[nodiscard]] COREST_DECL bool holds(std::string_view current, std::string_view root) const;
    /// Of one text, which `@` and `$` stand for.
    [[nodiscard]] bool holds(std::string_view json) const { return holds(json, json); }
    /// The paths that it names, each once, those in the brackets of other paths left out.
    [[nodiscard]] COREST_DECL std::vector<detail::condition_path> paths() const;
    /// As it was written.
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

private:
    std::string text_;
    std::shared_ptr<const detail::path_filter> filter_;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/select/impl/json_condition.ipp>
#endif
