#pragma once

#include <corest/source/read/python_uses.hpp>

#include <corest/detail/text.hpp>
#include <corest/source/read/python_effects.hpp>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace corest::source::detail {

namespace python_giving {

using node_kind = python_node::kind;
using python_call_effects::is_one_of;

// Whether a call may give the parameter with this index.
// \param is_bound the first parameter may be the object itself
[[nodiscard]] inline bool may_give(
    const python_node& call, const python_statement& function, std::size_t index, bool is_bound)
{
    std::size_t positions = 0;
    for (std::size_t i = 1; i < call.parts.size(); ++i) {
        const python_node& argument = call.parts[i];
        if (argument.type == node_kind::spread || argument.type == node_kind::double_spread) {
            return true;
        }
        if (argument.type != node_kind::keyword) {
            ++positions;
        } else if (argument.name == function.parameters[index].name) {
            return true;
        }
    }
    return positions != 0 && positions + (is_bound ? 1 : 0) > index;
}

// Whether a use of a function only asks what it is called.
[[nodiscard]] inline bool asks_name(const python_use& use)
{
    constexpr std::array<std::string_view, 4> names = {"__name__", "__doc__", "name", "section"};
    return use.parent != nullptr && use.parent->type == node_kind::attribute && is_one_of(use.parent->name, names);
}

[[nodiscard]] inline bool has_keyword(const python_node& call, std::string_view name)
{
    return std::any_of(call.parts.begin() + 1, call.parts.end(), [&](const python_node& argument) {
        return argument.type == node_kind::double_spread
            || (argument.type == node_kind::keyword && argument.name == name);
    });
}

} // namespace python_giving

COREST_DECL std::optional<python_uses::giver> python_uses::find_other(const python_binding& parameter) const
{
    using corest::detail::in_quotes;
    const python_statement& function = *parameter.statement;
    const auto& parameters = function.parameters;
    const auto index =
        static_cast<std::size_t>(std::find_if(parameters.begin(), parameters.end(), [&](const python_parameter& p) {
            return &p == parameter.parameter;
        }) - parameters.begin());
    const python_place place = names_.place_of(function);
    for (const python_node& decorator : function.expressions) {
        if (!is_transparent_decorator(decorator, place)) {
            return giver{decorator.offset, "this decorator of " + in_quotes(function.name)};
        }
    }
    if (const auto offset = names_.uses_all(); offset && names_.function_at(place) == nullptr) {
        return giver{*offset, "code that is not read"};
    }
    const auto use_of = [](const python_use& use, const std::string& name) {
        return giver{use.node->offset, "this use of " + in_quotes(name)};
    };
    if (const python_use* use = find_by_name(function, index)) {
        return use_of(*use, function.name);
    }
    const python_statement* const holder = names_.class_at(place);
    if (holder == nullptr) {
        return std::nullopt;
    }
    if (const python_use* use = find_by_attribute(function, index)) {
        return use_of(*use, function.name);
    }
    if (const python_use* use = find_by_text(function.name)) {
        return use_of(*use, use->node->name);
    }
    if (const python_use* use = find_by_class(function, *holder, index)) {
        return use_of(*use, use->node->name);
    }
    return std::nullopt;
}

COREST_DECL const python_use* python_uses::find_by_name(const python_statement& function, std::size_t index) const
{
    const std::vector<placed_node> calls = names_.calls_of(function);
    for (const python_use& use : names_.uses_of(function.name)) {
        if (use.node->type != python_node::kind::name) {
            continue;
        }
        const auto& bindings = names_.bindings_of(function.name, use.place);
        const bool is_meant = std::any_of(
            bindings.begin(), bindings.end(), [&](const python_binding& one) { return one.statement == &function; });
        if (!is_meant || is_read(use, function, calls)) {
            continue;
        }
        const python_node* call = use.called();
        const bool is_harmless =
            call != nullptr ? !python_giving::may_give(*call, function, index, false) : leaves_defaults(use);
        if (!is_harmless) {
            return &use;
        }
    }
    return nullptr;
}

// Whether a use is one of the calls of the function, and what it gives can be read.
COREST_DECL bool python_uses::is_read(
    const python_use& use, const python_statement& function, const std::vector<placed_node>& calls) const
{
    const python_node* call = use.called();
    const auto& bindings = names_.bindings_of(function.name, use.place);
    const bool is_known =
        std::any_of(calls.begin(), calls.end(), [&](const placed_node& one) { return one.node == call; });
    if (!is_known || bindings.front().statement != &function) {
        return false;
    }
    // source = source("a"): nothing else can call it by that name.
    const bool is_unique =
        std::all_of(bindings.begin() + 1, bindings.end(), [&](const python_binding& one) { return one.node == call; });
    const auto is_plain = [](const python_node& argument) {
        return (argument.type == python_node::kind::keyword ? argument.parts.front() : argument).type
            == python_node::kind::constant;
    };
    return is_unique && (!use.is_repeated || std::all_of(call->parts.begin() + 1, call->parts.end(), is_plain));
}

