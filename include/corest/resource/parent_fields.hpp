#pragma once

/// \file
/// The fields of a parent's struct, for paths that are checked while a program compiles:
/// `expand<"/projects/<id>/samples", project>()`.

#include <corest/detail/member_name.hpp>
#include <corest/resource/detail/checked_path.hpp>
#include <corest/select/decode.hpp>

#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

#include <string_view>

namespace corest::detail {

/// True where a record that is read into a struct has a field of one of two names.
template <class Parent, class... Members>
consteval bool has_field(std::string_view a, std::string_view b, boost::mp11::mp_list<Members...>)
{
    const auto is_it = [&](std::string_view name) { return name == a || name == b; };
    return (false || ... || is_it(json_name<Parent, Members>(Members::pointer)));
}

/// The compiler names both where the parent has no such field.
template <path_literal Field, class Parent>
class field_of_parent {
public:
    static_assert(described_struct<Parent>,
        "expand<path, parent>: describe the parent with BOOST_DESCRIBE_STRUCT(parent, (), (members...)), or leave it "
        "out");

    /// \param placeholder its own name counts too
    static consteval bool check(std::string_view placeholder)
    {
        if constexpr (described_struct<Parent>) {
            using members = boost::mp11::mp_rename<members_of<Parent>, boost::mp11::mp_list>;
            return has_field<Parent>(Field.view(), placeholder, members());
        } else {
            return true; // which was said
        }
    }

    static consteval bool refuse()
    {
        static_assert(is_never_made<Parent>,
            "expand<path, parent>: the parent has no field for the last placeholder of the path: neither of its name "
            "nor of what follows its last '_'");
        return false;
    }
};

} // namespace corest::detail
