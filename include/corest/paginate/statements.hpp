#pragma once

/// \file
/// What the paginators of this folder share: where a position is written, and how a page's statements are read.

#include <corest/config.hpp>
#include <corest/http/request.hpp>
#include <corest/paginate/paginator.hpp>
#include <corest/select/json_path.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace corest::detail {

/// Where a paginator writes a value: a parameter of the query, or a place in the JSON body.
class placement {
public:
    explicit placement(std::string default_param) : default_param_(std::move(default_param)) {}

    void param(std::string name) { param_ = std::move(name); }
    void body_path(json_path path) { body_path_ = std::move(path); }

    /// \param paginator its name, for messages: "offset"
    /// \param setting the settings' common name: "offset" for offset_param and offset_body_path
    /// \throws error (invalid_argument) where both are set, or a name is empty, or the path has more than names
    COREST_DECL void check(const char* paginator, const std::string& setting) const;

    /// \param json the value as JSON text; a query takes its text
    COREST_DECL void write(request& r, std::string_view json) const;

private:
    std::string default_param_;
    std::optional<std::string> param_;
    std::optional<json_path> body_path_;
};

/// Sets the value at a path of names in a JSON text, making the objects that lead to it; all else stays as it is.
/// An empty body becomes an object.
/// \throws error (invalid_argument) where the body is not JSON, or the path leads through something that is no object
COREST_DECL void set_json_path(std::string& body, const json_path& path, std::string_view json);

/// A value that ends a link or cursor walk: missing, null, "", 0 or false.
[[nodiscard]] COREST_DECL bool is_blank(const std::optional<std::string_view>& json);

/// Throws error (pagination_failed) with the page's number.
[[noreturn]] COREST_DECL void pagination_error(const page_info& page, std::string message, std::string hint = {});

/// Adds a warning to the report, if there is one.
COREST_DECL void add_warning(const page_info& page, std::string text);

/// What the server says of the end: `total` (records or pages) and `has_more`.
class end_statements {
public:
    /// As the peers have it: a total may stand in the body at "total".
    end_statements() = default;

    void total_path(json_path path)
    {
        total_path_ = std::move(path);
        total_needed_ = true;
    }
    void no_total() { total_path_.reset(); }
    void has_more_path(json_path path) { has_more_path_ = std::move(path); }

    /// Whether the user named a place that ends the walk.
    [[nodiscard]] bool is_set() const noexcept { return (total_path_ && total_needed_) || has_more_path_; }
    [[nodiscard]] bool has_has_more() const noexcept { return has_more_path_.has_value(); }

    [[nodiscard]] COREST_DECL std::vector<json_path> paths() const;

    /// The total that holds at this page: this page's, or that of an earlier page.
    /// \throws error (pagination_failed) where the path was given by the user, and no page had a total so far
    [[nodiscard]] COREST_DECL std::optional<std::uint64_t> read_total(const page_info& page);
    /// The total that a page has stated last.
    [[nodiscard]] std::optional<std::uint64_t> total() const noexcept { return total_; }
    /// Begins with a total that a page of an interrupted walk has stated, or with none.
    void begin_with(std::optional<std::uint64_t> total)
    {
        total_ = total;
        change_reported_ = false;
    }
    /// True where the total's place was given by the user, false where it is the default.
    [[nodiscard]] bool total_is_certain() const noexcept { return total_needed_; }

    /// Whether the server says that there is more. \pre has_has_more()
    /// \throws error (pagination_failed) where it says nothing, or neither yes nor no
    [[nodiscard]] COREST_DECL bool read_has_more(const page_info& page) const;

    /// At the end of a walk: tells what was stated at the paths that the user gave, and has not come.
    /// \param reached how many of what the total counts have come
    /// \param noun what it counts, "record" or "page"
    COREST_DECL void tell_unmet(const page_info& page, std::uint64_t reached, std::string_view noun) const;

private:
    [[nodiscard]] COREST_DECL std::optional<std::string_view> has_more_value(const page_info& page) const;

    std::optional<json_path> total_path_ = json_path("total");
    std::optional<json_path> has_more_path_;
    bool total_needed_ = false;
    bool change_reported_ = false;
    std::optional<std::uint64_t> total_;
};

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/paginate/impl/statements.ipp>
#endif