// Whether something that is given the function calls it without arguments, or not at all.
COREST_DECL bool python_uses::leaves_defaults(const python_use& use) const
{
    if (python_giving::asks_name(use)) {
        return true;
    }
    if (use.call == nullptr) {
        return false;
    }
    const python_node& called = use.call->parts.front();
    const bool runs = called.name == "run" || called.name == "extract";
    if (called.type == python_node::kind::attribute && runs && is_pipeline(called.parts.front(), use.place)) {
        return true;
    }
    const std::string full = names_.full_name(called, use.place);
    if (full == "typer.run" || full == "fire.Fire") {
        return true;
    }
    constexpr std::array<std::string_view, 5> given = {"args", "kwargs", "op_args", "op_kwargs", "templates_dict"};
    const std::string_view word = last_word(full);
    const bool is_task = use.parent->type == python_node::kind::keyword
        && (use.parent->name == "python_callable" || word == "Thread" || word == "Process");
    return is_task && is_imported(called, use.place)
        && std::none_of(given.begin(), given.end(),
            [&](std::string_view name) { return python_giving::has_keyword(*use.call, name); });
}

COREST_DECL bool python_uses::is_pipeline(const python_node& node, python_place place) const
{
    if (node.type == python_node::kind::name) {
        const auto& bindings = names_.bindings_of(node.name, place);
        return bindings.size() == 1 && bindings.front().type == python_binding::kind::value
            && bindings.front().node->type == python_node::kind::call
            && is_pipeline(*bindings.front().node, bindings.front().place);
    }
    return node.type == python_node::kind::call && names_.full_name(node.parts.front(), place) == "dlt.pipeline";
}

// A method is known by its name alone: only what surely belongs to something else does not count.
COREST_DECL const python_use* python_uses::find_by_attribute(const python_statement& function, std::size_t index) const
{
    for (const python_use& use : names_.uses_of(function.name)) {
        if (use.node->type != python_node::kind::attribute || is_foreign(use.node->parts.front(), use.place)) {
            continue;
        }
        const python_node* call = use.called();
        if (call == nullptr || python_giving::may_give(*call, function, index, true)) {
            return &use;
        }
    }
    return nullptr;
}

// getattr(x, "method"), also with a name that is not written there, and what has all methods.
COREST_DECL const python_use* python_uses::find_by_text(const std::string& method) const
{
    for (const char* word : {"getattr", "methodcaller", "attrgetter"}) {
        for (const python_use& use : names_.uses_of(word)) {
            const python_node* call = use.called();
            const std::size_t index = std::string_view(word) == "getattr" ? 2 : 1;
            const auto* text =
                call != nullptr && call->parts.size() > index ? call->parts[index].value.if_string() : nullptr;
            if (text == nullptr || *text == method) {
                return &use;
            }
        }
    }
    for (const char* word : {"__dict__", "vars", "getmembers", "__getattribute__"}) {
        if (const auto& uses = names_.uses_of(word); !uses.empty()) {
            return &uses.front();
        }
    }
    return nullptr;
}

// The class is called in the place of its constructor; what calls its other special methods has no name.
COREST_DECL const python_use* python_uses::find_by_class(
    const python_statement& method, const python_statement& holder, std::size_t index) const
{
    const bool is_special = method.name.starts_with("__") && method.name.ends_with("__");
    const bool is_constructor = method.name == "__init__" || method.name == "__new__";
    if (!is_special) {
        return nullptr;
    }
    for (const char* word : {"__class__", "type"}) { // type(self)(...)
        if (const auto& uses = names_.uses_of(word); !uses.empty()) {
            return &uses.front();
        }
    }
    for (const python_use& use : names_.uses_of(holder.name)) {
        if (use.node->type == python_node::kind::name) {
            const auto& bindings = names_.bindings_of(holder.name, use.place);
            if (std::none_of(bindings.begin(), bindings.end(),
                    [&](const python_binding& one) { return one.statement == &holder; }))
            {
                continue;
            }
        }
        const python_node* call = use.called();
        if (!is_constructor || call == nullptr || python_giving::may_give(*call, method, index, true)) {
            return &use;
        }
    }
    return nullptr;
}

// Whether what an expression names is a module, or made by a function of a package that is known: no object of one of
// the file's classes.
COREST_DECL bool python_uses::is_foreign(const python_node& object, python_place place, int depth) const
{
    using node_kind = python_node::kind;
    constexpr int deepest = 50;
    if (depth > deepest) {
        return false;
    }
    switch (object.type) {
    case node_kind::constant:
    case node_kind::formatted:
        return true;
    case node_kind::attribute:
    case node_kind::subscript:
        return is_foreign(object.parts.front(), place, depth + 1);
    case node_kind::call: {
        const python_node& function = object.parts.front();
        if (is_imported(function, place)) {
            const std::string full = names_.full_name(function, place);
            const bool gives_back = full.starts_with("random.") || full.starts_with("inspect.");
            return !gives_back && effect_of(full) == python_effect::none;
        }
        return function.type == node_kind::attribute && is_foreign(function.parts.front(), place, depth + 1);
    }
    case node_kind::name: {
        const auto& bindings = names_.bindings_of(object.name, place);
        if (bindings.size() != 1) {
            return false;
        }
        const python_binding& bound = bindings.front();
        return bound.type == python_binding::kind::import
            || (bound.type == python_binding::kind::value && is_foreign(*bound.node, bound.place, depth + 1));
    }
    default:
        return false;
    }
}

