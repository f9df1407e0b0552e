#pragma once

#include <corest/source/read/python_names.hpp>

#include <corest/detail/text.hpp>

#include <algorithm>
#include <array>

namespace corest::source::detail {

namespace python_scopes {

using corest::detail::in_quotes;

template <std::size_t N>
[[nodiscard]] bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

// Methods that change what they are called on.
[[nodiscard]] inline bool changes_its_object(std::string_view method)
{
    constexpr std::array<std::string_view, 17> methods = {"append", "clear", "extend", "insert", "pop", "popitem",
        "remove", "reverse", "setdefault", "sort", "update", "__setitem__", "__delitem__", "__iadd__", "__imul__",
        "__ior__", "__setattr__"};
    return is_one_of(method, methods);
}

// Functions of Python's library that change their first argument.
[[nodiscard]] inline bool changes_its_argument(std::string_view function)
{
    constexpr std::array<std::string_view, 17> functions = {"random.shuffle", "heapq.heappush", "heapq.heappop",
        "heapq.heapify", "heapq.heappushpop", "heapq.heapreplace", "bisect.insort", "bisect.insort_left",
        "bisect.insort_right", "operator.setitem", "operator.delitem", "operator.iadd", "operator.iconcat",
        "operator.imul", "operator.ior", "setattr", "delattr"};
    return is_one_of(function, functions);
}

// The last name of what is called.
[[nodiscard]] inline std::string_view called(const python_node& call)
{
    return call.parts.front().name;
}

// The method by which a dictionary gives a part of itself: `get` of `x.get("k")`.
[[nodiscard]] inline bool gives_part(const python_node& call)
{
    constexpr std::array<std::string_view, 4> methods = {"get", "setdefault", "items", "values"};
    return call.type == python_node::kind::call && call.parts.front().type == python_node::kind::attribute
        && is_one_of(called(call), methods);
}

// Whether a value cannot be changed, whatever is done to it.
[[nodiscard]] inline bool is_immutable(const std::vector<python_binding>& bindings)
{
    return std::all_of(bindings.begin(), bindings.end(), [](const python_binding& one) {
        return one.type == python_binding::kind::value
            && (one.node->type == python_node::kind::constant || one.node->type == python_node::kind::formatted);
    });
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
        if (n->type != node_kind::attribute && n->type != node_kind::subscript && !python_scopes::gives_part(*n)) {
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

// \return false: it was known already
COREST_DECL bool python_names::note_change(scope& at, const std::string& name, change what) const
{
    const auto [entry, is_new] = at.changes.emplace(name, what);
    const bool is_deeper = what.is_deep && !entry->second.is_deep;
    entry->second.is_deep = entry->second.is_deep || what.is_deep;
    return is_new || is_deeper;
}

// What is changed through one name is so under the other. \return false: that was known already
COREST_DECL bool python_names::pass_on(const alias& a)
{
    const auto from = owner(a.name, a.place.scope);
    const auto to = owner(a.of, a.of_place.scope);
    if (!from || !to || python_scopes::is_immutable(scopes_[*to].bindings.at(a.of))) {
        return false;
    }
    const auto found = scopes_[*from].changes.find(a.name);
    if (found == scopes_[*from].changes.end() || (a.is_holder && !found->second.is_deep)) {
        return false;
    }
    change what = found->second;
    what.is_deep = what.is_deep || a.is_part;
    return note_change(scopes_[*to], a.of, what);
}

COREST_DECL void python_names::finish()
{
    for (const placed_node& call : calls_) {
        add_arguments(call);
        add_effect(call);
    }
    for (const named_change& c : changes_) {
        if (const auto s = owner(c.name, c.place.scope)) {
            (void)note_change(scopes_[*s], c.name, c.what);
        }
    }
    constexpr int rounds = 20; // aliases of aliases
    bool more = true;
    for (int i = 0; i < rounds && more; ++i) {
        more = false;
        for (const alias& a : aliases_) {
            more = pass_on(a) || more;
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
            add_alias(*value, place, {target.name, place, {}, place});
        }
    } else if (target.type == node_kind::tuple || target.type == node_kind::list || target.type == node_kind::spread) {
        for (const python_node& part : target.parts) {
            bind_target(part, nullptr, place, what.empty() ? "a value that is unpacked" : what);
        }
    } else {
        assignments_.push_back({&target, value, place});
        add_change(target.parts.empty() ? target : target.parts.front(), place);
        walk(target, place);
    }
}

// \param object what is changed: `x["a"]` of `x["a"].append(1)`, `x` of `x["a"] = 1`
COREST_DECL void python_names::add_change(const python_node& object, python_place place)
{
    using node_kind = python_node::kind;
    if (std::string name = root_name(object); !name.empty()) {
        const bool is_deep = object.type != node_kind::name;
        changes_.push_back({std::move(name), place, {object.offset, is_deep}});
        return;
    }
    // globals()["x"] = 1, and vars(module)["x"] = 1
    const python_node* n = &object;
    while (n->type == node_kind::subscript && n->parts.front().type == node_kind::subscript) {
        n = &n->parts.front();
    }
    constexpr std::array<std::string_view, 3> all = {"globals", "locals", "vars"};
    const python_node& holder = n->type == node_kind::subscript ? n->parts.front() : *n;
    if (holder.type == node_kind::call && python_scopes::is_one_of(python_scopes::called(holder), all)) {
        changes_all_ = changes_all_.value_or(object.offset);
    }
}

// Of a comprehension whose element is changed: its own variables stand for parts of whatever it goes through.
COREST_DECL void python_names::add_change_of_all(const python_node& node, std::size_t offset, python_place place)
{
    if (node.type == python_node::kind::name) {
        changes_.push_back({node.name, place, {offset, true}});
    }
    for (const python_node& part : node.parts) {
        add_change_of_all(part, offset, place);
    }
}

// What a value may share with names that stand in it.
// \param made the alias, without the name that it is of
COREST_DECL void python_names::add_alias(const python_node& source, python_place source_place, const alias& made)
{
    using node_kind = python_node::kind;
    const auto add = [&](const python_node& part, bool is_held) {
        alias inner = made;
        inner.is_holder = made.is_holder || is_held;
        add_alias(part, source_place, inner);
    };
    alias whole = made;
    whole.of_place = source_place;
    switch (source.type) {
    case node_kind::conditional:
        add(source.parts[0], false);
        return add(source.parts[2], false);
    case node_kind::list:
    case node_kind::tuple:
    case node_kind::dictionary:
    case node_kind::pair:
    case node_kind::spread:
    case node_kind::double_spread:
    case node_kind::sum:
    case node_kind::merge:
        for (const python_node& part : source.parts) {
            add(part, true);
        }
        return;
    case node_kind::named:
    case node_kind::keyword:
        return add(source.parts.back(), false);
    case node_kind::call: {
        if (python_scopes::gives_part(source)) {
            break;
        }
        constexpr std::array<std::string_view, 8> same = {"cast", "RESTAPIConfig", "ClientConfig", "Endpoint",
            "EndpointResource", "EndpointResourceBase", "ResourceDefaults", "identity"};
        constexpr std::array<std::string_view, 8> copies = {
            "dict", "list", "tuple", "set", "sorted", "reversed", "copy", "Dict"};
        const std::string_view function = python_scopes::called(source);
        const bool is_copy = python_scopes::is_one_of(function, copies);
        if (is_copy && source.parts.front().type == node_kind::attribute) {
            add(source.parts.front().parts.front(), true); // x.copy()
        }
        for (std::size_t i = 1; i < source.parts.size() && (is_copy || python_scopes::is_one_of(function, same)); ++i) {
            add(source.parts[i], is_copy);
        }
        return;
    }
    case node_kind::other:
        if (source.name == "the operator 'or'" || source.name == "the operator 'and'") {
            for (const python_node& part : source.parts) {
                add(part, false);
            }
        }
        return;
    default:
        break;
    }
    whole.of = root_name(source);
    whole.is_part = whole.is_part || source.type != node_kind::name;
    if (!whole.of.empty()) {
        aliases_.push_back(std::move(whole));
    }
}

// What a loop variable stands for.
COREST_DECL void python_names::add_elements(const python_node& source, const alias& made)
{
    using node_kind = python_node::kind;
    const bool is_literal = source.type == node_kind::list || source.type == node_kind::tuple
        || source.type == node_kind::dictionary || source.type == node_kind::pair;
    if (is_literal || (source.type == node_kind::call && root_name(source).empty())) {
        const bool is_method = !is_literal && source.parts.front().type == node_kind::attribute;
        if (is_method) {
            add_elements(source.parts.front().parts.front(), made); // {"a": x}.values()
        }
        for (std::size_t i = is_literal ? 0 : 1; i < source.parts.size(); ++i) {
            add_elements(source.parts[i], made);
        }
        return;
    }
    alias part = made;
    part.is_part = true;
    add_alias(source, made.place, part);
}

COREST_DECL void python_names::walk(const python_node& node, python_place place)
{
    using node_kind = python_node::kind;
    if (node.type == node_kind::call) {
        calls_.push_back({&node, place});
        constexpr std::array<std::string_view, 3> classes = {"list", "dict", "set"};
        const python_node& function = node.parts.front();
        if (function.type == node_kind::attribute && python_scopes::changes_its_object(function.name)
            && python_scopes::is_one_of(root_name(function), classes) && node.parts.size() > 1)
        {
            add_change(node.parts[1], place); // list.append(x, 1)
        }
    } else if (node.type == node_kind::attribute && python_scopes::changes_its_object(node.name)) {
        add_change(node.parts.front(), place); // whether it is called here or later
    } else if (node.type == node_kind::named) {
        bind_target(node.parts.front(), nullptr, place, "a variable that an expression assigns");
    } else if (node.type == node_kind::other
        && (node.name.ends_with("comprehension") || node.name == "a generator expression"))
    {
        std::vector<const python_node*> open = {&node};
        while (!open.empty()) {
            const python_node& one = *open.back();
            open.pop_back();
            if (one.type == node_kind::attribute && python_scopes::changes_its_object(one.name)) {
                add_change_of_all(node, one.offset, place);
                break;
            }
            for (const python_node& part : one.parts) {
                open.push_back(&part);
            }
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
        if (!name.empty()) {
            add_alias(argument, call.place, {name, {*inner, 0}, {}, call.place});
        }
    }
}

// What a call of Python's own does.
COREST_DECL void python_names::add_effect(const placed_node& call)
{
    const std::string function = full_name(call.node->parts.front(), call.place);
    if (python_scopes::changes_its_argument(function) && call.node->parts.size() > 1) {
        add_change(call.node->parts[1], call.place);
    } else if (function == "exec") {
        changes_all_ = changes_all_.value_or(call.node->offset);
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
            const auto change_of = [&](const python_node& one) {
                const bool is_deleted = s.type == statement_kind::deletion && one.type != python_node::kind::name;
                add_change(is_deleted && !one.parts.empty() ? one.parts.front() : one, place);
            };
            if (target.type == python_node::kind::tuple) {
                for (const python_node& part : target.parts) {
                    change_of(part);
                }
            } else {
                change_of(target);
            }
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
            const bool is_loop = s.type == statement_kind::loop;
            bind_target(s.expressions[i], nullptr, inner, is_loop ? "a loop variable" : "a variable of a branch");
            for (const python_node& name : s.expressions[i].parts) {
                if (is_loop) {
                    add_elements(s.expressions.back(), {name.name, inner, {}, inner});
                }
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
    function_places_[&s] = place;
    scopes_.push_back(std::move(inner));
    const python_place body{scopes_.size() - 1, new_block(place.block)};
    for (const python_parameter& p : s.parameters) {
        for (const python_node& value : p.default_value) {
            walk(value, place);
            add_alias(value, place, {p.name, body, {}, place});
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
        return {nullptr, whose + ", which is changed at " + script_.position(changed->second.offset)};
    }
    const bool is_of_module = scopes_[*s].function == nullptr && !scopes_[*s].is_class;
    if (changes_all_ && is_of_module && first.type != python_binding::kind::import) {
        return {nullptr, whose + ", which may be changed at " + script_.position(*changes_all_)};
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

COREST_DECL python_place python_names::place_of(const python_statement& function) const
{
    const auto found = function_places_.find(&function);
    return found == function_places_.end() ? python_place() : found->second;
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
