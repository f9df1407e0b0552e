#include "secret_places.hpp"

#include "environment_file.hpp"
#include "secrets_file.hpp"

#include <corest/source/read/read_source.hpp>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

namespace cli {

namespace {

using corest::source::secret_store;

void add_sections(secret_store& store, const std::string& file, const std::string& name, const std::string& section)
{
    const std::string module = !section.empty() ? section
        : file == "-"                           ? std::string()
                                                : std::filesystem::path(file).stem().string();
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

opened_secrets open_secrets(const arguments& given, const std::string& source_name, const std::string& section)
{
    opened_secrets out;
    add_sections(out.store, given.source, source_name, section);
    for (const std::string& file : given.environment_files) {
        const auto variables = read_environment(corest::source::detail::read_text_file(file, "environment"), file);
        out.store.add_environment(file, [variables](const std::string& name) {
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
