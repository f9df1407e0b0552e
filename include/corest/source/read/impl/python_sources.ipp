#pragma once

#include <corest/source/read/python_sources.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/source/read/python_calls.hpp>
#include <corest/source/read/python_evaluator.hpp>
#include <corest/source/read/python_names.hpp>
#include <corest/source/read/python_statements.hpp>
#include <corest/source/read/python_tokens.hpp>
#include <corest/source/read/source_choice.hpp>
#include <corest/source/schema/dictionary.hpp>
#include <corest/source/schema/unknown_place.hpp>

#include <boost/json/object.hpp>

#include <algorithm>
#include <array>
#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace corest::source {

namespace detail {

namespace python_source_finder {

using node_kind = python_node::kind;
using corest::detail::in_quotes;

// A part of a text that is Python.
struct part {
    std::size_t begin;
    std::size_t end;
};

// Whether a character stands in the text that no Python has: a page does.
[[nodiscard]] inline bool is_page(std::string_view text)
{
    const auto tokens = python_tokens(text, 0, text.size());
    return std::any_of(tokens.begin(), tokens.end(),
        [&](const token& t) { return t.kind == token_kind::bad && text[t.offset] == '`'; });
}

// The blocks between fences that may be Python; the whole text where there are none.
COREST_DECL std::vector<part> parts_of(std::string_view text)
{
    if (text.find("```") == std::string_view::npos || !is_page(text)) {
        return {{0, text.size()}};
    }
    std::vector<part> out;
    std::size_t begin = 0; // of the open block
    bool is_open = false;
    bool is_python = false;
    for (std::size_t line = 0; line < text.size();) {
        const std::size_t end = std::min(text.find('\n', line), text.size());
        std::string_view content = corest::detail::trimmed(text.substr(line, end - line));
        if (content.ends_with('\r')) {
            content.remove_suffix(1);
        }
        if (content.starts_with("```")) {
            if (is_open) {
                if (is_python) {
                    out.push_back({begin, line});
                }
            } else {
                const std::string language =
                    corest::detail::lower(content.substr(3, content.find_first_of(" {", 3) - 3));
                is_python = language.empty() || language.starts_with("py") || language == "ipython";
                begin = std::min(end + 1, text.size());
            }
            is_open = !is_open;
        }
        line = end + 1;
    }
    if (is_open && is_python) {
        out.push_back({begin, text.size()});
    }
    return out;
}

// A call that makes a source, or a variable that holds a dictionary for one.
struct candidate {
    const python_node* call = nullptr;     // null: a variable
    const python_node* argument = nullptr; // the dictionary
    python_place place;
    std::size_t offset = 0;
    std::string name;
    const python_statement* function = nullptr; // that it stands in
};

// Something that is done to a source after it was made.
struct step {
    const python_node* call;
    python_place place;
};

// The sources of a script.
class finder {
public:
    explicit finder(const python_script& script) : script_(script), names_(script)
    {
        for (const part& p : parts_of(script.text())) {
            modules_.push_back(python_statements(script, p.begin, p.end));
            names_.add_module(modules_.back());
        }
        names_.finish();
        find_calls();
        find_variables();
        std::sort(candidates_.begin(), candidates_.end(),
            [](const candidate& a, const candidate& b) { return a.offset < b.offset; });
    }
    finder(const finder&) = delete;
    finder& operator=(const finder&) = delete;

    [[nodiscard]] const std::vector<candidate>& candidates() const noexcept { return candidates_; }
    [[nodiscard]] const python_names& names() const noexcept { return names_; }

    // Why a statement with such a call could not be read; null: there is none.
    [[nodiscard]] const error* failure() const
    {
        for (const python_statement* broken : names_.broken()) {
            const auto tokens = python_tokens(script_.text(), broken->offset, broken->end, true);
            for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
                if (is_call(tokens, i)) {
                    return broken->failure.get();
                }
            }
        }
        return nullptr;
    }

