#pragma once

/// \file
/// A resource of a plan: its parent, and where every placeholder's value comes from.

#include <corest/config.hpp>
#include <corest/destination/destination.hpp>
#include <corest/incremental/cursor_use.hpp>
#include <corest/resource/binding_rule.hpp>
#include <corest/resource/path_template.hpp>
#include <corest/source/schema/source_config.hpp>
#include <corest/source/schema/source_text.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace corest::source {

/// How the plan came to a binding.
enum class binding_reason {
    named,        ///< the dictionary names parent and field
    same_path,    ///< inferred: the parent's path is the text before the placeholder
    same_segment, ///< inferred: the parent's path ends in the segment before the placeholder
    same_name,    ///< inferred: the segment before the placeholder is the parent's name
    inherited,    ///< the parent has bound it itself
    included,     ///< `include_from_parent`
    carried       ///< for a resource below it, which names the field
};

/// A value that a walk takes over from its parent. Their order is that of the walk's `binding_list`.
class planned_binding {
public:
    std::string placeholder; ///< `space_token`; empty where it fills none: `include_from_parent`, or for one below
    std::string resource;    ///< where the value comes from: `spaces`
    std::string field;       ///< `token`; where `infers_field`, of records without a field named as the placeholder
    /// The position in the parent's own bindings; none: it is a field of the parent's record.
    std::optional<std::size_t> inherited;
    binding_reason reason = binding_reason::named; ///< shown by `to_text`

    /// Whether the parent's record decides which of its fields it is: the one named as the placeholder, else `field`.
    [[nodiscard]] COREST_DECL bool infers_field() const noexcept;
    /// The rule by which the value is taken over; its hint is in the dictionary's terms.
    [[nodiscard]] COREST_DECL binding_rule rule() const;

    /// Its column in the destination's table: `_spaces_token`, as in dlt. It is known before the first record: also
    /// where a record has a field named as the placeholder, `field` names the column.
    [[nodiscard]] COREST_DECL std::string column() const;
};

/// Where the value of one placeholder comes from: a binding, the cursor of an incremental walk, or a constant.
class planned_value {
public:
    std::optional<std::size_t> binding;  ///< position in `planned_resource::bindings`
    std::optional<cursor_use> cursor;    ///< of the walk
    std::optional<std::size_t> response; ///< position among the fields of responses in its path (`poll`)
    source_text constant;                ///< where there is none of these
    std::string origin; ///< of a constant: "--param", "endpoint.params" or "resource_defaults.endpoint.params"
};

/// A text with placeholders, and what fills them.
class planned_text {
public:
    std::string name;                  ///< of the parameter or header
    source_text text;                  ///< a secret, or a literal with placeholders
    path_template parsed;              ///< of the literal
    std::vector<planned_value> values; ///< one for each placeholder
    bool is_optional = false;          ///< is not sent where the cursor has no value
};

/// A resource of the plan.
class planned_resource {
public:
    resource_config config;            ///< what the dictionary says of it
    std::optional<std::size_t> parent; ///< position in `plan::resources`
    std::vector<std::size_t> children; ///< in the dictionary's order
    std::size_t depth = 0;             ///< 0 is a root
    bool stored = true;                ///< false: read only because of its children
    std::vector<std::string> left_out; ///< names of resources below it that the dictionary selects, and `only` not
    /// Names of the other resources that load into its table; where it is stored.
    std::vector<std::string> shares_table_with;
    std::vector<planned_binding> bindings;  ///< what it takes over from its parent
    std::vector<planned_value> path_values; ///< one for each placeholder of `config.path`
    std::vector<planned_text> params;       ///< that are sent in the query
    std::vector<planned_text> headers;      ///< the client's and its own
    std::vector<planned_text> form_texts;   ///< the fields of a body that is a form
    std::vector<planned_text> poll_paths;   ///< of a report; `name` is the key
    std::vector<planned_text> json_texts;   ///< the body's texts that hold placeholders; `name` is a JSON pointer

    /// Where its rows go; the columns of its bindings included, each once.
    /// \param longest_name bytes that a name may have in the destination, where a convention makes it; 0: any number
    [[nodiscard]] COREST_DECL table destination_table(std::size_t longest_name = 0) const;
    /// The fields that its rows take over from parents, each once: `_projects_id`, whatever names columns have.
    [[nodiscard]] COREST_DECL std::vector<std::string> bound_fields() const;
};

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/plan/impl/planned_resource.ipp>
#endif
