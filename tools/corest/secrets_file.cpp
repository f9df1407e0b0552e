#include "secrets_file.hpp"

#include <corest/error.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cmath>
#include <sstream>
#include <stdexcept>

namespace cli {

/// \throws std::logic_error
[[noreturn]] static void refuse_toml()
{
    throw std::logic_error("what toml++ takes for granted does not hold");
}

} // namespace cli

// What toml++ 3.3 asserts does not hold for each file (not for "[*]"), and with NDEBUG it is taken for granted.
#undef NDEBUG
#define TOML_ASSERT(expr) ((expr) ? static_cast<void>(0) : ::cli::refuse_toml())
#include <toml++/toml.h>

namespace cli {

namespace {

boost::json::value to_json(const toml::node& node)
{
    if (const auto* table = node.as_table()) {
        boost::json::object out;
        for (const auto& [key, value] : *table) {
            out[boost::json::string_view(key.str().data(), key.str().size())] = to_json(value);
        }
        return out;
    }
    if (const auto* list = node.as_array()) {
        boost::json::array out;
        for (const toml::node& value : *list) {
            out.push_back(to_json(value));
        }
        return out;
    }
    if (const auto* text = node.as_string()) {
        return boost::json::value(boost::json::string_view(text->get()));
    }
    if (const auto* number = node.as_integer()) {
        return number->get();
    }
    if (const auto* flag = node.as_boolean()) {
        return flag->get();
    }
    if (const auto* number = node.as_floating_point(); number != nullptr && std::isfinite(number->get())) {
        return number->get();
    }
    std::ostringstream out; // dates, times, and numbers that JSON has not
    node.visit([&](const auto& value) {
        if constexpr (toml::is_value<decltype(value)>) {
            out << value.get();
        }
    });
    return boost::json::value(boost::json::string_view(out.str()));
}

} // namespace

boost::json::value read_toml(std::string_view text, std::string_view name)
{
    // The parser's own words may show a part of the text, so they are left out.
    const auto refused = [](const std::string& place) {
        return corest::error(corest::errc::invalid_source, place + ": this is not valid TOML",
            "A line is [table], key = \"value\" or # a comment; texts need quotes, and a key stands once");
    };
    try {
        return to_json(toml::parse(text));
    } catch (const toml::parse_error& e) {
        const auto begin = e.source().begin;
        throw refused(std::string(name) + ":" + std::to_string(begin.line) + ":" + std::to_string(begin.column));
    } catch (const std::logic_error&) { // TOML_ASSERT
        throw refused(std::string(name));
    }
}

std::vector<std::string> add_secrets_file(corest::source::secret_store& store, const std::string& path)
{
    return store.add_file(path, read_toml);
}

} // namespace cli
