#pragma once

/// \file
/// What the dictionary itself says of placeholders: constants, and fields of resources that it names. Not for users.

#include <corest/config.hpp>
#include <corest/source/plan/constants.hpp>
#include <corest/source/plan/draft.hpp>
#include <corest/source/plan/planned_resource.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace corest::source::detail {

/// A field that the dictionary takes from a resource by name.
class named_field {
public:
    named_field(std::string its_key, std::string its_resource, std::string its_field)
        : key(std::move(its_key)),
          resource(std::move(its_resource)),
          field(std::move(its_field))
    {
    }
    std::string key; ///< where the dictionary names it; for messages
    std::string resource;
    std::string field;
};

/// What the dictionary says of one placeholder of a path. Neither: its value is inferred.
class stated_value {
public:
    std::optional<planned_value> constant;
    std::optional<named_field> named;

    /// True where its value is to be inferred.
    [[nodiscard]] bool is_open() const noexcept { return !constant && !named; }
};

/// The position of the last placeholder whose value is to be inferred, if there is one: it decides the parent.
[[nodiscard]] COREST_DECL std::optional<std::size_t> last_open(const std::vector<stated_value>& path_values);

/// The value of the cursor that a placeholder asks for. Where there is none, that is a problem of the draft.
/// \param key where in the dictionary it is
[[nodiscard]] COREST_DECL planned_value cursor_value_of(draft& d, const std::string& key, const placeholder& gap);

/// `{resources.parent.field}`, the spelling that names a field; for messages and hints.
[[nodiscard]] COREST_DECL std::string explicit_form(const std::string& resource, const std::string& field);

/// Reads what constants and params say of each placeholder of the path, in their order. Params that contradict the path
/// become problems of the draft.
[[nodiscard]] COREST_DECL std::vector<stated_value> read_stated_values(draft& d, const constants& known);

/// The fields that the dictionary names for a resource: those of the path, then those of its other texts.
[[nodiscard]] COREST_DECL std::vector<named_field> named_fields(
    const draft& d, const std::vector<stated_value>& path_values);

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/plan/impl/stated_values.ipp>
#endif
