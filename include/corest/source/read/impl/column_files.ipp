#pragma once

#include <corest/source/read/column_files.hpp>

#include <corest/error.hpp>
#include <corest/source/read/read_source.hpp>
#include <corest/source/schema/key_name.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <filesystem>
#include <string_view>
#include <utility>

namespace corest::source::detail {

namespace column_file {

[[nodiscard]] inline boost::json::string_view text(std::string_view s)
{
    return {s.data(), s.size()};
}

/// The file that a value is the name of; empty where it is something else.
[[nodiscard]] COREST_DECL std::string name_in(const boost::json::value& columns)
{
    const auto* object = columns.if_object();
    const auto* reference = object != nullptr && object->size() == 1 ? object->if_contains("$ref") : nullptr;
    const auto* name = reference == nullptr ? nullptr : reference->if_string();
    return name == nullptr || name->starts_with('#') ? std::string() : std::string(*name);
}

COREST_DECL void read(boost::json::value& resource, const std::string& path, const std::string& directory)
{
    auto* object = resource.if_object();
    auto* columns = object == nullptr ? nullptr : object->if_contains(text(key_name::columns));
    const std::string name = columns == nullptr ? std::string() : name_in(*columns);
    if (name.empty()) {
        return;
    }
    const std::string file = (std::filesystem::path(directory) / name).string();
    try {
        *columns = read_strict_json(read_text_file(file, "schema"), file);
    } catch (const error& e) {
        throw error(e.kind(), path + "." + std::string(key_name::columns) + ": " + e.message(), e.hint());
    }
}

} // namespace column_file

COREST_DECL void read_column_files(boost::json::value& dictionary, const std::string& directory)
{
    auto* root = dictionary.if_object();
    if (root == nullptr) {
        return;
    }
    if (auto* defaults = root->if_contains(column_file::text(key_name::resource_defaults))) {
        column_file::read(*defaults, std::string(key_name::resource_defaults), directory);
    }
    auto* resources = root->if_contains(column_file::text(key_name::resources));
    if (auto* list = resources == nullptr ? nullptr : resources->if_array()) {
        for (std::size_t i = 0; i < list->size(); ++i) {
            column_file::read((*list)[i], std::string(key_name::resources) + "[" + std::to_string(i) + "]", directory);
        }
    }
}

COREST_DECL source_reading with_column_files(source_reading reading, const std::string& directory)
{
    read_column_files(reading.dictionary, directory);
    if (reading.at) {
        reading.at = [read_at = std::move(reading.at), directory](std::chrono::system_clock::time_point now) {
            source_reading again = read_at(now);
            read_column_files(again.dictionary, directory);
            return again;
        };
    }
    return reading;
}

} // namespace corest::source::detail
