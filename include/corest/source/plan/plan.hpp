#pragma once

/// \file
/// The plan: which resource is the child of which, and where every placeholder's value comes from. Sends nothing.

#include <corest/config.hpp>
#include <corest/http/request.hpp>
#include <corest/resource/path_template.hpp>
#include <corest/select/page.hpp>
#include <corest/select/record.hpp>
#include <corest/source/plan/secrets.hpp>
#include <corest/source/schema/source_config.hpp>
#include <corest/source/schema/source_text.hpp>

#include <boost/json/value.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace corest::source {

/// What the command line adds to a dictionary.
class plan_options {
public:
    std::vector<std::pair<std::string, std::string>>
        params;                    ///< constants for paths (`--param`); they beat the dictionary's
    std::vector<std::string> only; ///< names of the resources to store; empty: those selected
    bool full_refresh = false;     ///< every resource is replaced
};

/// A value that a walk takes over from its parent. Their order is that of the walk's `binding_list`.
class planned_binding {
public:
    /// How the plan came to it.
    enum class reason {
        named,     ///< the dictionary names parent and field
        same_path, ///< inferred: the parent's path is the text before the placeholder
        segment, ///< inferred: the parent's path ends in the segment before the placeholder, or it is the parent's name
        inherited, ///< the parent has bound it itself
        included   ///< `include_from_parent`
    };

    std::string placeholder; ///< `space_token`; empty where only `include_from_parent` asks for it
    std::string resource;    ///< where the value comes from: `spaces`
    std::string field;       ///< `token`
    /// The position in the parent's own bindings; none: it is a field of the parent's record.
    std::optional<std::size_t> inherited;
    reason why = reason::named; ///< shown by `to_text`
};

/// Where the value of one placeholder comes from: a binding, or a constant.
class planned_value {
public:
    std::optional<std::size_t> binding; ///< position in `planned_resource::bindings`
    source_text constant;               ///< where there is no binding
    std::string origin; ///< of a constant: "--param", "endpoint.params" or "resource_defaults.endpoint.params"
};

/// A text with placeholders, and what fills them.
class planned_text {
public:
    std::string name;                  ///< of the parameter or header
    source_text text;                  ///< a secret, or a literal with placeholders
    path_template parsed;              ///< of the literal
    std::vector<planned_value> values; ///< one for each placeholder
};

/// A resource of the plan.
class planned_resource {
public:
    resource_config config;                 ///< what the dictionary says of it
    std::optional<std::size_t> parent;      ///< position in `plan::resources`
    std::vector<std::size_t> children;      ///< in the dictionary's order
    std::size_t depth = 0;                  ///< 0 is a root
    bool stored = true;                     ///< false: read only because of its children
    std::vector<planned_binding> bindings;  ///< what it takes over from its parent
    std::vector<planned_value> path_values; ///< one for each placeholder of `config.path`
    std::vector<planned_text> params;       ///< that are sent in the query
    std::vector<planned_text> headers;      ///< the client's and its own
    std::vector<planned_text> json_texts;   ///< the body's texts that hold placeholders; `name` is a JSON pointer

    /// Where its rows go; the columns of its bindings included.
    [[nodiscard]] COREST_DECL table destination_table() const;
};

/// What a run will do.
class plan {
public:
    client_config client; ///< of all resources
    std::vector<planned_resource>
        resources; ///< in the dictionary's order; those that are neither stored nor parents are left out
    std::vector<std::size_t> roots;    ///< positions of the resources without parent
    std::vector<std::string> warnings; ///< of the dictionary, and of the plan
    std::vector<secret> secrets;       ///< all that were looked up (`resolve_secrets`)

    /// The position of the resource of that name, if it is part of the plan.
    [[nodiscard]] COREST_DECL std::optional<std::size_t> find(std::string_view name) const noexcept;
};

/// Finds parents and bindings.
/// \throws error (invalid_source) with up to ten problems: a placeholder with no or several candidates (they are
///         listed, with the explicit form), unknown parents, cycles, two parents, a merge without primary key, names
///         that stand twice or that `only` and `params` get wrong
[[nodiscard]] COREST_DECL plan make_plan(const source_config& config, const plan_options& options = plan_options{});

/// Looks up every secret that the plan's resources need.
/// \throws error (missing_secret) naming each that is missing, the keys that need it and the environment variable to
///         set
COREST_DECL void resolve_secrets(plan& p, const secret_store& store);

/// The values of all secrets that were looked up, for masking in whatever a server echoes.
[[nodiscard]] COREST_DECL std::vector<std::string> secret_values(const plan& p);

/// The plan for people: a tree of resources. Holds no secret, and of headers and parameters only the names; constants
/// that fill a path and are no secrets are shown.
[[nodiscard]] COREST_DECL std::string to_text(const plan& p);
/// The plan for programs, with the same content.
[[nodiscard]] COREST_DECL boost::json::value to_json(const plan& p);

/// The values that a child takes over from a record of its parent, in the order of `child.bindings`.
/// \throws error (field_missing) naming the fields that are there, where one is missing, null or empty;
///         error (wrong_type) where it is an object or array
[[nodiscard]] COREST_DECL std::vector<binding> bind_parent(const planned_resource& child, const record& parent);

/// The request for a resource's first page, before its paginator prepares it. Needs the secrets looked up.
/// \param resource of the plan
/// \param client of the plan
/// \param bindings of this walk, from `bind_parent`; empty for a root
[[nodiscard]] COREST_DECL request make_request(
    const planned_resource& resource, const client_config& client, const std::vector<binding>& bindings);

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/plan/impl/plan.ipp>
#    include <corest/source/plan/impl/plan_request.ipp>
#    include <corest/source/plan/impl/plan_text.ipp>
#endif
