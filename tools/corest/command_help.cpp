#include "command_help.hpp"

#include "destinations.hpp"

#include <corest/version.hpp>

#include <algorithm>
#include <string_view>
#include <vector>

namespace cli {

namespace {

/// An option, or what stands for one argument.
class described_option {
public:
    std::vector<std::string> names; ///< "--limit", "-v"; empty: an argument
    std::string argument;           ///< "SOURCE", or what the option takes: "ROWS"; empty: nothing
    std::vector<std::string> words; ///< those that it takes; empty: any
    std::string description;
};

bool is_words(std::string_view type)
{
    return type.find('|') != std::string_view::npos
        && std::none_of(type.begin(), type.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

std::vector<std::string> split_words(std::string_view type)
{
    std::vector<std::string> words;
    for (std::size_t at = 0; at <= type.size();) {
        const std::size_t end = std::min(type.find('|', at), type.size());
        words.emplace_back(type.substr(at, end - at));
        at = end + 1;
    }
    return words;
}

described_option describe(const CLI::Option& option)
{
    described_option out;
    for (const std::string& name : option.get_lnames()) {
        out.names.push_back("--" + name);
    }
    for (const std::string& name : option.get_snames()) {
        out.names.push_back("-" + name);
    }
    out.description = option.get_description();
    if (out.names.empty()) {
        out.argument = is_words(option.get_type_name()) ? option.get_type_name() : option.get_single_name();
    } else if (option.get_items_expected_max() > 0) {
        out.argument = option.get_type_name();
        if (is_words(out.argument)) {
            out.words = split_words(out.argument);
        }
    }
    return out;
}

std::vector<described_option> options_of(const CLI::App& command)
{
    std::vector<described_option> all;
    for (const CLI::Option* option : command.get_options()) {
        all.push_back(describe(*option));
    }
    return all;
}

std::vector<const CLI::App*> commands_of(const CLI::App& app)
{
    return app.get_subcommands([](const CLI::App*) { return true; });
}

/// The first line, without what would end a string of a shell.
std::string brief(const std::string& text)
{
    std::string line = text.substr(0, text.find('\n'));
    line.erase(std::remove(line.begin(), line.end(), '\''), line.end());
    return line;
}

std::string joined(const std::vector<std::string>& words)
{
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : " ") + word;
    }
    return text;
}

std::string names_of_commands(const CLI::App& app)
{
    std::vector<std::string> names;
    for (const CLI::App* command : commands_of(app)) {
        names.push_back(command->get_name());
    }
    return joined(names);
}

bool takes_file(const described_option& option)
{
    return option.argument == "FILE" || option.argument == "SOURCE" || option.argument == "OLD"
        || option.argument == "NEW";
}

/// What is completed by the kinds of destinations first, then by files.
bool takes_destination(const described_option& option)
{
    return option.argument == "DESTINATION";
}

/// The words that stand for an argument without a name; empty where it is a file.
std::string words_of_argument(const described_option& option)
{
    return is_words(option.argument) ? joined(split_words(option.argument))
        : takes_destination(option)  ? joined(destination_prefixes())
                                     : std::string();
}

// ---- bash ----

std::string bash_script(const CLI::App& app)
{
    std::string text =
        "# Completes the words of corest, for bash.\n"
        "_corest()\n{\n"
        "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} options= words=\n"
        "    COMPREPLY=()\n"
        "    if [ \"$current\" = : ]; then current= previous=:; fi # what follows sqlite: is a file\n"
        "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
        "        COMPREPLY=($(compgen -W '"
        + names_of_commands(app) + " --help --version' -- \"$current\"))\n        return\n    fi\n"
        + "    case ${COMP_WORDS[1]} in\n";
    for (const CLI::App* command : commands_of(app)) {
        text += "    " + command->get_name() + ")\n";
        std::vector<std::string> names;
        std::string values;
        std::string words;
        for (const described_option& option : options_of(*command)) {
            names.insert(names.end(), option.names.begin(), option.names.end());
            if (option.names.empty() || option.argument.empty()) {
                words += option.names.empty() ? words_of_argument(option) : "";
                continue;
            }
            std::string pattern;
            for (const std::string& name : option.names) {
                pattern += (pattern.empty() ? "" : " | ") + name;
            }
            values += "        " + pattern + ") "
                + (!option.words.empty() ? "COMPREPLY=($(compgen -W '" + joined(option.words) + "' -- \"$current\"))"
                        : takes_destination(option) ? "COMPREPLY=($(compgen -W '" + joined(destination_prefixes())
                            + "' -- \"$current\")); compopt -o nospace 2>/dev/null"
                        : takes_file(option) ? std::string("COMPREPLY=($(compgen -f -- \"$current\"))")
                                             : std::string(":"))
                + "; return ;;\n";
        }
        if (!values.empty()) {
            text += "        case $previous in\n" + values + "        esac\n";
        }
        text += "        options='" + joined(names) + "' words='" + words + "' ;;\n";
    }
    return text
        + "    esac\n"
          "    case $current in\n"
          "    -*) COMPREPLY=($(compgen -W \"$options\" -- \"$current\")) ;;\n"
          "    *) if [ -n \"$words\" ] && [ \"$previous\" != : ]; then COMPREPLY=($(compgen -W \"$words\" -- "
          "\"$current\")); else "
          "COMPREPLY=($(compgen -f -- \"$current\")); fi ;;\n"
          "    esac\n"
          "}\n"
          "complete -o filenames -F _corest corest\n";
}

// ---- zsh ----

/// A description in the brackets of `_arguments`.
std::string zsh_text(const std::string& description)
{
    std::string text;
    for (const char c : brief(description)) {
        if (c == '[' || c == ']' || c == ':' || c == '\\') {
            text += '\\';
        }
        text += c;
    }
    return text;
}

std::string zsh_value(const described_option& option)
{
    const std::string what = zsh_text(option.argument);
    return !option.words.empty()    ? ":" + what + ":(" + joined(option.words) + ")"
        : takes_file(option)        ? ":" + what + ":_files"
        : takes_destination(option) ? ":" + what + ":_corest_destination"
        : !option.argument.empty()  ? ":" + what + ": "
                                    : std::string();
}

std::string zsh_script(const CLI::App& app)
{
    std::string text = "#compdef corest\n"
                       "# Completes the words of corest, for zsh.\n"
                       "_corest_destination()\n{\n"
                       "    if compset -P '*:'; then _files; else compadd -S '' -- "
        + joined(destination_prefixes())
        + "; fi\n}\n"
          "_corest()\n{\n"
          "    local -a commands\n"
          "    commands=(\n";
    for (const CLI::App* command : commands_of(app)) {
        text += "        '" + command->get_name() + ":" + zsh_text(command->get_description()) + "'\n";
    }
    text += "    )\n"
            "    if (( CURRENT == 2 )); then\n"
            "        _describe command commands\n"
            "        return\n"
            "    fi\n"
            "    local command=$words[2]\n"
            "    shift words\n"
            "    (( CURRENT -= 1 ))\n"
            "    case $command in\n";
    for (const CLI::App* command : commands_of(app)) {
        text += "    " + command->get_name() + ")\n        _arguments";
        for (const described_option& option : options_of(*command)) {
            for (const std::string& name : option.names) {
                text +=
                    " \\\n            '*" + name + "[" + zsh_text(option.description) + "]" + zsh_value(option) + "'";
            }
            if (option.names.empty()) {
                const bool words = is_words(option.argument);
                text += " \\\n            ':" + zsh_text(option.argument) + ":"
                    + (words                            ? "(" + joined(split_words(option.argument)) + ")"
                            : takes_destination(option) ? std::string("_corest_destination")
                                                        : std::string("_files"))
                    + "'";
            }
        }
        text += "\n        ;;\n";
    }
    return text + "    esac\n}\n_corest \"$@\"\n";
}

// ---- fish ----

std::string fish_script(const CLI::App& app)
{
    std::string text = "# Completes the words of corest, for fish.\n"
                       "complete -c corest -n __fish_use_subcommand -f\n";
    for (const CLI::App* command : commands_of(app)) {
        text += "complete -c corest -n __fish_use_subcommand -f -a " + command->get_name() + " -d '"
            + brief(command->get_description()) + "'\n";
    }
    for (const CLI::App* command : commands_of(app)) {
        const std::string start = "complete -c corest -n '__fish_seen_subcommand_from " + command->get_name() + "'";
        for (const described_option& option : options_of(*command)) {
            if (option.names.empty()) {
                const std::string words = words_of_argument(option);
                text += words.empty() ? "" : start + " -f -a '" + words + "'\n";
                continue;
            }
            text += start;
            for (const std::string& name : option.names) {
                text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
            }
            if (!option.words.empty()) {
                text += " -x -a '" + joined(option.words) + "'";
            } else if (takes_destination(option)) {
                text += " -r -a '" + joined(destination_prefixes()) + "'";
            } else if (!option.argument.empty()) {
                text += takes_file(option) ? " -r" : " -x";
            }
            text += " -d '" + brief(option.description) + "'\n";
        }
    }
    return text;
}

// ---- man ----

/// A text for troff: nothing in it is a request or an escape.
std::string man_text(const std::string& given)
{
    std::string text;
    for (const char c : given) {
        if (c == '\\') {
            text += "\\e";
        } else if (c == '-') {
            text += "\\-";
        } else if ((c == '.' || c == '\'') && (text.empty() || text.back() == '\n')) {
            text += "\\&";
            text += c;
        } else {
            text += c;
        }
    }
    return text;
}

/// The same, with a line break kept as one.
std::string man_lines(const std::string& given)
{
    std::string text;
    for (const char c : man_text(given)) {
        text += c;
        if (c == '\n') {
            text += ".br\n";
        }
    }
    return text;
}

void append_option(std::string& page, const described_option& option)
{
    page += ".TP\n";
    std::string names;
    for (const std::string& name : option.names) {
        names += (names.empty() ? "" : ", ") + std::string("\\fB") + man_text(name) + "\\fR";
    }
    const std::string argument = option.argument.empty() ? std::string() : "\\fI" + man_text(option.argument) + "\\fR";
    page += names + (names.empty() || argument.empty() ? "" : " ") + argument + "\n";
    page += man_lines(option.description.empty() ? "See above" : option.description) + "\n";
}

} // namespace

std::string completion_script(const CLI::App& app, const std::string& shell)
{
    return shell == "bash" ? bash_script(app) : shell == "zsh" ? zsh_script(app) : fish_script(app);
}

std::string manual_page(const CLI::App& app)
{
    std::string page = ".TH COREST 1 \"\" \"corest " COREST_VERSION "\" \"User Commands\"\n"
                       ".SH NAME\ncorest \\- load REST APIs into databases and files\n"
                       ".SH SYNOPSIS\n";
    for (const CLI::App* command : commands_of(app)) {
        page += ".B corest " + man_text(command->get_name()) + "\n";
        for (const described_option& option : options_of(*command)) {
            page += option.names.empty() ? ".I " + man_text(option.argument) + "\n" : "";
        }
        page += "[\\fIOPTION\\fR]...\n.br\n";
    }
    page += ".SH DESCRIPTION\n" + man_lines(app.get_description()) + "\n.SH COMMANDS\n";
    for (const CLI::App* command : commands_of(app)) {
        page += ".SS " + man_text(command->get_name()) + "\n" + man_lines(command->get_description()) + ".\n";
        for (const described_option& option : options_of(*command)) {
            append_option(page, option);
        }
    }
    return page + ".SH NOTES\n.nf\n" + man_text(app.get_footer()) + "\n.fi\n";
}

} // namespace cli
