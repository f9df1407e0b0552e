#pragma once

/// \file
/// Paths that are read while a program compiles.

#include <corest/resource/binding_rule.hpp>
#include <corest/resource/detail/template_scanner.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <type_traits>

namespace corest::detail {

/// A text as a template argument.
template <std::size_t Size>
class path_literal {
public:
    constexpr path_literal() = default;
    /// \param text a literal
    consteval path_literal(const char (&text)[Size]) { std::copy_n(text, Size, characters); }
    /// The text, without the zero at its end.
    [[nodiscard]] constexpr std::string_view view() const noexcept { return {characters, Size - 1}; }

    char characters[Size] = {}; ///< public: a template argument has no others
};

/// What is wrong with a path, and the placeholder that the parent's record fills: the last one.
class path_reading {
public:
    constexpr explicit path_reading(std::string_view path)
    {
        template_scanner parts(path, true);
        for (template_part part = parts.next(); part.what != template_part::kind::end; part = parts.next()) {
            fault = part.what == template_part::kind::fault ? part.fault : fault;
            if (part.what == template_part::kind::gap && !part.text.starts_with("incremental.")) {
                names_parent = names_parent || !part.resource.empty();
                reads_response = reads_response || part.text.starts_with("response.");
                last = part;
            }
        }
    }

    template_fault fault = template_fault::none;
    bool names_parent = false;   ///< it has a `{resources.parent.field}`
    bool reads_response = false; ///< it has a `{response.id}`
    template_part last;          ///< `end` where there is no placeholder
};

/// The field that a path's last placeholder asks for, as a template argument.
template <path_literal Path>
consteval auto last_field()
{
    constexpr path_reading read(Path.view());
    constexpr std::string_view field = inferred_field(read.last.text);
    path_literal<field.size() + 1> made;
    std::copy(field.begin(), field.end(), made.characters);
    return made;
}

/// Knows the fields of structs: resource/parent_fields.hpp, which a file that names a parent includes.
template <path_literal Field, class Parent>
class field_of_parent;

template <class T>
concept is_defined = requires { sizeof(T); };

/// True; a path that is wrong does not compile, and the compiler says why.
template <path_literal Path, class Parent>
consteval bool check_path()
{
    if constexpr (!Path.view().empty()) {
        constexpr path_reading read(Path.view());
        static_assert(
            read.fault != template_fault::stray_close, "expand<path>: the path has a '}' that ends no placeholder");
        static_assert(
            read.fault != template_fault::stray_open, "expand<path>: the path has a '{' that begins no placeholder");
        static_assert(
            read.fault != template_fault::stray_angle, "expand<path>: the path has a '<' that begins no placeholder");
        static_assert(read.fault < template_fault::no_cursor_value,
            "expand<path>: the path has a placeholder that is not understood: there are <name>, {name} and "
            "{incremental.start_value}");
        static_assert(!read.names_parent,
            "expand<path>: {resources.parent.field} is a dictionary's: write <field>, and in a resource further down "
            "the placeholder that the parent's path has for it");
        static_assert(!read.reads_response, "expand<path>: fields of responses fill the paths of poll(...)");
        static_assert(read.fault != template_fault::none || read.last.what == template_part::kind::gap,
            "expand<path>: the path has no placeholder: every parent would lead to the same collection");
        if constexpr (!std::is_void_v<Parent> && read.last.what == template_part::kind::gap) {
            using wanted = field_of_parent<last_field<Path>(), Parent>;
            static_assert(is_defined<wanted>,
                "expand<path, parent>: include <corest/corest.hpp>, or <corest/resource/parent_fields.hpp>, which "
                "knows the "
                "fields of structs");
            constexpr bool is_there = wanted::check(read.last.text);
            if constexpr (!is_there) {
                return wanted::refuse();
            }
        }
    }
    return true;
}

} // namespace corest::detail
