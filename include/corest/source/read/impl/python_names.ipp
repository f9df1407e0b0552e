#pragma once

#include <corest/source/read/python_names.hpp>

#include <corest/detail/text.hpp>

#include <algorithm>
#include <array>

namespace corest::source::detail {

namespace python_scopes {

using corest::detail::in_quotes;

// Methods that change what they are called on.
[[nodiscard]] inline bool changes_its_object(std::string_view method)
{
    constexpr std::array<std::string_view, 11> methods = {
        "append", "clear", "extend", "insert", "pop", "popitem", "remove", "reverse", "setdefault", "sort", "update"};
    return std::find(methods.begin(), methods.end(), method) != methods.end();
}

} // namespace python_scopes

COREST_DECL std::string root_name(const python_node& node)
{
    using node_kind = python_node::kind;
    const python_node* n = &node;
    for (;;) {
        if (n->type == node_kind::name) {
            return n->name;
        }
        const bool is_get = n->type == node_kind::call && n->parts.front().type == node_kind::attribute
            && (n->parts.front().name == "get" || n->parts.front().name == "setdefault");
        if (n->type != node_kind::attribute && n->type != node_kind::subscript && !is_get) {
            return {};
        }
        n = &n->parts.front();
    }
}

COREST_DECL void python_names::add_module(const std::vector<python_statement>& statements)
{
    scope made;
    std::size_t block = 0;
    if (scopes_.empty()) {
        block_parents_.push_back(0);
    } else {
        // A later block of a page goes on where the last one ended.
        std::size_t last = scopes_.size() - 1;
        while (scopes_[last].function != nullptr || scopes_[last].is_class) {
            --last;
        }
        made.parent = last;
    }
    scopes_.push_back(std::move(made));
    collect(statements, {scopes_.size() - 1, block});
}

COREST_DECL void python_names::finish()
{
    for (const placed_node& call : calls_) {
        add_arguments(call);
    }
    for (const change& c : changes_) {
        if (const auto s = owner(c.name, c.place.scope)) {
            scopes_[*s].changes.emplace(c.name, c.offset);
        }
    }
    constexpr int rounds = 20; // aliases of aliases
    bool more = true;
    for (int i = 0; i < rounds && more; ++i) {
        more = false;
        for (const alias& a : aliases_) {
            const auto from = owner(a.name, a.place.scope);
            const auto to = owner(a.of, a.of_place.scope);
            if (from && to) {
                const auto found = scopes_[*from].changes.find(a.name);
                more =
                    (found != scopes_[*from].changes.end() && scopes_[*to].changes.emplace(a.of, found->second).second)
                    || more;
            }
        }
    }
}

COREST_DECL std::size_t python_names::new_block(std::size_t parent)
{
    block_parents_.push_back(parent);
    return block_parents_.size() - 1;
}

COREST_DECL bool python_names::encloses(std::size_t outer, std::size_t inner) const
{
    while (inner > outer) { // a block's number is larger than its parent's
        inner = block_parents_[inner];
    }
    return inner == outer;
}

COREST_DECL std::optional<std::size_t> python_names::owner(const std::string& name, std::size_t start) const
{
    std::optional<std::size_t> s = start;
    while (s) {
        const scope& here = scopes_[*s];
        if ((!here.is_class || *s == start) && here.bindings.contains(name)) {
            return s;
        }
        s = here.parent;
    }
    return std::nullopt;
}

COREST_DECL void python_names::bind(const std::string& name, python_binding binding)
{
    scope& here = scopes_[binding.place.scope];
    if (std::find(here.globals.begin(), here.globals.end(), name) == here.globals.end()) {
        here.bindings[name].push_back(std::move(binding));
        return;
    }
    std::size_t module = binding.place.scope;
    while (scopes_[module].function != nullptr || scopes_[module].is_class) {
        module = *scopes_[module].parent;
    }
    binding.place = {module, new_block(binding.place.block)};
    scopes_[module].bindings[name].push_back(std::move(binding));
}

COREST_DECL void python_names::bind_target(
    const python_node& target, const python_node* value, python_place place, const std::string& what)
{
    using node_kind = python_node::kind;
    if (target.type == node_kind::name) {
        python_binding made;
        made.offset = target.offset;
        made.place = place;
        made.node = value;
        made.type = value != nullptr ? python_binding::kind::value : python_binding::kind::opaque;
        made.text = what;
        bind(target.name, std::move(made));
        if (value != nullptr) {
            assigned_.emplace(value, target.name);
            add_alias(*value, target, place);
        }
    } else if (target.type == node_kind::tuple || target.type == node_kind::list || target.type == node_kind::spread) {
        for (const python_node& part : target.parts) {
            bind_target(part, nullptr, place, what.empty() ? "a value that is unpacked" : what);
        }
    } else {
        add_change(target, place);
        walk(target, place);
    }
}

COREST_DECL void python_names::add_change(const python_node& target, python_place place)
{
    if (std::string name = root_name(target); !name.empty()) {
        changes_.push_back({std::move(name), place, target.offset});
    }
}

COREST_DECL void python_names::add_alias(const python_node& source, const python_node& target, python_place place)
{
    if (source.type == python_node::kind::conditional) {
        add_alias(source.parts[0], target, place);
        add_alias(source.parts[2], target, place);
    } else if (std::string of = root_name(source); !of.empty()) {
        aliases_.push_back({target.name, place, std::move(of), place});
    }
}

COREST_DECL void python_names::walk(const python_node& node, python_place place)
{
    if (node.type == python_node::kind::call) {
        calls_.push_back({&node, place});
        const python_node& function = node.parts.front();
        if (function.type == python_node::kind::attribute && python_scopes::changes_its_object(function.name)) {
            add_change(function.parts.front(), place);
        }
    }
    for (const python_node& part : node.parts) {
        walk(part, place);
    }
}

// What a function of this file does to its parameters, it does to what they are given.
COREST_DECL void python_names::add_arguments(const placed_node& call)
{
    const python_node& function = call.node->parts.front();
    const python_binding* bound = function.type == python_node::kind::name ? find(function.name, call.place) : nullptr;
    if (bound == nullptr || bound->type != python_binding::kind::function) {
        return;
    }
    const auto inner = scope_of(*bound->statement);
    for (std::size_t i = 1; inner && i < call.node->parts.size(); ++i) {
        const python_node& argument = call.node->parts[i];
        const bool named = argument.type == python_node::kind::keyword;
        const auto& parameters = bound->statement->parameters;
        const std::string name = named ? argument.name
            : i <= parameters.size()   ? parameters[i - 1].name
                                       : std::string();
        if (std::string of = root_name(named ? argument.parts.front() : argument); !of.empty() && !name.empty()) {
            aliases_.push_back({name, {*inner, 0}, std::move(of), call.place});
        }
    }
}

COREST_DECL void python_names::collect(const std::vector<python_statement>& statements, python_place place)
{
    for (const python_statement& s : statements) {
        collect(s, place);
    }
}

COREST_DECL void python_names::collect(const python_statement& s, python_place place)
{
    using statement_kind = python_statement::kind;
    if (s.type != statement_kind::global) {
        for (std::size_t i = s.targets; i < s.expressions.size(); ++i) {
            walk(s.expressions[i], place);
        }
    }
    switch (s.type) {
    case statement_kind::assignment:
        if (!s.name.empty()) {
            annotated_.emplace_back(&s, place);
        }
        for (std::size_t i = 0; i < s.targets; ++i) {
            bind_target(s.expressions[i], &s.expressions.back(), place, {});
        }
        break;
    case statement_kind::augmented:
    case statement_kind::deletion:
        for (std::size_t i = 0; i < s.targets; ++i) {
            const python_node& target = s.expressions[i];
            if (target.type == python_node::kind::tuple) {
                for (const python_node& part : target.parts) {
                    add_change(part, place);
                }
            }
            add_change(target, place);
        }
        break;
    case statement_kind::function:
        collect_function(s, place);
        break;
    case statement_kind::class_body: {
        python_binding made;
        made.type = python_binding::kind::class_body;
        made.offset = s.offset;
        made.place = place;
        made.statement = &s;
        bind(s.name, std::move(made));
        scope inner;
        inner.parent = place.scope;
        inner.is_class = true;
        scopes_.push_back(std::move(inner));
        collect(s.body, {scopes_.size() - 1, place.block});
        break;
    }
    case statement_kind::branch:
    case statement_kind::loop: {
        const python_place inner{place.scope, new_block(place.block)};
        for (std::size_t i = 0; i < s.targets; ++i) {
            bind_target(s.expressions[i], nullptr, inner, "a loop variable");
            for (const python_node& name : s.expressions[i].parts) {
                add_alias(s.expressions.back(), name, inner);
            }
        }
        collect(s.body, inner);
        break;
    }
    case statement_kind::plain_body:
        for (std::size_t i = 0; i < s.targets; ++i) {
            bind_target(s.expressions[i], nullptr, place, "a variable of 'with'");
        }
        collect(s.body, place);
        break;
    case statement_kind::import:
        for (const python_import& one : s.imports) {
            if (one.name == "*") {
                scopes_[place.scope].stars.push_back(one.origin);
                continue;
            }
            python_binding made;
            made.type = python_binding::kind::import;
            made.offset = one.offset;
            made.place = place;
            made.text = one.origin;
            bind(one.name, std::move(made));
        }
        break;
    case statement_kind::global:
        for (const python_node& one : s.expressions) {
            scopes_[place.scope].globals.push_back(one.name);
            for (const python_node& part : one.parts) {
                scopes_[place.scope].globals.push_back(part.name);
            }
        }
        break;
    case statement_kind::broken:
        broken_.push_back(&s);
        break;
    case statement_kind::expression:
        break;
    }
}

COREST_DECL void python_names::collect_function(const python_statement& s, python_place place)
{
    python_binding made;
    made.type = python_binding::kind::function;
    made.offset = s.offset;
    made.place = place;
    made.statement = &s;
    bind(s.name, std::move(made));
    scope inner;
    inner.parent = place.scope;
    inner.function = &s;
    function_scopes_[&s] = scopes_.size();
    scopes_.push_back(std::move(inner));
    const python_place body{scopes_.size() - 1, new_block(place.block)};
    for (const python_parameter& p : s.parameters) {
        for (const python_node& value : p.default_value) {
            walk(value, place);
        }
        python_binding bound;
        bound.type = p.collects ? python_binding::kind::opaque : python_binding::kind::parameter;
        bound.text = "the parameter " + python_scopes::in_quotes(p.name) + ", which collects arguments";
        bound.offset = p.offset;
        bound.place = body;
        bound.parameter = &p;
        bound.statement = &s;
        bind(p.name, std::move(bound));
    }
    collect(s.body, body);
}

COREST_DECL const python_binding* python_names::find(const std::string& name, python_place place) const
{
    const auto s = owner(name, place.scope);
    return s ? &scopes_[*s].bindings.at(name).front() : nullptr;
}

COREST_DECL python_look_up python_names::look_up(const std::string& name, python_place place) const
{
    const auto s = owner(name, place.scope);
    if (!s) {
        return {};
    }
    const std::vector<python_binding>& bindings = scopes_[*s].bindings.at(name);
    const python_binding& first = bindings.front();
    const bool is_parameter = first.type == python_binding::kind::parameter;
    const std::string whose = (is_parameter ? "the parameter " : "the variable ") + python_scopes::in_quotes(name);
    if (const auto changed = scopes_[*s].changes.find(name); changed != scopes_[*s].changes.end()) {
        return {nullptr, whose + ", which is changed at " + script_.position(changed->second)};
    }
    if (bindings.size() > 1 && first.type != python_binding::kind::import) {
        return {nullptr, whose + ", which is assigned again at " + script_.position(bindings[1].offset)};
    }
    if (!encloses(first.place.block, place.block)) {
        return {nullptr, whose + ", which is assigned in a branch or a loop at " + script_.position(first.offset)};
    }
    if (first.type == python_binding::kind::opaque) {
        return {
            nullptr, first.text.starts_with("the ") ? first.text : first.text + ", " + python_scopes::in_quotes(name)};
    }
    return {&first, {}};
}

COREST_DECL std::string python_names::full_name(const python_node& node, python_place place) const
{
    if (node.type == python_node::kind::attribute) {
        const std::string object = full_name(node.parts.front(), place);
        return object.empty() ? object : object + "." + node.name;
    }
    if (node.type != python_node::kind::name) {
        return {};
    }
    const python_binding* bound = find(node.name, place);
    return bound == nullptr ? node.name : bound->type == python_binding::kind::import ? bound->text : std::string();
}

COREST_DECL std::string python_names::star_import(python_place place) const
{
    for (std::optional<std::size_t> s = place.scope; s; s = scopes_[*s].parent) {
        if (!scopes_[*s].stars.empty()) {
            return scopes_[*s].stars.front();
        }
    }
    return {};
}

COREST_DECL std::optional<std::size_t> python_names::scope_of(const python_statement& function) const
{
    const auto found = function_scopes_.find(&function);
    return found == function_scopes_.end() ? std::nullopt : std::optional(found->second);
}

COREST_DECL std::string python_names::assigned_to(const python_node& value) const
{
    const auto found = assigned_.find(&value);
    return found == assigned_.end() ? std::string() : found->second;
}

COREST_DECL std::vector<placed_node> python_names::calls_of(const python_statement& function) const
{
    std::vector<placed_node> out;
    for (const placed_node& call : calls_) {
        const python_node& named = call.node->parts.front();
        const python_binding* bound = named.type == python_node::kind::name ? find(named.name, call.place) : nullptr;
        if (bound != nullptr && bound->statement == &function && bound->type == python_binding::kind::function) {
            out.push_back(call);
        }
    }
    return out;
}

} // namespace corest::source::detail
