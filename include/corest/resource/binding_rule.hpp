#pragma once

/// \file
/// Where a child's placeholders get their values from: the rules that flows and dictionaries share.

#include <corest/config.hpp>
#include <corest/resource/path_template.hpp>
#include <corest/select/page.hpp>
#include <corest/select/record.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest {

/// The parent's field that a placeholder asks for where the parent's record has none of the placeholder's own name:
/// what follows the placeholder's last `_` (`space_token` -> `token`, `parent_id` -> `id`). A placeholder without `_`,
/// or that ends in one, is the field itself.
[[nodiscard]] constexpr std::string_view inferred_field(std::string_view placeholder) noexcept
{
    const auto underscore = placeholder.rfind('_');
    const bool is_itself = underscore == std::string_view::npos || underscore + 1 == placeholder.size();
    return is_itself ? placeholder : placeholder.substr(underscore + 1);
}

/// Which of its parent's placeholders an earlier placeholder of a child's path is: the values of all placeholders but
/// the last one are taken over from the parent's own bindings.
///
/// It is the one of the same name. Where a name stands several times in the parent's path, it is the one in the same
/// place, if the two paths are alike up to there.
/// \param child the child's placeholders
/// \param index of the one that is asked about
/// \param parent the parent's placeholders
/// \param same_beginning tells whether two texts before a placeholder mean the same path
/// \return positions in `parent`: none, one, or several where it cannot be told which
[[nodiscard]] COREST_DECL std::vector<std::size_t> inherited_placeholders(std::span<const placeholder> child,
    std::size_t index, std::span<const placeholder> parent,
    const std::function<bool(std::string_view child_text, std::string_view parent_text)>& same_beginning);

/// What fills a placeholder of a child's path that nothing else has filled.
class placeholder_source {
public:
    /// Where the value comes from.
    enum class kind {
        parent_field, ///< a field of the parent's record
        inherited,    ///< what fills the parent's placeholder at `position`
        ambiguous,    ///< `matches` placeholders of the parent have the name
        elsewhere     ///< neither, and the placeholder does not name the parent
    };
    kind origin = kind::elsewhere; ///< where the value comes from
    std::size_t position = 0;      ///< in the parent's placeholders, where it is inherited
    std::size_t matches = 0;       ///< of the parent's placeholders
};

/// The rule by which placeholders are filled: the last one is a field of the parent's record, earlier ones are taken
/// over from the parent's own, and what the parent does not have is a field of its record too.
/// \param child, index, parent, same_beginning as for `inherited_placeholders`
/// \param is_last it is the last one of the path that is to be filled
/// \param names_parent it is known to belong to the parent: in a flow each one is
[[nodiscard]] COREST_DECL placeholder_source find_source(std::span<const placeholder> child, std::size_t index,
    bool is_last, bool names_parent, std::span<const placeholder> parent,
    const std::function<bool(std::string_view child_text, std::string_view parent_text)>& same_beginning);

/// How one value is taken over from a parent's record. A value.
class binding_rule {
public:
    /// Where the value stands.
    enum class origin {
        /// The field named as the placeholder where the record has it, else `inferred_field(placeholder)`.
        inferred_field,
        named_field,  ///< `field`
        copied_field, ///< `field`, whatever it holds, also null, objects and arrays: it fills no placeholder
        inherited     ///< the parent's own binding at `inherited`
    };

    binding_rule() = default;
    /// The field that a placeholder asks for by its name.
    /// \param placeholder_name that it fills
    /// \param parent the parent's name, for the column `_<parent>_<field>` and for messages; may be empty
    [[nodiscard]] COREST_DECL static binding_rule infer(std::string placeholder_name, std::string parent);
    /// A field that is named. \param placeholder_name that it fills \param parent its name \param field_path in its
    /// record
    [[nodiscard]] COREST_DECL static binding_rule name(
        std::string placeholder_name, std::string parent, std::string field_path);
    /// A field that is copied for its own sake. \param parent its name \param field_path in its record
    [[nodiscard]] COREST_DECL static binding_rule copy(std::string parent, std::string field_path);
    /// The parent's own binding. \param placeholder_name that it fills \param rule the parent's rule \param index its
    /// position
    [[nodiscard]] COREST_DECL static binding_rule inherit(
        std::string placeholder_name, const binding_rule& rule, std::size_t index);

    bool operator==(const binding_rule&) const = default; ///< by all members

    std::string placeholder; ///< `space_token`; empty where it fills none
    std::string resource;    ///< where the value comes from: `spaces`
    std::string field;       ///< `token`; of an inferred one the field that is looked for second. It names the column
    origin kind = origin::named_field; ///< where the value stands
    std::size_t inherited = 0;         ///< position in the parent's own bindings
    bool takes_nested = false;         ///< an object or array will do too: it is a value of a JSON body, no text
    std::string hint;                  ///< what to change where the value is missing, in the terms of who made the rule
};

/// Whether a rule takes over the same value as another one, whatever the record holds: the same field of the same
/// parent, found in the same way. Inferred ones look for a field of the placeholder's name first, so their placeholders
/// must agree, too. A copy is the same as a named field that is there.
/// \param rule the one that is to be added
/// \param other the one that is there already
[[nodiscard]] COREST_DECL bool takes_over_the_same(const binding_rule& rule, const binding_rule& other) noexcept;

/// Adds a rule, unless one that takes over the same value is there: which placeholders share a binding is decided here,
/// for flows and dictionaries.
/// \param rules that are there already
/// \param rule the one that is asked for
/// \return its position in `rules`
COREST_DECL std::size_t share_rule(std::vector<binding_rule>& rules, binding_rule rule);

/// The value of a parent's field as a binding: text decoded, numbers and booleans as they are written.
/// \param parent the parent's record
/// \param rule whose placeholder is filled
/// \throws error (field_missing) where the field is missing, null or empty; error (wrong_type) where it is an object or
///         array, unless the rule takes those. No URL is ever made of such a value.
[[nodiscard]] COREST_DECL binding bind_field(const record& parent, const binding_rule& rule);

/// True where a record lacks what one of the rules fills a placeholder with: the field is missing, null or an empty
/// text, here or, of a value that is taken over, in the record above it.
/// \param parent the parent's record \param rules of the child
[[nodiscard]] COREST_DECL bool lacks_value(const record& parent, std::span<const binding_rule> rules);

/// The field that a binding was taken from: of an inferred one the placeholder's own name, where the record has it.
/// \param parent the record that it was taken from, or one that has taken it over from its own parent
/// \param value the binding
[[nodiscard]] COREST_DECL const std::string& bound_field(const record& parent, const binding& value);

/// The values that a child takes over from a record of its parent, in the order of the rules.
/// \throws error as `bind_field`; (field_missing) also where a copied field or an inherited binding is not there
[[nodiscard]] COREST_DECL binding_list bind_record(const record& parent, std::span<const binding_rule> rules);

/// The values of several records of a parent as those of one request: joined by commas, in the order of the records.
/// \param records what each of them gives by the same rules
/// \throws error (wrong_type) where a value has a comma in it: who reads them would take it for two
[[nodiscard]] COREST_DECL binding_list join_bindings(std::span<const binding_list> records);

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/resource/impl/binding_rule.ipp>
#endif
