#include "environment_file.hpp"

#include <corest/error.hpp>

#include <algorithm>
#include <cstddef>

namespace cli {

namespace {

/// A value without its quotes, or without the comment behind it.
std::string value_of(std::string_view text)
{
    const bool quoted = !text.empty() && (text.front() == '"' || text.front() == '\'');
    const std::size_t close = quoted ? text.find(text.front(), 1) : text.npos;
    const std::size_t next = close == text.npos ? text.npos : text.find_first_not_of(" \t", close + 1);
    if (close != text.npos && (next == text.npos || (text[next] == '#' && next > close + 1))) {
        return std::string(text.substr(1, close - 1));
    }
    if (quoted && text.size() >= 2 && text.back() == text.front()) { // with quotes of its own in it
        return std::string(text.substr(1, text.size() - 2));
    }
    const auto comment = text.find(" #");
    text = text.substr(0, comment);
    const auto last = text.find_last_not_of(" \t");
    return std::string(text.substr(0, last == std::string_view::npos ? 0 : last + 1));
}

} // namespace

std::map<std::string, std::string> read_environment(std::string_view text, const std::string& name)
{
    std::map<std::string, std::string> out;
    std::size_t number = 0;
    for (std::size_t begin = 0; begin < text.size();) {
        ++number;
        const auto end = std::min(text.find('\n', begin), text.size());
        std::string_view line = text.substr(begin, end - begin);
        begin = end + 1;
        const auto first = line.find_first_not_of(" \t\r");
        if (first == std::string_view::npos || line[first] == '#') {
            continue;
        }
        line = line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
        if (line.starts_with("export ")) {
            line.remove_prefix(7);
        }
        const auto equals = line.find('=');
        const auto variable = line.substr(0, equals);
        if (equals == std::string_view::npos || variable.find_first_of(" \t\"'") == 0 || variable.empty()) {
            throw corest::error(corest::errc::invalid_source,
                name + ":" + std::to_string(number) + ": expected NAME=VALUE", "Comments begin with #");
        }
        std::string_view value = line.substr(equals + 1);
        value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
        out[std::string(variable.substr(0, variable.find_last_not_of(" \t") + 1))] = value_of(value);
    }
    return out;
}

} // namespace cli
