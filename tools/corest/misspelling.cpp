#include "misspelling.hpp"

#include <corest/detail/suggestion.hpp>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
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

/// What other programs call an option that has another name here; empty: it is not known.
std::string_view usual_name(std::string_view word)
{
    constexpr std::array<std::pair<std::string_view, std::string_view>, 9> names = {{
        {"--dest", "--to"},
        {"--destination", "--to"},
        {"--target", "--to"},
        {"--output", "--to"},
        {"--out", "--to"},
        {"-o", "--to"},
        {"--secret", "--secrets"},
        {"--resource", "--only"},
        {"-V", "--version"},
    }};
    const auto found = std::find_if(names.begin(), names.end(), [&](const auto& one) { return one.first == word; });
    return found == names.end() ? std::string_view() : found->second;
}

std::string no_option(const CLI::App& command, const std::string& word)
{
    std::vector<std::string> names;
    for (const CLI::Option* option : command.get_options()) {
        for (const std::string& name : option->get_lnames()) {
            names.push_back("--" + name);
        }
    }
    std::string meant(usual_name(word));
    const auto is_begun = [&](const std::string& name) { return word.size() > 2 && name.starts_with(word); };
    if (std::count_if(names.begin(), names.end(), is_begun) == 1) {
        meant = *std::find_if(names.begin(), names.end(), is_begun);
    }
    const bool is_known = std::find(names.begin(), names.end(), meant) != names.end();
    const std::vector<std::string_view> known(names.begin(), names.end());
    return "'" + command.get_name() + "' has no option '" + word + "'"
        + corest::detail::suggestion(is_known ? meant : word, known, "option");
}

/// Whether a word that begins with one dash is made of the command's options of one letter, or is no option at all.
bool is_short(const CLI::App& command, const std::string& word)
{
    return word.size() < 2 || (word[1] >= '0' && word[1] <= '9')
        || std::all_of(
            word.begin() + 1, word.end(),
            [&](char letter) { return command.get_option_no_throw(std::string("-") + letter) != nullptr; });
}

} // namespace

std::string describe_misspelling(const CLI::App& app, int argc, const char* const* argv)
{
    const std::string first = argc > 1 ? argv[1] : "";
    if (first.empty() || first == "--") {
        return {};
    }
    if (first.front() == '-') {
        const std::string name = first.substr(0, first.find('='));
        const bool is_option = name.starts_with("--") ? app.get_option_no_throw(name) != nullptr : is_short(app, name);
        return is_option ? std::string() : no_option(app, name);
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
        if (is_value || !word.starts_with("-") || word == "--") {
            continue;
        }
        if (!word.starts_with("--")) {
            if (!is_short(*command, word)) {
                return no_option(*command, name);
            }
            continue;
        }
        const CLI::Option* option = command->get_option_no_throw(name);
        if (option == nullptr) {
            return no_option(*command, name);
        }
        previous = name == word ? option : nullptr;
    }
    if (previous != nullptr && previous->get_items_expected_min() > 0) {
        return "--" + previous->get_single_name() + " lacks its " + previous->get_type_name() + ". "
            + previous->get_description();
    }
    return {};
}

std::string describe_extra(const CLI::App& app)
{
    const std::vector<CLI::App*> given = app.get_subcommands();
    const std::vector<std::string> extra = app.remaining(true);
    if (given.empty() || extra.empty()) {
        return {};
    }
    std::string taken;
    for (const CLI::Option* option : given.front()->get_options()) {
        if (option->get_positional()) {
            taken += (taken.empty() ? "" : " and ") + option->get_single_name();
        }
    }
    return "'" + given.front()->get_name() + "' takes "
        + (taken.empty() ? "no argument" : taken + " and no further argument") + ", found '" + extra.front() + "'";
}

std::string describe_need(const CLI::App& command, const CLI::Option& lacking)
{
    const std::string name = lacking.get_single_name();
    return "'" + command.get_name() + "' needs "
        + (lacking.get_positional() ? name : "--" + name + " " + lacking.get_type_name()) + ". "
        + lacking.get_description();
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
            return describe_need(*given.front(), *option);
        }
    }
    return {};
}

} // namespace cli
