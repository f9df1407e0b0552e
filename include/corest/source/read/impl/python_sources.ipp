#pragma once

#include <corest/source/read/python_sources.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/source/read/python_calls.hpp>
#include <corest/source/read/python_effects.hpp>
#include <corest/source/read/python_evaluator.hpp>
#include <corest/source/read/python_names.hpp>
#include <corest/source/read/python_statements.hpp>
#include <corest/source/read/python_tokens.hpp>
#include <corest/source/read/source_choice.hpp>
#include <corest/source/read/source_steps.hpp>
#include <corest/source/schema/dictionary.hpp>
#include <corest/source/schema/unknown_place.hpp>

#include <boost/json/object.hpp>

#include <algorithm>
#include <array>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace corest::source {

namespace detail {

namespace python_source_finder {

using node_kind = python_node::kind;

// A part of a text that is Python.
struct part {
    std::size_t begin;
    std::size_t end;
};

// The marks that a block of a page begins or ends with: three backticks or tildes, or more of them; else empty.
[[nodiscard]] inline std::string_view fence_of(std::string_view line)
{
    const char mark = line.empty() ? '\0' : line.front();
    const auto end = mark == '`' || mark == '~' ? std::min(line.find_first_not_of(mark), line.size()) : 0;
    return end >= 3 ? line.substr(0, end) : std::string_view();
}

// Whether something stands in the text that no Python has: a page does.
[[nodiscard]] inline bool is_page(std::string_view text)
{
    const auto tokens = python_tokens(text, 0, text.size());
    const auto word = [&](std::size_t i) {
        return i < tokens.size() ? text.substr(tokens[i].offset, tokens[i].length) : std::string_view();
    };
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const bool is_backtick = tokens[i].kind == token_kind::bad && text[tokens[i].offset] == '`';
        const bool is_line = word(i) == "~" && word(i + 1) == "~" && word(i + 2) == "~"
            && (i + 3 >= tokens.size() || tokens[i + 3].kind == token_kind::newline
                || tokens[i + 3].kind == token_kind::end);
        if (is_backtick || is_line) {
            return true;
        }
    }
    return false;
}

// What a page holds.
struct page_parts {
    std::vector<part> python;
    std::vector<part> others; // blocks of another language
};

// A block without a fence, which is indented: Python where it has the call.
COREST_DECL void add_indented(std::string_view text, std::size_t begin, std::size_t end, page_parts& out)
{
    constexpr std::string_view call = "rest_api_source({";
    const auto found = begin < end ? text.substr(begin, end - begin).find(call) : std::string_view::npos;
    if (found != std::string_view::npos && !text.substr(begin + found + call.size()).starts_with("...")) {
        out.python.push_back({begin, end});
    }
}

// The blocks of a page, those between fences and indented ones; the whole text where it is none.
COREST_DECL page_parts parts_of(std::string_view text)
{
    page_parts out;
    const bool has_fences = text.find("```") != std::string_view::npos || text.find("~~~") != std::string_view::npos;
    if (!has_fences || !is_page(text)) {
        out.python.push_back({0, text.size()});
        return out;
    }
    std::size_t begin = 0; // of the open block, or of the indented lines
    std::string_view open; // the fence of the open block; empty: none is
    bool is_python = false;
    bool is_indented = false;
    for (std::size_t line = 0; line < text.size();) {
        const std::size_t end = std::min(text.find('\n', line), text.size());
        const std::string_view whole = text.substr(line, end - line);
        std::string_view content = corest::detail::trimmed(whole);
        if (content.ends_with('\r')) {
            content.remove_suffix(1);
        }
        const std::string_view fence = fence_of(content);
        const bool ends = !open.empty() && fence.size() >= open.size() && fence.front() == open.front()
            && fence.size() == content.size();
        const bool goes_on =
            open.empty() && fence.empty() && (content.empty() || whole.starts_with("    ") || whole.starts_with('\t'));
        if (is_indented && !goes_on) {
            add_indented(text, begin, line, out);
            is_indented = false;
        }
        if (ends) {
            (is_python ? out.python : out.others).push_back({begin, line});
            open = {};
        } else if (open.empty() && !fence.empty()) {
            const std::string_view word = corest::detail::trimmed(content.substr(fence.size()));
            const std::string language = corest::detail::lower(word.substr(0, word.find_first_of(" {,")));
            is_python = language.empty() || language.starts_with("py") || language == "ipython";
            begin = std::min(end + 1, text.size());
            open = fence;
        } else if (goes_on && !is_indented && !content.empty()) {
            is_indented = true;
            begin = line;
        }
        line = end + 1;
    }
    if (is_indented) {
        add_indented(text, begin, text.size(), out);
    } else if (!open.empty()) {
        (is_python ? out.python : out.others).push_back({begin, text.size()});
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
    std::string section;
    const python_statement* function = nullptr; // that it stands in
};

// Something that is done to a source, or said of it, with the expressions that it is done with.
struct step {
    source_step::kind type;
    const python_node* node; // the call, or the target of an assignment
    python_place place;
    const python_node* value = nullptr;                // of an assignment
    std::optional<std::vector<std::string>> resources; // none: the whole source
    std::string method = {};                           // of a call that names it otherwise
};

// Whether a node stands within an expression where it depends on a condition whether it counts.
// \return none: it does not stand there
[[nodiscard]] inline std::optional<bool> is_in_choice(
    const python_node& whole, const python_node& sought, bool depends = false)
{
    if (&whole == &sought) {
        return depends;
    }
    depends = depends || whole.type == node_kind::conditional || whole.type == node_kind::other;
    for (const python_node& part : whole.parts) {
        if (const auto found = is_in_choice(part, sought, depends)) {
            return found;
        }
    }
    return std::nullopt;
}

// Why it is not known that what `.with_resources(...)` gives is what the file runs; empty: it is. Dlt makes a copy of
// the source with them, and leaves the source as it is.
COREST_DECL std::string doubt_of_selection(
    const std::vector<python_statement>& statements, const python_node& call, const std::vector<step>& steps)
{
    for (const python_statement& one : statements) {
        for (const python_node& whole : one.expressions) {
            const auto depends = is_in_choice(whole, call);
            if (!depends) {
                continue;
            }
            if (*depends) {
                return "it stands in a branch or a loop";
            }
            const bool is_run =
                std::any_of(steps.begin(), steps.end(), [](const step& s) { return s.type == source_step::kind::run; });
            if (is_run && one.type == python_statement::kind::expression && one.name != "return" && &whole == &call) {
                return "it makes a copy of the source, which is not used";
            }
            const bool is_named = one.type == python_statement::kind::assignment && one.targets == 1
                && one.expressions.front().type == node_kind::name;
            for (const step& s : steps) {
                const bool has_data = s.type == source_step::kind::run && s.node->parts.size() > 1;
                const python_node& data = has_data ? s.node->parts[1] : *s.node;
                if (has_data && is_named && data.type == node_kind::name && data.name != one.expressions.front().name) {
                    return "it makes a copy of the source, and another one is run";
                }
            }
        }
        if (std::string deeper = doubt_of_selection(one.body, call, steps); !deeper.empty()) {
            return deeper;
        }
    }
    return {};
}

// The sources of a script.
class finder {
public:
    explicit finder(const python_script& script) : script_(script), names_(script)
    {
        const page_parts parts = parts_of(script.text());
        others_ = parts.others;
        for (const part& p : parts.python) {
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

    // What of a page looks like a dictionary and is not Python.
    [[nodiscard]] std::vector<std::string> unread_blocks() const
    {
        std::vector<std::string> out;
        for (const part& p : others_) {
            const std::string_view block = script_.text().substr(p.begin, p.end - p.begin);
            if (block.find("base_url") != std::string_view::npos && block.find("resources") != std::string_view::npos) {
                out.push_back(script_.position(p.begin)
                    + ": the dictionary in this block is not read: of a page only Python is. Save it as a file");
            }
        }
        return out;
    }

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

    // See the function of that name.
    [[nodiscard]] std::string doubt_of_selection(const python_node& call, const std::vector<step>& steps) const
    {
        for (const std::vector<python_statement>& module : modules_) {
            if (std::string doubt = python_source_finder::doubt_of_selection(module, call, steps); !doubt.empty()) {
                return doubt;
            }
        }
        return {};
    }

    // What is done to a source: what is said of it first, then calls, then assignments, each in their order.
    [[nodiscard]] std::vector<step> steps_of(const candidate& c) const
    {
        std::vector<step> out;
        if (c.call != nullptr) {
            out.push_back({source_step::kind::options, c.call, c.place, nullptr, std::nullopt});
        }
        if (const python_node* made_by = decorator_of(c)) {
            out.push_back({source_step::kind::options, made_by, c.place, nullptr, std::nullopt});
        }
        for (const placed_node& one : names_.calls()) {
            add_call(c, one, out);
        }
        for (const placed_assignment& one : names_.assignments()) {
            if (is_of(c, *one.target, one.place, 0)) {
                out.push_back({source_step::kind::assignment, one.target, one.place, one.value,
                    resources_of(c, one.target->parts.front(), one.place)});
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

    // Adds what a call does to a source.
    void add_call(const candidate& c, const placed_node& one, std::vector<step>& out) const
    {
        constexpr std::array<std::string_view, 8> changes = {"with_resources", "add_limit", "add_map", "add_yield_map",
            "add_filter", "apply_hints", "bind", "with_name"};
        constexpr std::array<std::string_view, 2> runs = {"run", "extract"};
        const python_node& function = method_of(*one.node, one.place);
        const auto is_one_of = [&](const auto& words) {
            return std::find(words.begin(), words.end(), function.name) != words.end();
        };
        const bool is_set = names_.full_name(function, one.place) == "setattr" && one.node->parts.size() > 1;
        if (is_set && is_of(c, one.node->parts[1], one.place, 0)) {
            out.push_back({source_step::kind::call, one.node, one.place, nullptr, std::nullopt});
        }
        if (function.type != node_kind::attribute) {
            return;
        }
        if ((is_one_of(changes) || changes_its_object(function.name))
            && is_of_source(c, function.parts.front(), *one.node, one.place))
        {
            out.push_back({source_step::kind::call, one.node, one.place, nullptr, std::nullopt, function.name});
        }
        if (!is_one_of(runs)) {
            return;
        }
        for (std::size_t i = 1; i < one.node->parts.size(); ++i) {
            const python_node& argument = one.node->parts[i];
            const bool is_data = argument.type == node_kind::keyword ? argument.name == "data" : i == 1;
            const python_node& data = argument.type == node_kind::keyword ? argument.parts.front() : argument;
            if (is_data && holds(c, data, one.place)) {
                out.push_back({source_step::kind::run, one.node, one.place, nullptr, resources_of(c, data, one.place)});
            }
        }
    }

    // The method that a call is of, also where a variable stands for it: add = source.add_limit
    [[nodiscard]] const python_node& method_of(const python_node& call, python_place place) const
    {
        const python_node& function = call.parts.front();
        const python_binding* bound = function.type == node_kind::name ? names_.find(function.name, place) : nullptr;
        const bool is_value = bound != nullptr && bound->type == python_binding::kind::value;
        return is_value && bound->node->type == node_kind::attribute ? *bound->node : function;
    }

    // Whether an object is something of a source; so are the variables of comprehensions that go through it.
    [[nodiscard]] bool is_of_source(
        const candidate& c, const python_node& object, const python_node& call, python_place place) const
    {
        const std::string root = root_name(object);
        if (root.empty() || names_.find(root, place) != nullptr) {
            return is_of(c, object, place, 0);
        }
        const auto& all = names_.comprehensions();
        return std::any_of(all.begin(), all.end(), [&](const placed_node& one) {
            return stands_in(call, *one.node)
                && std::any_of(one.node->parts.begin() + 1, one.node->parts.end(),
                    [&](const python_node& part) { return is_of(c, part, one.place, 0); });
        });
    }

    [[nodiscard]] static bool stands_in(const python_node& node, const python_node& whole)
    {
        return &node == &whole || std::any_of(whole.parts.begin(), whole.parts.end(), [&](const python_node& part) {
            return stands_in(node, part);
        });
    }

    // Whether a parameter is given a source, or something of it, by a call of its function.
    [[nodiscard]] bool is_given_source(const candidate& c, const python_binding& bound, int depth) const
    {
        constexpr int hop = 10; // of those that `is_of` may take
        const auto& parameters = bound.statement->parameters;
        const auto calls = names_.calls_of(*bound.statement);
        return std::any_of(calls.begin(), calls.end(), [&](const placed_node& call) {
            for (std::size_t i = 1; i < call.node->parts.size(); ++i) {
                const python_node& argument = call.node->parts[i];
                const bool is_named = argument.type == node_kind::keyword;
                const bool is_meant = is_named ? argument.name == bound.parameter->name
                                               : i <= parameters.size() && &parameters[i - 1] == bound.parameter;
                if (is_meant && is_of(c, is_named ? argument.parts.front() : argument, call.place, depth + hop)) {
                    return true;
                }
            }
            return false;
        });
    }

    // Whether what is run is the source, or something of it, or a list with such.
    [[nodiscard]] bool holds(const candidate& c, const python_node& data, python_place place) const
    {
        if (data.type != node_kind::list && data.type != node_kind::tuple) {
            return is_of(c, data, place, 0);
        }
        return std::any_of(
            data.parts.begin(), data.parts.end(), [&](const python_node& part) { return is_of(c, part, place, 0); });
    }

    // The resources of the source that an expression names; none: it is the whole source.
    [[nodiscard]] std::optional<std::vector<std::string>> resources_of(
        const candidate& c, const python_node& node, python_place place, int depth = 0) const
    {
        constexpr int deepest = 50;
        if (depth > deepest) {
            return std::nullopt;
        }
        if (node.type == node_kind::list || node.type == node_kind::tuple) {
            std::vector<std::string> out;
            for (const python_node& part : node.parts) {
                const auto some = is_of(c, part, place, 0) ? resources_of(c, part, place, depth + 1)
                                                           : std::optional(std::vector<std::string>());
                if (!some) {
                    return std::nullopt;
                }
                out.insert(out.end(), some->begin(), some->end());
            }
            return out;
        }
        if (node.type == node_kind::name) {
            const python_binding* bound = names_.find(node.name, place);
            const bool is_value = bound != nullptr && bound->type == python_binding::kind::value;
            return is_value ? resources_of(c, *bound->node, bound->place, depth + 1) : std::nullopt;
        }
        if (node.type == node_kind::attribute) {
            constexpr std::array<std::string_view, 3> others = {"resources", "selected_resources", "parts"};
            const bool is_resource = is_source(c, node.parts.front(), place, 0)
                && std::find(others.begin(), others.end(), node.name) == others.end();
            return is_resource ? std::optional(std::vector<std::string>{node.name}) : std::nullopt;
        }
        if (node.type == node_kind::subscript && node.parts.size() == 2 && node.parts[1].value.is_string()) {
            const python_node& object = node.parts.front();
            const bool is_list = object.type == node_kind::attribute && is_source(c, object.parts.front(), place, 0);
            return is_list || is_source(c, object, place, 0)
                ? std::optional(std::vector<std::string>{std::string(node.parts[1].value.get_string())})
                : std::nullopt;
        }
        return std::nullopt;
    }

    // Whether an expression is the source itself.
    [[nodiscard]] bool is_source(const candidate& c, const python_node& node, python_place place, int depth) const
    {
        constexpr int deepest = 50;
        if (depth > deepest) {
            return false;
        }
        if (node.type == node_kind::name) {
            const python_binding* bound = names_.find(node.name, place);
            return bound != nullptr && bound->type == python_binding::kind::value
                && is_source(c, *bound->node, bound->place, depth + 1);
        }
        if (node.type != node_kind::call) {
            return false;
        }
        const python_node& function = node.parts.front();
        return function.type == node_kind::attribute && &node != c.call
            ? is_source(c, function.parts.front(), place, depth + 1)
            : is_of(c, node, place, depth + 1);
    }

    // The call of `@dlt.source(...)` on the function that makes the source; null: there is none.
    [[nodiscard]] const python_node* decorator_of(const candidate& c) const
    {
        if (c.function == nullptr) {
            return nullptr;
        }
        const python_place place = names_.place_of(*c.function);
        const auto& all = c.function->expressions;
        const auto found = std::find_if(all.begin(), all.end(), [&](const python_node& one) {
            return one.type == node_kind::call && names_.full_name(one.parts.front(), place) == "dlt.source";
        });
        return found == all.end() ? nullptr : &*found;
    }

    // The text that a call gives for a parameter: written there, or in a variable; empty: none.
    [[nodiscard]] std::string text_argument(const python_node& call, std::string_view name, python_place place) const
    {
        for (const python_node& argument : call.parts) {
            if (argument.type != node_kind::keyword || argument.name != name) {
                continue;
            }
            const python_node* value = &argument.parts.front();
            if (value->type == node_kind::name) {
                const python_look_up found = names_.look_up(value->name, place);
                const bool is_value = found.binding != nullptr && found.binding->type == python_binding::kind::value;
                value = is_value ? found.binding->node : value;
            }
            return value->value.is_string() ? std::string(value->value.get_string()) : std::string();
        }
        return {};
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
            made.name = text_argument(*one.node, "name", one.place);
            made.section = text_argument(*one.node, "section", one.place);
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
        if (const python_node* decorator = decorator_of(made)) { // dlt looks the function's secrets up under its names
            const python_place place = names_.place_of(*made.function);
            const std::string name = text_argument(*decorator, "name", place);
            const std::string section = text_argument(*decorator, "section", place);
            made.name = name.empty() ? made.name : name;
            made.section = section.empty() ? made.section : section;
        }
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
            if (bound != nullptr && bound->type == python_binding::kind::parameter) {
                return is_given_source(c, *bound, depth);
            }
            const bool has_value = bound != nullptr && bound->node != nullptr
                && (bound->type == python_binding::kind::value || bound->type == python_binding::kind::opaque);
            return has_value && is_of(c, *bound->node, bound->place, depth + 1);
        }
        case node_kind::call: {
            if (&node == c.call) {
                return true;
            }
            const python_node& function = node.parts.front();
            if (function.type == node_kind::attribute) {
                return is_of(c, function.parts.front(), place, depth + 1);
            }
            if (effect_of(names_.full_name(function, place)) == python_effect::shares) { // list(source.resources)
                return std::any_of(node.parts.begin() + 1, node.parts.end(),
                    [&](const python_node& argument) { return is_of(c, argument, place, depth + 1); });
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
    std::vector<part> others_;
    std::deque<std::vector<python_statement>> modules_;
    python_names names_;
    std::vector<candidate> candidates_;
};

// What the file does to a source.
COREST_DECL std::vector<source_step> read_steps(
    const python_script& script, const finder& found, const candidate& c, python_evaluator& values)
{
    constexpr std::array<std::string_view, 7> own = {"config", "name", "section", "data", "spec", "table", "_impl_cls"};
    std::vector<source_step> out;
    const std::vector<step> steps = found.steps_of(c);
    const auto runs =
        std::count_if(steps.begin(), steps.end(), [](const step& s) { return s.type == source_step::kind::run; });
    for (const step& s : steps) {
        source_step made;
        made.type = s.type;
        made.place = script.position(s.node->offset);
        made.resources = s.resources;
        const bool is_sure = s.type == source_step::kind::options || found.names().is_sure(s.place, c.place)
            || (s.type == source_step::kind::run && runs == 1);
        made.doubt = is_sure ? "" : "it stands in a branch or a loop";
        if (s.type == source_step::kind::assignment) {
            made.method = s.node->name;
            made.named.emplace(s.node->type == node_kind::attribute ? s.node->name : "[...]",
                s.value == nullptr ? values.unknown(*s.node, "it has no value of its own")
                                   : values.evaluate(*s.value, s.place));
            out.push_back(std::move(made));
            continue;
        }
        made.method = s.method.empty() ? s.node->parts.front().name : s.method;
        if (made.method == "with_resources" && s.type == source_step::kind::call && made.doubt.empty()) {
            made.doubt = runs > 1 ? "the file runs the source more than once, and the copy that it makes perhaps once"
                                  : found.doubt_of_selection(*s.node, steps);
        }
        for (std::size_t i = 1; i < s.node->parts.size(); ++i) {
            const python_node& argument = s.node->parts[i];
            if (s.type == source_step::kind::call) {
                const boost::json::value text = values.evaluate(argument, s.place);
                made.is_plain = made.is_plain && text.is_string();
                if (text.is_string()) {
                    made.arguments.emplace_back(text.get_string());
                }
            } else if (argument.type == node_kind::keyword
                && std::find(own.begin(), own.end(), argument.name) == own.end())
            {
                made.named.emplace(argument.name, values.evaluate(argument.parts.front(), s.place, argument.name));
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
    out.section = chosen.section;
    const bool spread = chosen.argument->type == node_kind::double_spread;
    const python_node& argument = spread ? chosen.argument->parts.front() : *chosen.argument;
    out.dictionary = chosen.call != nullptr ? values.argument_of(*chosen.call, argument, chosen.place)
                                            : values.evaluate(argument, chosen.place);
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
    out.warnings = apply_source_steps(out.dictionary, read_steps(script, found, chosen, values));
    const auto unread = found.unread_blocks();
    out.warnings.insert(out.warnings.end(), unread.begin(), unread.end());
    out.warnings.insert(out.warnings.end(), values.warnings().begin(), values.warnings().end());
    out.used_params = values.used_params();
    out.asks_clock = values.asks_clock();
    out.fetched = values.fetched();
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
