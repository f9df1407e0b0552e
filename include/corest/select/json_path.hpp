#pragma once

/// \file
/// Paths into a JSON text: JSONPath (RFC 9535), and its short form `a.b.c`.

#include <corest/config.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest {

class json_reader;

namespace detail {

class path_segment;

} // namespace detail

/// A compiled path. A value, equal where its steps are.
///
/// `$` is the whole text; `$.a.b`, `a.b`, `$['a']["b"]`, `a[0]`, `a[-1]`, `items[*].tags[*]`, `*`, and all else that
/// RFC 9535 has: slices `[1:10:2]`, lists `['a','b']`, descendants `$..id`, filters `items[?@.size > 10]` with
/// `length`, `count`, `match`, `search` and `value`.
/// A path that begins with `$` follows RFC 9535 to the letter. Any other is a short path, read as if `$.` (before a
/// bracket: `$`) stood before it; its names may hold more than the RFC allows without quotes (`next-page`, `dc:title`),
/// and it may be written as jsonpath-ng has it: `'a.b'`, `"a"`, `data.[*]`, `a."b.c"`.
class json_path {
public:
    /// One step: a member's name, an array index (negative from the end), every element, or what RFC 9535 has besides.
    class step {
    public:
        /// What a step leads to.
        enum class step_kind { name, index, wildcard, segment };
        /// A member of that name.
        step(std::string n) : kind(step_kind::name), name(std::move(n)) {}
        /// An element, negative from the end.
        step(std::ptrdiff_t i) : kind(step_kind::index), index(i) {}
        step() = default;
        /// Equal where they lead to the same.
        bool operator==(const step& other) const noexcept
        {
            return kind == other.kind && name == other.name && index == other.index;
        }

        step_kind kind = step_kind::wildcard;                ///< which of the others counts
        std::string name;                                    ///< decoded, without quotes; of a segment its text
        std::ptrdiff_t index = 0;                            ///< negative from the end
        std::shared_ptr<const detail::path_segment> segment; ///< what is more than the others
    };

    /// `$`, the whole text.
    json_path() = default;
    /// \throws error (invalid_argument) naming the position of what is not understood
    COREST_DECL json_path(std::string_view text);
    /// As from a view.
    json_path(const char* text) : json_path(std::string_view(text)) {}
    /// As from a view.
    json_path(const std::string& text) : json_path(std::string_view(text)) {}
    /// The path through these keys, each taken literally (`["Response", "Items"]`).
    [[nodiscard]] COREST_DECL static json_path of_keys(std::span<const std::string> keys);

    /// The path of these steps.
    [[nodiscard]] static json_path of_steps(std::vector<step> steps)
    {
        json_path path;
        path.steps_ = std::move(steps);
        return path;
    }

    /// From the whole text inwards.
    [[nodiscard]] std::span<const step> steps() const noexcept { return steps_; }
    /// True for `$`, the whole text.
    [[nodiscard]] bool is_root() const noexcept { return steps_.empty(); }
    /// True where it may match more than one value.
    [[nodiscard]] COREST_DECL bool has_wildcard() const noexcept;
    /// The path in normal form: `$.Response.Items`, with `['...']` for names that are no identifiers.
    [[nodiscard]] COREST_DECL std::string text() const;

    bool operator==(const json_path&) const = default; ///< equal where all steps are

private:
    std::vector<step> steps_;
};

/// Every value that a path matches, as JSON text, in the order of the text. The text is read to its end and checked in
/// full. Where an object has a name twice, the last one counts.
/// \throws error (not_json)
[[nodiscard]] COREST_DECL std::vector<std::string_view> find_all(std::string_view json, const json_path& path);

namespace detail {

/// The steps of a path. \throws error (invalid_argument) naming the position of what is not understood
[[nodiscard]] COREST_DECL std::vector<json_path::step> parse_path(std::string_view text);

/// True of a name that may stand in a path without quotes.
[[nodiscard]] COREST_DECL bool is_plain_name(std::string_view name) noexcept;

/// As `find_all`, for the steps of a path. \param root the whole text, which `$` in a filter stands for
COREST_DECL void find_all(std::string_view json, std::span<const json_path::step> steps,
    std::vector<std::string_view>& found, std::string_view root);

/// Moves a reader to the value at a path without wildcards, so that it comes next. Reads no further than that; where an
/// object has a name twice, the first one counts. \return whether there is such a value
[[nodiscard]] COREST_DECL bool seek(json_reader& reader, std::span<const json_path::step> steps);

/// Why a path matches nothing: "'Response' has Items, Total". Empty where the text has no element that a wildcard could
/// match.
[[nodiscard]] COREST_DECL std::optional<std::string> explain_missing(
    std::string_view json, std::span<const json_path::step> steps, const char* subject);

} // namespace detail

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/select/impl/json_path.ipp>
#endif