    // What is done to a source with methods that change what it loads.
    [[nodiscard]] std::vector<step> steps_of(const candidate& c) const
    {
        constexpr std::array<std::string_view, 7> methods = {
            "with_resources", "add_limit", "add_map", "add_yield_map", "add_filter", "apply_hints", "bind"};
        std::vector<step> out;
        for (const placed_node& one : names_.calls()) {
            const python_node& function = one.node->parts.front();
            if (function.type == node_kind::attribute
                && std::find(methods.begin(), methods.end(), function.name) != methods.end()
                && is_of(c, function.parts.front(), one.place, 0))
            {
                out.push_back({one.node, one.place});
            }
        }
        return out;
    }

private:
    [[nodiscard]] bool is_call(const std::vector<token>& tokens, std::size_t i) const
    {
        const auto text = [&](std::size_t n) {
            return n < tokens.size() ? script_.text().substr(tokens[n].offset, tokens[n].length) : std::string_view();
        };
        return tokens[i].kind == token_kind::name && makes_source(std::string(text(i))) && text(i + 1) == "("
            && text(i + 2) != ")" && text(i + 2) != "..." && (i == 0 || text(i - 1) != "def");
    }

    void find_calls()
    {
        for (const placed_node& one : names_.calls()) {
            if (!makes_source(names_.full_name(one.node->parts.front(), one.place))) {
                continue;
            }
            candidate made;
            for (std::size_t i = one.node->parts.size(); i-- > 1;) {
                const python_node& argument = one.node->parts[i];
                if (argument.type == node_kind::keyword) {
                    made.argument = argument.name == "config" ? &argument.parts.front() : made.argument;
                    if (argument.name == "name" && argument.parts.front().value.is_string()) {
                        made.name = std::string(argument.parts.front().value.get_string());
                    }
                } else if (i == 1) {
                    made.argument = &argument;
                }
            }
            const bool is_prose =
                made.argument == nullptr || made.argument->name == "..." || made.argument->name == "a set";
            if (is_prose) {
                continue;
            }
            made.call = one.node;
            made.place = one.place;
            made.offset = one.node->offset;
            add(std::move(made));
        }
    }

    // Variables of the type RESTAPIConfig that no call has.
    void find_variables()
    {
        const std::size_t calls = candidates_.size();
        for (const auto& [statement, place] : names_.annotated()) {
            const python_node& target = statement->expressions.front();
            if (statement->name != "RESTAPIConfig" || target.type != node_kind::name) {
                continue;
            }
            const python_node* value = &statement->expressions.back();
            const bool is_used = std::any_of(
                candidates_.begin(), candidates_.begin() + static_cast<std::ptrdiff_t>(calls), [&](const candidate& c) {
                    const std::string root = c.argument->type == node_kind::name ? c.argument->name : std::string();
                    const python_binding* bound = root.empty() ? nullptr : names_.find(root, c.place);
                    return bound != nullptr && (bound->node == value || is_given_to(*bound, *value));
                });
            if (!is_used) {
                candidate made;
                made.argument = &target;
                made.place = place;
                made.offset = target.offset;
                made.name = target.name;
                add(std::move(made));
            }
        }
    }

    // Whether a parameter is given a variable's value by a call of its function.
    [[nodiscard]] bool is_given_to(const python_binding& bound, const python_node& value) const
    {
        if (bound.type != python_binding::kind::parameter) {
            return false;
        }
        const auto calls = names_.calls_of(*bound.statement);
        return std::any_of(calls.begin(), calls.end(), [&](const placed_node& call) {
            return std::any_of(call.node->parts.begin() + 1, call.node->parts.end(), [&](const python_node& argument) {
                const python_node& given = argument.type == node_kind::keyword ? argument.parts.front() : argument;
                const python_binding* of =
                    given.type == node_kind::name ? names_.find(given.name, call.place) : nullptr;
                return of != nullptr && of->node == &value;
            });
        });
    }

    void add(candidate made)
    {
        made.function = names_.function_at(made.place);
        if (made.name.empty() && made.function != nullptr) {
            made.name = made.function->name;
        } else if (made.name.empty() && made.call != nullptr) {
            made.name = names_.assigned_to(*made.call);
        }
        candidates_.push_back(std::move(made));
    }

