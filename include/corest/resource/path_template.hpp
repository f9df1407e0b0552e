#pragma once

/// \file
/// Path templates: literal text with placeholders, in the four spellings that dictionaries use.

#include <corest/config.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest {

/// A gap in a template.
class placeholder {
public:
    /// The members, in their order.
    placeholder(
        std::string placeholder_name, std::string parent_resource, std::string parent_field, std::string text_prefix)
        : name(std::move(placeholder_name)),
          resource(std::move(parent_resource)),
          field(std::move(parent_field)),
          prefix(std::move(text_prefix))
    {
    }

    std::string name;     ///< `space_token`; of an explicit one the text between the braces, `resources.spaces.token`
    std::string resource; ///< the parent, where the placeholder names it: `spaces`; else empty
    std::string field;    ///< the parent's field, where the placeholder names it: `token`, `owner.id`; else empty
    std::string
        prefix; ///< the template's normal text up to here, earlier placeholders included: `/{workspace}/spaces/`
    bool is_reserved = false; ///< written `{+name}` (RFC 6570, section 3.2.3)

    /// True where it names its parent: `{resources.spaces.token}`.
    [[nodiscard]] bool is_explicit() const noexcept { return !resource.empty(); }
    /// True of `{incremental.start_value}`, which is no field of a parent: the walk's cursor fills it.
    [[nodiscard]] bool is_incremental() const noexcept { return resource.empty() && name.starts_with("incremental."); }
    /// True of `{response.id}`, the field of a response that came before (`poll`).
    [[nodiscard]] bool is_response() const noexcept { return resource.empty() && name.starts_with(response_root); }
    /// Of such a one: where the value stands in the body.
    [[nodiscard]] std::string_view response_field() const noexcept
    {
        return std::string_view(name).substr(response_root.size());
    }
    /// What such a one begins with.
    static constexpr std::string_view response_root = "response.";
    /// True where a slash in its value stays one in a path: of `{+name}`, and of dlt's `{resources.spaces.token}`.
    [[nodiscard]] bool keeps_slashes() const noexcept { return is_reserved || is_explicit(); }
    /// `{name}`, the spelling for messages.
    [[nodiscard]] std::string text() const { return (is_reserved ? "{+" : "{") + name + "}"; }
};

/// A path (or another text) with placeholders. A value.
///
/// `<name>`, `{name}`, `{{ stream_partition['name'] }}` and `{resources.parent.field}` are placeholders and mean the
/// same; `{+name}` is a `{name}` whose value keeps its slashes, as that of `{resources.parent.field}` does (dlt encodes
/// nothing); `{incremental.start_value}` (`initial_value`, `last_value`, `end_value`) is one for the cursor of an
/// incremental walk, `{response.id}` one for a field of a response that came before (`poll`); `{{` and `}}` stand for
/// braces, as in dlt. Placeholders may be in the query of a path too.
class path_template {
public:
    /// How a template is read.
    enum class kind {
        /// All four spellings; a brace that is no placeholder is an error; values are percent-encoded.
        path,
        /// A parameter, header or body: `<` and a brace that begins no placeholder are literal; values stay as they
        /// are.
        text
    };

    path_template() = default;
    /// \throws error (invalid_argument) naming the position of what is not understood
    COREST_DECL path_template(std::string_view text, kind template_kind = kind::path);
    /// A path, as from a view.
    path_template(const char* text) : path_template(std::string_view(text)) {}
    /// A path, as from a view.
    path_template(const std::string& text) : path_template(std::string_view(text)) {}

    /// The gaps, in order. A name that stands twice is there twice.
    [[nodiscard]] std::span<const placeholder> placeholders() const noexcept { return placeholders_; }
    /// True where there is a gap to fill.
    [[nodiscard]] bool has_placeholders() const noexcept { return !placeholders_.empty(); }
    /// The template as it was written.
    [[nodiscard]] const std::string& source() const noexcept { return source_; }
    /// The normal spelling, `/{workspace}/spaces/{space_token}`: equal for templates that mean the same.
    [[nodiscard]] COREST_DECL std::string text() const;
    /// True where the whole template is one placeholder: a number then stays a number in a JSON body.
    [[nodiscard]] bool is_one_placeholder() const noexcept
    {
        return placeholders_.size() == 1 && literals_[0].empty() && literals_[1].empty();
    }

    /// Fills the gaps; in a path each value is percent-encoded as one segment (RFC 3986, section 3.3); one that
    /// keeps its slashes keeps what RFC 6570 calls reserved, but for `?`, `#`, `[` and `]`. What no URL holds of the
    /// path itself, spaces and braces among it, is percent-encoded too.
    /// \param values one for each placeholder, in their order; none where the parent's field is missing or null
    /// \throws error (field_missing) naming the placeholder whose value is missing, null or empty;
    ///         error (invalid_argument) where a segment would become `.` or `..`, which servers take for another path
    [[nodiscard]] COREST_DECL std::string expand(std::span<const std::optional<std::string>> values) const;

    /// Fills the gaps with what `lookup(const placeholder&)` returns: something that makes a
    /// `std::optional<std::string>`.
    template <class Lookup>
        requires requires(Lookup& lookup, const placeholder& gap) { std::optional<std::string>(lookup(gap)); }
    [[nodiscard]] std::string expand(Lookup lookup) const
    {
        std::vector<std::optional<std::string>> values;
        values.reserve(placeholders_.size());
        for (const placeholder& gap : placeholders_) {
            values.emplace_back(lookup(gap));
        }
        return expand(std::span<const std::optional<std::string>>(values));
    }

private:
    std::string source_;
    kind kind_ = kind::path;
    std::vector<std::string> literals_ = {std::string()}; // one more than placeholders_
    std::vector<placeholder> placeholders_;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/resource/impl/path_template.ipp>
#endif