COREST_DECL bool python_uses::is_imported(const python_node& node, python_place place) const
{
    return !names_.full_name(node, place).empty() && names_.find(root_name(node), place) != nullptr;
}

// Whether a decorator leaves it to the callers what the function is given. Those of packages are taken to do so, but
// for click, which reads arguments from the command line.
COREST_DECL bool python_uses::is_transparent_decorator(const python_node& decorator, python_place place) const
{
    using node_kind = python_node::kind;
    const bool is_call = decorator.type == node_kind::call;
    const python_node& named = is_call ? decorator.parts.front() : decorator;
    const std::string full = names_.full_name(named, place);
    if (!full.empty()) {
        return !full.starts_with("click.");
    }
    const auto& bindings = names_.bindings_of(root_name(named), place);
    if (bindings.size() != 1) {
        return false;
    }
    const python_binding& bound = bindings.front();
    if (bound.type == python_binding::kind::function && named.type == node_kind::name) {
        if (!is_call) {
            return is_transparent_wrapper(*bound.statement);
        }
        const auto& body = bound.statement->body;
        const auto is_inner = [](const python_statement& s) { return s.type == python_statement::kind::function; };
        const auto inner = std::find_if(body.begin(), body.end(), is_inner);
        return inner != body.end() && std::count_if(body.begin(), body.end(), is_inner) == 1 && is_only_returned(*inner)
            && is_transparent_wrapper(*inner);
    }
    // @app.command() of `app = typer.Typer()`
    return named.type == node_kind::attribute && bound.node != nullptr && bound.node->type == node_kind::call
        && is_imported(bound.node->parts.front(), bound.place)
        && !names_.full_name(bound.node->parts.front(), bound.place).starts_with("click.");
}

// Whether all that a decorator does with the function is to call it with what its wrapper is called with.
COREST_DECL bool python_uses::is_transparent_wrapper(const python_statement& decorator) const
{
    const auto scope = names_.scope_of(decorator);
    if (decorator.parameters.size() != 1 || !scope || !decorator.expressions.empty()) {
        return false;
    }
    const python_parameter& given = decorator.parameters.front();
    const auto& uses = names_.uses_of(given.name);
    return !given.collects && names_.bindings_of(given.name, {*scope, 0}).size() == 1
        && std::all_of(uses.begin(), uses.end(), [&](const python_use& use) {
               const python_binding* bound =
                   use.node->type == python_node::kind::name ? names_.find(given.name, use.place) : nullptr;
               if (bound == nullptr || bound->parameter != &given || python_giving::asks_name(use)) {
                   return true;
               }
               const bool is_wrapped = use.call != nullptr && use.called() == nullptr
                   && last_word(names_.full_name(use.call->parts.front(), use.place)) == "wraps";
               return is_wrapped || passes_all_on(use);
           });
}

COREST_DECL bool python_uses::is_only_returned(const python_statement& function) const
{
    std::size_t count = 0;
    for (const python_use& use : names_.uses_of(function.name)) {
        const python_binding* bound =
            use.node->type == python_node::kind::name ? names_.find(function.name, use.place) : nullptr;
        if (bound != nullptr && bound->statement == &function) {
            ++count;
            if (use.parent != nullptr) {
                return false;
            }
        }
    }
    return count == 1;
}

// fn(*args, **kwargs) in def wrapper(*args, **kwargs)
COREST_DECL bool python_uses::passes_all_on(const python_use& use) const
{
    using node_kind = python_node::kind;
    const python_node* call = use.called();
    const python_statement* const wrapper = names_.function_at(use.place);
    if (call == nullptr || call->parts.size() != 3 || call->parts[1].type != node_kind::spread
        || call->parts[2].type != node_kind::double_spread || use.is_repeated || wrapper == nullptr
        || wrapper->parameters.size() != 2 || !is_only_returned(*wrapper))
    {
        return false;
    }
    for (std::size_t i = 0; i < 2; ++i) {
        const python_node& spread = call->parts[i + 1].parts.front();
        const python_parameter& collected = wrapper->parameters[i];
        if (!collected.collects || spread.type != node_kind::name || spread.name != collected.name
            || names_.bindings_of(spread.name, use.place).size() != 1 || names_.is_changed(spread.name, use.place))
        {
            return false;
        }
    }
    return true;
}

} // namespace corest::source::detail
