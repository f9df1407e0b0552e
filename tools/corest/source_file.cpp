#include "source_file.hpp"

#include "python_run.hpp"
#include "secret_places.hpp"
#include "yaml_file.hpp"

#include <corest/error.hpp>
#include <corest/source/read/column_files.hpp>
#include <corest/source/read/python_sources.hpp>
#include <corest/source/read/read_source.hpp>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cli {

namespace {

constexpr std::string_view standard_input = "-";

std::string read_standard_input()
{
    constexpr std::size_t limit = std::size_t{16} << 20U;
    std::string text;
    std::vector<char> part(std::size_t{64} << 10U);
    while (std::cin.read(part.data(), static_cast<std::streamsize>(part.size())) || std::cin.gcount() != 0) {
        text.append(part.data(), static_cast<std::size_t>(std::cin.gcount()));
        if (text.size() > limit) {
            throw corest::error(corest::errc::invalid_source, "standard input is larger than 16 MiB");
        }
    }
    return text;
}

/// Whether the file's name, or, without one, its content says that it is YAML.
bool is_yaml(const std::string& name, std::string_view text)
{
    if (name.ends_with(".yaml") || name.ends_with(".yml")) {
        return true;
    }
    const auto first = text.find_first_not_of(" \t\r\n");
    const bool has_root_key = text.starts_with("client:") || text.find("\nclient:") != std::string_view::npos;
    return name == standard_input && first != std::string_view::npos && text[first] != '{' && has_root_key
        && !corest::source::has_python_source(text);
}

/// With the files that `columns` name read, from the folder of the source.
corest::source::definition with_column_files(corest::source::source_reading reading, const std::string& file)
{
    const bool is_file = file != standard_input;
    return corest::source::definition(corest::source::detail::with_column_files(
        std::move(reading), is_file ? std::filesystem::path(file).parent_path().string() : std::string(".")));
}

/// Whether a secret is there under any of the names that dlt may give it; looks when it is first asked.
auto secret_test(const arguments& given)
{
    return [&given, store = std::shared_ptr<corest::source::secret_store>()](std::string_view name) mutable {
        if (!store) {
            store = std::make_shared<corest::source::secret_store>(open_secrets(given, {}, {}).store);
        }
        const auto names = store->names();
        return store->find(name) || std::any_of(names.begin(), names.end(), [&](const std::string& known) {
            return known.ends_with("." + std::string(name));
        });
    };
}

} // namespace

corest::source::definition load_source(const arguments& given)
{
    corest::source::read_options options;
    options.source = given.which_source;
    options.skip_processing_steps = given.skip_processing_steps;
    options.is_given = secret_test(given);
    options.params = params_of(given);
    if (given.python) {
        return with_column_files(run_python(given, options), given.source);
    }
    const bool from_input = given.source == standard_input;
    const std::string name = from_input ? "standard input" : given.source;
    const std::string text =
        from_input ? read_standard_input() : corest::source::detail::read_text_file(given.source, "source");
    if (is_yaml(given.source, text)) {
        corest::source::source_reading reading;
        reading.dictionary = read_yaml(text, name, given.which_source);
        corest::source::detail::refuse_python_calls(reading.dictionary);
        return with_column_files(std::move(reading), given.source);
    }
    return with_column_files(corest::source::read_source(text, name, options), given.source);
}

} // namespace cli
