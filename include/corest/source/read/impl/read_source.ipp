#pragma once

#include <corest/source/read/read_source.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/source/read/notebook.hpp>
#include <corest/source/read/nesting_limit.hpp>
#include <corest/source/read/python_sources.hpp>
#include <corest/source/read/source_choice.hpp>
#include <corest/source/read/text_position.hpp>
#include <corest/source/schema/dictionary.hpp>

#include <boost/json/parser.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <system_error>
#include <vector>

namespace corest::source {

namespace detail {

COREST_DECL std::string read_text_file(const std::string& path, std::string_view kind)
{
    constexpr std::size_t limit = std::size_t{16} << 20U;
    const auto fail = [&](const std::string& reason) {
        return error(errc::invalid_source,
            "the " + std::string(kind) + " file " + in_quotes(path) + " cannot be read: " + reason);
    };
    std::error_code ec;
    if (std::filesystem::is_directory(path, ec)) {
        throw fail("it is a directory");
    }
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw fail(errno != 0 ? std::strerror(errno) : "it cannot be opened");
    }
    std::string text;
    std::vector<char> part(std::size_t{64} << 10U);
    while (file.read(part.data(), static_cast<std::streamsize>(part.size())) || file.gcount() != 0) {
        text.append(part.data(), static_cast<std::size_t>(file.gcount()));
        if (text.size() > limit) {
            throw fail("it is larger than 16 MiB");
        }
    }
    if (file.bad()) {
        throw fail("reading failed");
    }
    return text;
}

namespace strict_json {

// Where a key stands twice in one object. \pre `text` is valid JSON
COREST_DECL std::optional<std::size_t> duplicate_key(std::string_view text)
{
    std::vector<std::set<std::string_view>> objects;
    for (std::size_t p = 0; p < text.size(); ++p) {
        switch (text[p]) {
        case '{':
        case '[':
            objects.emplace_back();
            break;
        case '}':
        case ']':
            objects.pop_back();
            break;
        case '"': {
            const std::size_t begin = p;
            while (text[++p] != '"') {
                p += text[p] == '\\' ? 1 : 0;
            }
            const auto next = text.find_first_not_of(" \t\r\n", p + 1);
            const bool is_key = next != std::string_view::npos && text[next] == ':';
            if (is_key && !objects.back().insert(text.substr(begin, p - begin)).second) {
                return begin;
            }
            break;
        }
        default:
            break;
        }
    }
    return std::nullopt;
}

// Where an integer stands that would be rounded. \pre `text` is valid JSON
COREST_DECL std::optional<std::size_t> long_integer(std::string_view text)
{
    constexpr std::string_view number = "+-.0123456789eE";
    for (std::size_t p = 0; p < text.size(); ++p) {
        if (text[p] == '"') {
            while (text[++p] != '"') {
                p += text[p] == '\\' ? 1 : 0;
            }
        } else if (text[p] == '-' || corest::detail::is_digit(text[p])) {
            const std::size_t end = std::min(text.find_first_not_of(number, p), text.size());
            if (corest::detail::is_long_integer(text.substr(p, end - p))) {
                return p;
            }
            p = end - 1;
        }
    }
    return std::nullopt;
}

} // namespace strict_json

COREST_DECL boost::json::value read_strict_json(std::string_view text, std::string_view name)
{
    boost::json::parse_options options;
    options.max_depth = deepest_nesting;
    boost::json::parser parser({}, options);
    boost::json::error_code ec;
    const std::size_t read = parser.write_some(text.data(), text.size(), ec);
    if (ec == boost::json::error::incomplete) {
        throw error_at(name, text, text.size(), "the JSON text ends too early",
            "A brace, bracket or quote before this place is never closed");
    }
    if (ec == boost::json::error::too_deep) {
        throw error_at(name, text, read, "nested deeper than " + std::to_string(deepest_nesting) + " levels");
    }
    if (ec) {
        throw error_at(name, text, read, "this is not valid JSON (" + ec.message() + ")",
            "JSON has neither comments nor trailing commas, and double quotes only; "
            "Python is read from a call rest_api_source({...})");
    }
    const auto rest = text.find_first_not_of(" \t\r\n", read);
    if (rest != std::string_view::npos) {
        throw error_at(name, text, rest, "expected the end of the file after the JSON value");
    }
    if (const auto repeated = strict_json::duplicate_key(text)) {
        const auto end = text.find('"', *repeated + 1);
        throw error_at(name, text, *repeated,
            "the key " + in_quotes(text.substr(*repeated + 1, end - *repeated - 1)) + " stands twice in one object",
            "Remove one of them");
    }
    if (const auto integer = strict_json::long_integer(text)) {
        throw error_at(name, text, *integer, "the number does not fit into 64 bits", "Write it as text, in quotes");
    }
    return parser.release();
}

COREST_DECL void refuse_python_calls(const boost::json::value& dictionary, const std::string& path)
{
    if (const auto* object = dictionary.if_object()) {
        for (const auto& member : *object) {
            refuse_python_calls(member.value(), join_key(path, member.key()));
        }
    } else if (const auto* list = dictionary.if_array()) {
        for (std::size_t i = 0; i < list->size(); ++i) {
            refuse_python_calls((*list)[i], path + "[" + std::to_string(i) + "]");
        }
    } else if (const auto* text = dictionary.if_string()) {
        constexpr std::string_view calls[] = {
            "dlt.secrets.", "dlt.secrets[", "dlt.config.", "dlt.config[", "os.environ[", "os.environ.", "os.getenv("};
        if (std::any_of(std::begin(calls), std::end(calls),
                [&](std::string_view call) { return std::string_view(*text).starts_with(call); }))
        {
            throw error(errc::invalid_source,
                path + ": " + in_quotes(*text)
                    + " is Python, and only a text in JSON or YAML: it would be sent as it stands",
                "A secret or a setting is {\"" + std::string(key_name::secret) + "\": \"NAME\"} there");
        }
    }
}

COREST_DECL source_reading read_once(std::string_view text, std::string_view name, const read_options& options)
{
    text = corest::detail::without_byte_order_mark(text);
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) {
        throw error(errc::invalid_source, std::string(name) + " is empty",
            "Give a dictionary as JSON, or a file with a call rest_api_source({...})");
    }
    if (text[first] == '{') {
        if (const auto cells = notebook_script(text, name)) {
            return read_python_script(*cells, options);
        }
        source_reading out;
        out.dictionary = read_strict_json(text, name);
        refuse_python_calls(out.dictionary);
        static_cast<void>(choose_source(name, {{{}, std::string(name)}}, options.source)); // there is only one
        return out;
    }
    if (!has_python_source(text)) {
        throw error(errc::invalid_source,
            std::string(name) + " is neither a JSON object nor does it have a call rest_api_source({...})",
            "Give a dictionary as JSON, or a Python file or page with such a call");
    }
    return read_python(text, name, options);
}

} // namespace detail

