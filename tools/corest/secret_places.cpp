#include "secret_places.hpp"

#include "secrets_file.hpp"

#include <corest/error.hpp>
#include <corest/source/read/read_source.hpp>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

namespace cli {

namespace {

using corest::source::secret_store;

/// A value of an environment file: without its quotes.
std::string unquoted(std::string_view text)
{
    const bool quoted =
        text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front();
    if (quoted) {
        return std::string(text.substr(1, text.size() - 2));
    }
    const auto comment = text.find(" #");
    text = text.substr(0, comment);
    const auto last = text.find_last_not_of(" \t");
    return std::string(text.substr(0, last == std::string_view::npos ? 0 : last + 1));
}

/// Reads lines NAME=VALUE, with `export`, quotes and comments. Errors show nothing of a line.
std::map<std::string, std::string> read_environment_file(const std::string& path)
{
    const std::string text = corest::source::detail::read_text_file(path, "environment");
    std::map<std::string, std::string> out;
    std::size_t number = 0;
    for (std::size_t begin = 0; begin < text.size();) {
        ++number;
        const auto end = std::min(text.find('\n', begin), text.size());
        std::string_view line = std::string_view(text).substr(begin, end - begin);
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
        const auto name = line.substr(0, equals);
        if (equals == std::string_view::npos || name.find_first_of(" \t\"'") == 0 || name.empty()) {
            throw corest::error(corest::errc::invalid_source,
                path + ":" + std::to_string(number) + ": expected NAME=VALUE", "Comments begin with #");
        }
        std::string_view value = line.substr(equals + 1);
        value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
        out[std::string(name.substr(0, name.find_last_not_of(" \t") + 1))] = unquoted(value);
    }
    return out;
}

void add_sections(secret_store& store, const std::string& file, const std::string& name)
{
    const std::string module = file == "-" ? std::string() : std::filesystem::path(file).stem().string();
    if (!module.empty() && !name.empty()) {
        store.add_section("sources." + module + "." + name);
    }
    if (!module.empty()) {
        store.add_section("sources." + module);
    }
    if (!name.empty() && name != module) {
        store.add_section("sources." + name);
    }
    store.add_section("sources");
}

} // namespace

opened_secrets open_secrets(const arguments& given, const std::string& source_name)
{
    opened_secrets out;
    add_sections(out.store, given.source, source_name);
    for (const std::string& file : given.environment_files) {
        out.store.add_environment(file, [variables = read_environment_file(file)](const std::string& name) {
            const auto found = variables.find(name);
            return found == variables.end() ? std::nullopt : std::optional<std::string>(found->second);
        });
    }
    // What is added last is asked first.
    std::vector<std::string> folders;
    if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') {
        folders.push_back(std::string(home) + "/.dlt");
    }
    folders.emplace_back(".dlt");
    for (const std::string& folder : folders) {
        for (const char* name : {"config.toml", "secrets.toml"}) {
            const std::string file = folder + "/" + name;
            std::error_code ec;
            if (std::filesystem::exists(file, ec)) {
                (void)add_secrets_file(out.store, file); // dlt itself writes it for everybody to read
            } else {
                out.store.add_absent(file);
            }
        }
    }
    for (const std::string& file : given.secrets) {
        const auto warnings = add_secrets_file(out.store, file);
        out.warnings.insert(out.warnings.end(), warnings.begin(), warnings.end());
    }
    return out;
}

} // namespace cli
