#pragma once

#include <corest/destination/store_error.hpp>

#include <corest/detail/text.hpp>
#include <corest/select/json_reader.hpp>

#include <cerrno>
#include <optional>
#include <system_error>

namespace corest::detail::store_error {

COREST_DECL error in_page(const std::string& table, const page& rows, const error& e)
{
    error copy(e);
    error_context context;
    context.resource = table;
    context.page = rows.number();
    copy.add(context);
    return copy;
}

COREST_DECL error in_record(std::size_t index, const error& e)
{
    error located(e.kind(), "record " + std::to_string(index + 1) + ": " + e.message(), e.hint(), e.context());
    if (e.remedy() != remedy::none) {
        located.set_hint(e.advice(), e.remedy());
    }
    return located;
}

COREST_DECL error missing_key(const std::string& table, const std::string& field, std::string_view record)
{
    std::optional<json_kind> found;
    std::string value;
    std::string_view name;
    std::string scratch;
    json_reader reader(record);
    reader.begin_object();
    while (reader.next_key(name, scratch)) {
        const bool is_key = name == field;
        if (is_key) {
            found = reader.kind();
        }
        const std::string_view text = reader.skip();
        value = is_key ? printable(text, 60) : value;
    }
    if (found && *found != json_kind::null) {
        return error(errc::wrong_type,
            "the value " + value + " of the field '" + field + "', which is in the primary key of the table '" + table
                + "', is not of its column's type",
            "Declare a type for the field that all values have, as text (columns), or name another primary_key");
    }
    return error(errc::field_missing,
        (found ? "null in the field '" : "no field '") + field + "', which is in the primary key of the table '" + table
            + "'; the record " + describe_content(record),
        "Name a primary_key that every record has, or use the write disposition append");
}

COREST_DECL void throw_system(const std::string& message, int number)
{
    std::string hint;
    switch (number) {
    case ENOSPC:
    case EDQUOT:
        hint = "Make room on the disk, or write elsewhere";
        break;
    case EACCES:
    case EPERM:
    case EROFS:
        hint = "The directory and the files in it must be writable";
        break;
    case ENOENT:
    case ENOTDIR:
    case EEXIST:
        hint = "Each folder of the path must exist, and be a folder";
        break;
    case EPIPE:
        hint = "The program that reads the output has ended";
        break;
    default:
        break;
    }
    error_context context;
    context.cause = std::generic_category().message(number);
    throw error(errc::destination_failed, message, hint, context);
}

} // namespace corest::detail::store_error