    // Whether an expression is this source, or something of it.
    [[nodiscard]] bool is_of(const candidate& c, const python_node& node, python_place place, int depth) const
    {
        constexpr int deepest = 50;
        if (depth > deepest) {
            return false;
        }
        switch (node.type) {
        case node_kind::attribute:
        case node_kind::subscript:
            return is_of(c, node.parts.front(), place, depth + 1);
        case node_kind::name: {
            const python_binding* bound = names_.find(node.name, place);
            return bound != nullptr && bound->type == python_binding::kind::value
                && is_of(c, *bound->node, bound->place, depth + 1);
        }
        case node_kind::call: {
            if (&node == c.call) {
                return true;
            }
            const python_node& function = node.parts.front();
            if (function.type == node_kind::attribute) {
                return is_of(c, function.parts.front(), place, depth + 1);
            }
            const python_binding* bound =
                function.type == node_kind::name ? names_.find(function.name, place) : nullptr;
            return bound != nullptr && bound->statement != nullptr && bound->statement == c.function;
        }
        default:
            return false;
        }
    }

    const python_script& script_;
    std::deque<std::vector<python_statement>> modules_;
    python_names names_;
    std::vector<candidate> candidates_;
};

// What the file does to a source.
COREST_DECL std::vector<source_step> read_steps(
    const python_script& script, const finder& found, const candidate& c, python_evaluator& values)
{
    std::vector<source_step> out;
    for (const step& s : found.steps_of(c)) {
        source_step made;
        made.method = s.call->parts.front().name;
        made.place = script.position(s.call->offset);
        for (std::size_t i = 1; i < s.call->parts.size(); ++i) {
            const boost::json::value text = values.evaluate(s.call->parts[i], s.place);
            made.is_plain = made.is_plain && text.is_string();
            if (text.is_string()) {
                made.arguments.emplace_back(text.get_string());
            }
        }
        out.push_back(std::move(made));
    }
    return out;
}

} // namespace python_source_finder

COREST_DECL source_reading read_python_script(const python_script& script, const read_options& options)
{
    using namespace python_source_finder;
    const finder found(script);
    if (const error* failure = found.failure()) {
        throw error(*failure);
    }
    if (found.candidates().empty()) {
        throw error(errc::invalid_source, script.name() + " has no call rest_api_source({...})",
            "Give a file with one, or the dictionary as JSON");
    }
    std::vector<source_label> labels;
    for (const candidate& c : found.candidates()) {
        labels.push_back({c.name, script.position(c.offset)});
    }
    const candidate& chosen = found.candidates()[choose_source(script.name(), labels, options.source)];
    python_evaluator values(script, found.names(), options);
    source_reading out;
    out.name = chosen.name;
    const bool spread = chosen.argument->type == node_kind::double_spread;
    out.dictionary = values.evaluate(spread ? chosen.argument->parts.front() : *chosen.argument, chosen.place);
    if (spread && out.dictionary.is_object() && out.dictionary.get_object().contains("config")) {
        boost::json::value inner = out.dictionary.get_object().at("config");
        out.dictionary = std::move(inner);
    }
    if (is_unknown(out.dictionary)) {
        refuse_unknown(out.dictionary);
    }
    if (!out.dictionary.is_object() || secret_reference(out.dictionary)) {
        script.fail(chosen.argument->offset,
            "expected a dictionary as the argument of this call, found " + type_name(out.dictionary),
            "Write rest_api_source({...})");
    }
    apply_source_steps(out.dictionary, read_steps(script, found, chosen, values));
    out.warnings = values.warnings();
    out.used_params = values.used_params();
    out.asks_clock = values.asks_clock();
    return out;
}

} // namespace detail

COREST_DECL bool has_python_source(std::string_view text)
{
    const detail::python_script script{std::string(text), "source"};
    const detail::python_source_finder::finder found(script);
    return !found.candidates().empty() || found.failure() != nullptr;
}

COREST_DECL source_reading read_python(std::string_view text, std::string_view name, const read_options& options)
{
    return detail::read_python_script(detail::python_script(std::string(text), name), options);
}

COREST_DECL boost::json::value read_python_source(std::string_view text, std::string_view name)
{
    return read_python(text, name, {}).dictionary;
}

} // namespace corest::source
