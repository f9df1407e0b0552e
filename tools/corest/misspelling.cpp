#include "misspelling.hpp"

#include <corest/detail/suggestion.hpp>

#include <string_view>
#include <vector>

namespace cli {

namespace {

/// The command that was given, or null where the first word is none.
const CLI::App* find_command(const CLI::App& app, std::string_view word)
{
    for (const CLI::App* command : app.get_subcommands(nullptr)) {
        if (command->get_name() == word) {
            return command;
        }
    }
    return nullptr;
}

std::string no_command(const CLI::App& app, const std::string& word)
{
    std::vector<std::string_view> known;
    for (const CLI::App* command : app.get_subcommands(nullptr)) {
        known.emplace_back(command->get_name());
    }
    return "there is no command '" + word + "'" + corest::detail::suggestion(word, known, "command");
}

std::string no_option(const CLI::App& command, const std::string& word)
{
    std::vector<std::string> names;
    for (const CLI::Option* option : command.get_options()) {
        for (const std::string& name : option->get_lnames()) {
            names.push_back("--" + name);
        }
    }
    const std::vector<std::string_view> known(names.begin(), names.end());
    return "'" + command.get_name() + "' has no option '" + word + "'"
        + corest::detail::suggestion(word, known, "option");
}

} // namespace

std::string describe_misspelling(const CLI::App& app, int argc, const char* const* argv)
{
    const std::string first = argc > 1 ? argv[1] : "";
    if (first.empty() || first.front() == '-') {
        return {};
    }
    const CLI::App* command = find_command(app, first);
    if (command == nullptr) {
        return no_command(app, first);
    }
    // What follows an option that takes a value is not looked at: that value may begin with a dash.
    const CLI::Option* previous = nullptr;
    for (int i = 2; i < argc; ++i) {
        const std::string word = argv[i];
        const std::string name = word.substr(0, word.find('='));
        const bool is_value = previous != nullptr && previous->get_items_expected_max() > 0;
        previous = nullptr;
        if (is_value || !word.starts_with("--") || word == "--") {
            continue;
        }
        const CLI::Option* option = command->get_option_no_throw(name);
        if (option == nullptr) {
            return no_option(*command, name);
        }
        previous = name == word ? option : nullptr;
    }
    return {};
}

std::string describe_repetition(const CLI::App& app)
{
    for (const CLI::App* command : app.get_subcommands()) {
        for (const CLI::Option* option : command->get_options()) {
            if (option->get_items_expected_max() == 1 && option->count() > 1) {
                return "--" + option->get_single_name() + " is given "
                    + (option->count() == 2 ? "twice" : "several times") + ": it takes one " + option->get_type_name();
            }
        }
    }
    return {};
}

std::string describe_missing(const CLI::App& app)
{
    const std::vector<CLI::App*> given = app.get_subcommands();
    if (given.empty()) {
        std::string text = "which command?";
        for (const CLI::App* command : app.get_subcommands(nullptr)) {
            text += "\n  " + command->get_name() + ": " + command->get_description();
        }
        return text;
    }
    for (const CLI::Option* option : given.front()->get_options()) {
        if (option->get_required() && option->count() == 0) {
            const std::string name = option->get_single_name();
            const bool is_argument = option->get_positional();
            return "'" + given.front()->get_name() + "' needs "
                + (is_argument ? name : "--" + name + " " + option->get_type_name()) + ". " + option->get_description();
        }
    }
    return {};
}

} // namespace cli