COREST_DECL source_reading read_source(std::string_view text, std::string_view name, const read_options& options)
{
    const auto answers = std::make_shared<std::map<std::string, bool, std::less<>>>();
    read_options first = options;
    if (options.is_given) {
        first.is_given = [answers, &options](std::string_view secret) {
            const auto known = answers->find(secret);
            return known != answers->end()
                ? known->second
                : answers->emplace(std::string(secret), options.is_given(secret)).first->second;
        };
    }
    source_reading out = detail::read_once(text, name, first);
    out.conditions.assign(answers->begin(), answers->end());
    if (out.asks_clock && !options.now) {
        if (options.is_given) { // the same dictionary, whatever has become of the secrets and of who looked for them
            first.is_given = [answers](std::string_view secret) {
                const auto known = answers->find(secret);
                return known == answers->end() || known->second;
            };
        }
        out.at = [text = std::string(text), name = std::string(name), first](
                     std::chrono::system_clock::time_point now) {
            read_options then = first;
            then.now = [now] { return now; };
            return detail::read_once(text, name, then);
        };
    }
    return out;
}

COREST_DECL boost::json::value read_source(std::string_view text, std::string_view name)
{
    return read_source(text, name, read_options()).dictionary;
}

COREST_DECL boost::json::value read_source_file(const std::string& path)
{
    return read_source(detail::read_text_file(path, "source"), path);
}

} // namespace corest::source
