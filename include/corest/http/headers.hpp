#pragma once

/// \file
/// Header fields of a request or response: an ordered list with case-insensitive names (RFC 9110, section 5).

#include <corest/config.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest {

/// One header field.
class header {
public:
    /// Checks nothing; `headers::set` and `add` do.
    header(std::string field_name, std::string field_value, bool is_secret = false)
        : name(std::move(field_name)),
          value(std::move(field_value)),
          secret(is_secret)
    {
    }

    std::string name;  ///< as it was given, in any case
    std::string value; ///< without white space around it
    /// The value is a credential: it is never printed, and never sent to another origin.
    bool secret = false;
};

/// True for the name of a header field that usually carries a credential: Authorization, Cookie, X-Api-Key and the
/// like.
[[nodiscard]] COREST_DECL bool is_credential_name(std::string_view name);

/// An ordered multimap of header fields. Names compare without regard to case.
class headers {
public:
    headers() = default;

    /// Replaces all fields of that name by one.
    /// A value is secret if `secret` says so or the name does (`is_credential_name`).
    /// \throws error (invalid_argument) where name or value hold CR, LF or NUL, or the name is no token (RFC 9110,
    /// 5.6.2)
    COREST_DECL void set(std::string_view name, std::string value, bool secret = false);
    /// Adds a field, keeping those of the same name. Checks as `set` does.
    COREST_DECL void add(std::string_view name, std::string value, bool secret = false);
    /// Removes all fields of that name. \return how many there were
    COREST_DECL std::size_t erase(std::string_view name);
    /// Removes every field that carries a credential.
    COREST_DECL void erase_credentials();

    /// The first value of that name; the view lives as long as the field.
    [[nodiscard]] COREST_DECL std::optional<std::string_view> find(std::string_view name) const noexcept;
    /// True where there is a field of that name.
    [[nodiscard]] bool contains(std::string_view name) const noexcept { return find(name).has_value(); }
    /// All values of that name, in order, joined by ", " (RFC 9110, section 5.3). Empty where there is none.
    [[nodiscard]] COREST_DECL std::string joined(std::string_view name) const;

    /// True where there is no field.
    [[nodiscard]] bool empty() const noexcept { return fields_.empty(); }
    /// How many fields there are, those of the same name counted each.
    [[nodiscard]] std::size_t size() const noexcept { return fields_.size(); }
    /// The fields, in order.
    [[nodiscard]] auto begin() const noexcept { return fields_.begin(); }
    /// See `begin`.
    [[nodiscard]] auto end() const noexcept { return fields_.end(); }
    /// Removes all fields.
    void clear() noexcept { fields_.clear(); }
    /// Makes room for that many fields in all.
    void reserve(std::size_t fields) { fields_.reserve(fields); }

    /// Adds a field that a parser has checked already.
    void add_parsed(std::string_view name, std::string_view value)
    {
        fields_.emplace_back(std::string(name), std::string(value));
    }

private:
    std::vector<header> fields_;
};

/// Compares two header names, or other ASCII words, without regard to case.
[[nodiscard]] COREST_DECL bool iequals(std::string_view a, std::string_view b) noexcept;

namespace detail {

/// Whether a parameter, or a field of a body, holds a credential by its name: `api_key`, `X-Auth-Token`, `passwd`.
/// "page_token" is a position. `is_credential_name` is wider: of header fields more are credentials.
[[nodiscard]] COREST_DECL bool names_credential(std::string_view name);

/// The media type of JSON (RFC 8259, section 11), for Content-Type and Accept.
inline constexpr const char* json_media_type = "application/json";

/// Refuses what could end the field early when it is written to a connection.
/// \throws error (invalid_argument) as `headers::set`
COREST_DECL void check_header(std::string_view name, std::string_view value);

/// The elements of a field's comma-separated list, without the spaces around them and without empty ones (RFC 9110,
/// 5.6.1).
[[nodiscard]] COREST_DECL std::vector<std::string> split_list(std::string_view list);

} // namespace detail

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/http/impl/headers.ipp>
#endif
