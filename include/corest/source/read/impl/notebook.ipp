#pragma once

#include <corest/source/read/notebook.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace corest::source::detail {

namespace notebooks {

[[nodiscard]] inline std::string source_of(const boost::json::value& source)
{
    std::string out;
    if (const auto* text = source.if_string()) {
        out = std::string(*text);
    } else if (const auto* lines = source.if_array()) {
        for (const boost::json::value& line : *lines) {
            out += line.is_string() ? std::string(line.get_string()) : std::string();
        }
    }
    return out;
}

// Puts comments in the place of Jupyter's own commands.
COREST_DECL void hide_commands(std::string& code)
{
    for (std::size_t line = 0; line < code.size();) {
        const auto first = code.find_first_not_of(" \t", line);
        if (first != std::string::npos && (code[first] == '%' || code[first] == '!')) {
            code[first] = '#';
        }
        line = std::min(code.find('\n', line), code.size() - 1) + 1;
    }
}

} // namespace notebooks

COREST_DECL std::optional<python_script> notebook_script(std::string_view text, std::string_view name)
{
    if (text.find("\"cells\"") == std::string_view::npos || text.find("\"nbformat\"") == std::string_view::npos) {
        return std::nullopt;
    }
    boost::json::error_code ec;
    const boost::json::value read = boost::json::parse(boost::json::string_view(text.data(), text.size()), ec);
    const auto* object = ec ? nullptr : read.if_object();
    const auto* cells = object == nullptr ? nullptr : object->if_contains("cells");
    if (cells == nullptr || !cells->is_array() || !object->contains("nbformat")) {
        return std::nullopt;
    }
    std::string code;
    std::vector<python_script::cell> places;
    std::size_t number = 0;
    for (const boost::json::value& one : cells->get_array()) {
        ++number;
        const auto* cell = one.if_object();
        const auto* type = cell == nullptr ? nullptr : cell->if_contains("cell_type");
        const auto* source = cell == nullptr ? nullptr : cell->if_contains("source");
        if (type == nullptr || source == nullptr || !type->is_string() || type->get_string() != "code") {
            continue;
        }
        std::string lines = notebooks::source_of(*source);
        if (lines.starts_with("%%")) {
            continue; // another language
        }
        notebooks::hide_commands(lines);
        places.push_back({code.size(), number});
        code += lines + "\n";
    }
    return python_script(std::move(code), name, std::move(places));
}

} // namespace corest::source::detail
