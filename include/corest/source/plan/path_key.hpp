#pragma once

/// \file
/// Paths in a form in which they are compared: which resource's path is the text before a placeholder? Pure functions
/// of texts. Not for users.

#include <corest/config.hpp>
#include <corest/resource/path_template.hpp>
#include <corest/source/plan/planned_resource.hpp>
#include <corest/source/schema/source_text.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corest::source::detail {

/// The constant for a placeholder's name, if there is one.
using constant_lookup = std::function<std::optional<source_text>(const std::string& placeholder_name)>;

/// A path in its normal spelling (`path_template::text`), or its beginning, in the form in which paths are compared:
/// without query and fragment, with a slash at its beginning where it is no URL and none at its end.
/// \param lookup fills placeholders with constants; none: they stay
[[nodiscard]] COREST_DECL std::string path_key(std::string_view path, const constant_lookup& lookup = {});

/// What follows the last slash of a key.
[[nodiscard]] COREST_DECL std::string_view last_segment(std::string_view key);

/// A resource as far as it may be the parent that a placeholder asks for.
class collection_path {
public:
    std::string name;   ///< of the resource
    std::string path;   ///< its key, without constants
    std::string filled; ///< its key, with constants filled in
};

/// A resource that may be the parent which a placeholder asks for.
class parent_candidate {
public:
    parent_candidate(std::size_t its_resource, binding_reason its_reason) : resource(its_resource), reason(its_reason)
    {
    }
    std::size_t resource; ///< position in the dictionary
    binding_reason reason;
};

/// What the text before a placeholder leads to.
class parent_candidates {
public:
    std::vector<parent_candidate> found;
    std::string segment; ///< the literal segment before the placeholder, for messages; may be empty
};

/// The resources whose collection is named by the text before a placeholder: those whose path is exactly that text,
/// else those whose path ends in the same literal segment or that have that segment as their name.
/// \param collections of all resources
/// \param self position of the resource that has the placeholder; it is no candidate
/// \param lookup constants of that resource
[[nodiscard]] COREST_DECL parent_candidates find_candidates(const std::vector<collection_path>& collections,
    std::size_t self, const placeholder& gap, const constant_lookup& lookup);

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/plan/impl/path_key.ipp>
#endif
