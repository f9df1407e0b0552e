#pragma once

#include <corest/source/read/python_names.hpp>

#include <corest/detail/text.hpp>

#include <algorithm>
#include <array>
#include <limits>

namespace corest::source::detail {

namespace python_scopes {

using corest::detail::in_quotes;

using python_call_effects::is_one_of;

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

// A key as it stands in brackets: a text or a number; null where it is something else.
[[nodiscard]] inline boost::json::value written_key(const python_node& key)
{
    const bool is_written = key.type == python_node::kind::constant && (key.value.is_string() || key.value.is_int64());
    return is_written ? key.value : boost::json::value();
}

// What a statement changes that does nothing else: an object, as `python_names::add_change` gets it; null: it is none
// such.
[[nodiscard]] inline const python_node* changed_by(const python_statement& s)
{
    using statement_kind = python_statement::kind;
    using node_kind = python_node::kind;
    const auto container = [](const python_node& target) {
        return target.type == node_kind::subscript && target.parts.size() == 2 ? &target.parts.front() : nullptr;
    };
    const python_node* const first = s.expressions.empty() ? nullptr : &s.expressions.front();
    switch (s.type) {
    case statement_kind::assignment:
        return s.targets == 1 ? container(*first) : nullptr;
    case statement_kind::deletion:
        return container(*first);
    case statement_kind::augmented:
        return first;
    case statement_kind::expression:
        return first != nullptr && first->type == node_kind::call && first->parts.front().type == node_kind::attribute
            ? &first->parts.front().parts.front()
            : nullptr;
    default:
        return nullptr;
    }
}

// Whether a method is a part of what a statement changes: `setdefault` of `x.setdefault("a", []).append(1)`.
[[nodiscard]] inline bool is_part_of(const python_node* object, const python_node& method)
{
    const python_node* n =
        method.name == "setdefault" && object != nullptr && !root_name(*object).empty() ? object : nullptr;
    while (n != nullptr && n != &method) {
        n = n->parts.empty() ? nullptr : &n->parts.front();
    }
    return n != nullptr;
}

// Whether two paths may lead to the same, as far as both go.
[[nodiscard]] inline bool may_meet(
    const std::vector<boost::json::value>& one, const std::vector<boost::json::value>& other)
{
    const std::size_t length = std::min(one.size(), other.size());
    return std::equal(one.begin(), one.begin() + static_cast<std::ptrdiff_t>(length), other.begin(),
        [](const boost::json::value& a, const boost::json::value& b) { return a.is_null() || b.is_null() || a == b; });
}

// So long a path is looked at: it leads to everything that is deeper.
constexpr std::size_t longest_path = 8;

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

COREST_DECL std::vector<boost::json::value> key_path(const python_node& node)
{
    using node_kind = python_node::kind;
    std::vector<boost::json::value> path;
    const python_node* n = &node;
    while (n->type != node_kind::name && !n->parts.empty()) {
        if (n->type == node_kind::call) { // x.get("k"), x.values()
            if (const std::string_view method = python_scopes::called(*n); method == "get" || method == "setdefault") {
                path.push_back(n->parts.size() > 1 ? python_scopes::written_key(n->parts[1]) : boost::json::value());
            }
            n = &n->parts.front();
        } else {
            path.push_back(n->type == node_kind::subscript && n->parts.size() == 2
                    ? python_scopes::written_key(n->parts[1])
                    : boost::json::value());
        }
        n = n->parts.empty() ? n : &n->parts.front();
    }
    std::reverse(path.begin(), path.end());
    return path;
}

COREST_DECL void python_names::add_module(const std::vector<python_statement>& statements)
{
    scope made;
    std::size_t block = 0;
    if (scopes_.empty()) {
        block_parents_.push_back(0);
        block_kinds_.push_back(block_kind::once);
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
COREST_DECL bool python_names::note_change(scope& at, const std::string& name, python_change what)
{
    constexpr std::size_t most = 100;
    std::vector<python_change>& known = at.changes[name];
    if (what.path.size() > python_scopes::longest_path) {
        what.path.resize(python_scopes::longest_path);
        what.member = nullptr;
    }
    const bool is_known = std::any_of(known.begin(), known.end(), [&](const python_change& one) {
        return one.type == what.type && one.is_inside == what.is_inside && one.path == what.path
            && one.member == what.member && one.statement == what.statement;
    });
    if (is_known || known.size() > most) {
        return false;
    }
    if (known.size() == most) { // too many to tell them apart: anything in it
        what.path.assign(python_scopes::longest_path, nullptr);
        what.member = nullptr;
        what.statement = nullptr;
        what.type = python_change::kind::own;
        what.is_inside = false;
    }
    known.push_back(std::move(what));
    return true;
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
    if (found == scopes_[*from].changes.end()) {
        return false;
    }
    const std::vector<python_change> changes = found->second; // what is noted may be of the same name
    bool more = false;
    for (const python_change& one : changes) {
        more = pass_on(a, one) || more;
    }
    return more;
}

COREST_DECL bool python_names::pass_on(const alias& a, const python_change& what)
{
    if (!a.is_loose && (what.path.size() < a.keys.size() || !python_scopes::may_meet(what.path, a.keys))) {
        return false; // the holder is changed, and not what it holds
    }
    python_change out;
    out.type = a.is_possible || what.type == python_change::kind::possible ? python_change::kind::possible
                                                                           : python_change::kind::shared;
    out.offset = what.offset;
    out.place = what.place;
    out.path = a.of_path;
    if (a.is_element) {
        out.path.emplace_back(nullptr);
    }
    if (a.is_loose) {
        out.path.resize(python_scopes::longest_path);
    } else {
        if (a.is_copy) {
            out.path.emplace_back(nullptr);
        }
        out.is_inside = a.of_path.empty() && (a.is_copy || (a.keys.empty() && what.is_inside));
        out.path.insert(
            out.path.end(), what.path.begin() + static_cast<std::ptrdiff_t>(a.keys.size()), what.path.end());
        out.member = what.member;
    }
    out.is_inside = out.is_inside || (a.of_path.empty() && a.is_element);
    scope& holder = scopes_[*owner(a.of, a.of_place.scope)];
    const auto known = holder.changes.find(a.of);
    const auto is_own = [&](const python_change& one) {
        return one.type == python_change::kind::own && one.offset == out.offset;
    };
    if (known != holder.changes.end() && std::any_of(known->second.begin(), known->second.end(), is_own)) {
        return false; // it came from there
    }
    return note_change(holder, a.of, std::move(out));
}

COREST_DECL void python_names::finish()
{
    for (const placed_node& call : calls_) {
        add_arguments(call);
        add_effect(call);
        give_arguments_away(call);
    }
    for (const placed_node& one : executors_) {
        if (find(one.node->name, one.place) == nullptr) {
            changes_all_ = changes_all_.value_or(one.node->offset);
        }
    }
    for (const placed_node& one : comprehensions_) {
        give_elements_away(one);
    }
    for (const placed_assignment& one : kept_) {
        add_alias(*one.value, one.place, given_away(one.value->offset, one.place));
    }
    for (std::size_t i = 0; i < returned_.size(); ++i) { // what is returned may be such a call itself
        add_returned(returned_value(returned_[i]));
    }
    for (const named_change& c : changes_) {
        if (const auto s = owner(c.name, c.what.place.scope)) {
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

COREST_DECL std::size_t python_names::new_block(std::size_t parent, block_kind kind)
{
    block_parents_.push_back(parent);
    block_kinds_.push_back(kind);
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
    const auto is_declared = [&](const std::vector<std::string>& names) {
        return std::find(names.begin(), names.end(), name) != names.end();
    };
    const bool is_outer = is_declared(here.nonlocals);
    if (!is_outer && !is_declared(here.globals)) {
        here.bindings[name].push_back(std::move(binding));
        return;
    }
    std::size_t holder = binding.place.scope;
    do {
        holder = scopes_[holder].parent.value_or(holder);
    } while ((scopes_[holder].function != nullptr || scopes_[holder].is_class)
        && !(is_outer && scopes_[holder].bindings.contains(name)));
    binding.place = {holder, new_block(binding.place.block)};
    scopes_[holder].bindings[name].push_back(std::move(binding));
}

COREST_DECL void python_names::bind_target(const python_node& target, const python_node* value, python_place place,
    const std::string& what, const python_node* holder)
{
    using node_kind = python_node::kind;
    if (target.type == node_kind::name) {
        python_binding made;
        made.offset = target.offset;
        made.place = place;
        made.node = value != nullptr ? value : holder;
        made.type = value != nullptr ? python_binding::kind::value : python_binding::kind::opaque;
        made.text = what;
        bind(target.name, std::move(made));
        if (value != nullptr) {
            assigned_.emplace(value, target.name);
            alias same;
            same.name = target.name;
            same.place = place;
            add_alias(*value, place, same);
            if (scopes_[place.scope].is_class) {
                kept_.push_back({&target, value, place});
            }
        }
    } else if (target.type == node_kind::tuple || target.type == node_kind::list || target.type == node_kind::spread) {
        for (const python_node& part : target.parts) {
            bind_target(part, nullptr, place, what.empty() ? "a value that is unpacked" : what,
                value != nullptr ? value : holder);
        }
        if (value != nullptr) {
            add_unpacked(target, *value, place);
        }
    } else {
        if (target.type == node_kind::attribute && value != nullptr) {
            kept_.push_back({&target, value, place});
        }
        assignments_.push_back({&target, value, place});
        const bool is_element = target.type == node_kind::subscript && target.parts.size() == 2;
        add_change(
            target.parts.empty() ? target : target.parts.front(), place, is_element ? &target.parts[1] : nullptr);
        if (std::string root = root_name(target); value != nullptr && !root.empty()) {
            alias held;
            held.name = std::move(root);
            held.place = place;
            held.keys = key_path(target);
            add_alias(*value, place, held);
        }
        walk(target, place);
        note_uses(target, place, {});
    }
}

// \param object what is changed: `x["a"]` of `x["a"].append(1)`, `x` of `x["a"] = 1`
// \param member the key of what is set in it: null where anything may be
COREST_DECL void python_names::add_change(const python_node& object, python_place place, const python_node* member)
{
    using node_kind = python_node::kind;
    if (std::string name = root_name(object); !name.empty()) {
        named_change made;
        made.name = std::move(name);
        made.what.offset = object.offset;
        made.what.place = place;
        made.what.path = key_path(object);
        made.what.member = member == nullptr ? boost::json::value() : python_scopes::written_key(*member);
        made.what.statement = &object == step_object_ ? step_ : nullptr;
        changes_.push_back(std::move(made));
        return;
    }
    kept_.push_back({nullptr, &object, place}); // sorted(x)[0]["k"] = 1
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
        named_change made;
        made.name = node.name;
        made.what.offset = offset;
        made.what.place = place;
        made.what.path.resize(python_scopes::longest_path);
        changes_.push_back(std::move(made));
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
    const auto add = [&](const python_node& part) { add_alias(part, source_place, made); };
    const auto add_member = [&](const python_node& part, const boost::json::value& key) {
        alias inner = made;
        if (inner.is_copy) { // of the copy's members some were written down just there
            inner.is_copy = false;
            inner.keys.back() = key;
        } else {
            inner.keys.push_back(key);
        }
        add_alias(part, source_place, inner);
    };
    const auto add_copy = [&](const python_node& part) {
        alias inner = made;
        if (!inner.is_copy) {
            inner.is_copy = true;
            inner.keys.emplace_back(nullptr);
        }
        add_alias(part, source_place, inner);
    };
    switch (source.type) {
    case node_kind::conditional:
        add(source.parts[0]);
        return add(source.parts[2]);
    case node_kind::list:
    case node_kind::tuple:
    case node_kind::dictionary:
        for (const python_node& part : source.parts) {
            if (part.type == node_kind::spread || part.type == node_kind::double_spread) {
                add_copy(part.parts.front());
            } else if (part.type == node_kind::pair) {
                add_member(part.parts[1], python_scopes::written_key(part.parts[0]));
            } else {
                add_member(part, nullptr);
            }
        }
        return;
    case node_kind::sum:
    case node_kind::merge:
        for (const python_node& part : source.parts) {
            add_copy(part);
        }
        return;
    case node_kind::named:
        return add(source.parts.back());
    case node_kind::spread:
    case node_kind::double_spread:
        return add_copy(source.parts.front());
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
            add_copy(source.parts.front().parts.front()); // x.copy()
        }
        if (!is_copy && !python_scopes::is_one_of(function, same)) {
            returned_.push_back({&source, source_place, made});
            return;
        }
        for (std::size_t i = 1; i < source.parts.size(); ++i) {
            const python_node& part = source.parts[i];
            if (part.type == node_kind::keyword) {
                add_member(part.parts.back(), boost::json::value(part.name));
            } else if (is_copy && part.type != node_kind::name && part.type != node_kind::dictionary) {
                alias inner = made; // dict([("a", x)])
                inner.is_loose = true;
                add_alias(part, source_place, inner);
            } else if (is_copy || part.type == node_kind::double_spread) {
                add_copy(part.type == node_kind::double_spread ? part.parts.front() : part);
            } else {
                add(part);
            }
        }
        return;
    }
    case node_kind::other:
        if (source.name == "the operator 'or'" || source.name == "the operator 'and'") {
            for (const python_node& part : source.parts) {
                add(part);
            }
        } else if (source.name.ends_with("comprehension") || source.name == "a generator expression"
            || source.name == "await" || source.name == "yield" || source.name == "the operator '*'")
        {
            add_parts(source, source_place, made);
        }
        return;
    default:
        break;
    }
    alias whole = made;
    whole.of_place = source_place;
    whole.of = root_name(source);
    whole.of_path = key_path(source);
    if (!whole.of.empty()) {
        aliases_.push_back(std::move(whole));
    } else if (source.type == node_kind::attribute || source.type == node_kind::subscript) {
        whole.is_loose = true; // sorted(x)[0]
        whole.is_possible = true;
        add_alias(source.parts.front(), source_place, whole);
    } else if (source.type == node_kind::call) {
        whole.is_loose = true; // sorted(x)[0].get("k")
        whole.is_possible = true;
        add_alias(source.parts.front().parts.front(), source_place, whole);
    }
}

// What something may hold that is made of other things, in a way that is not read.
COREST_DECL void python_names::add_parts(const python_node& source, python_place source_place, alias made)
{
    made.is_loose = true;
    made.is_possible = true;
    for (const python_node& part : source.parts) {
        const bool is_named = part.type == python_node::kind::keyword;
        add_alias(is_named ? part.parts.front() : part, source_place, made);
    }
}

// What names hold that a value is unpacked into.
COREST_DECL void python_names::add_unpacked(const python_node& target, const python_node& source, python_place place)
{
    using node_kind = python_node::kind;
    if (target.type == node_kind::name) {
        alias made;
        made.name = target.name;
        made.place = place;
        made.is_loose = true;
        made.is_possible = true;
        return add_alias(source, place, made);
    }
    for (const python_node& part : target.parts) {
        add_unpacked(part, source, place);
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
        if (!is_literal) {
            alias some = made;
            some.is_loose = true;
            returned_.push_back({&source, made.place, std::move(some)});
        }
        for (std::size_t i = is_literal ? 0 : 1; i < source.parts.size(); ++i) {
            if (is_literal) {
                add_alias(source.parts[i], made.place, made);
            }
            add_elements(source.parts[i], made);
        }
        return;
    }
    alias part = made;
    part.is_element = true;
    add_alias(source, made.place, part);
}

// What a call of a method that changes its object puts there.
COREST_DECL void python_names::add_held(const python_node& call, python_place place)
{
    constexpr std::array<std::string_view, 4> single = {"append", "insert", "setdefault", "__setitem__"};
    const python_node& function = call.parts.front();
    alias held;
    held.name = root_name(function.parts.front());
    held.place = place;
    held.keys = key_path(function.parts.front());
    held.is_copy = !python_scopes::is_one_of(function.name, single);
    held.keys.emplace_back(nullptr);
    held.is_loose = function.parts.front().name == "__dict__"; // as attributes
    for (std::size_t i = 1; i < call.parts.size() && !held.name.empty(); ++i) {
        const python_node& argument = call.parts[i];
        alias one = held;
        if (argument.type == python_node::kind::keyword) {
            one.keys.back() = argument.name;
            one.is_copy = false;
        }
        add_alias(argument.type == python_node::kind::keyword ? argument.parts.front() : argument, place, one);
    }
}

// What functions of this file return is what their callers get. A method is known by its name alone. What other
// functions give back may hold what they are given.
COREST_DECL void python_names::add_returned(const returned_value& value)
{
    const python_node& named = value.call->parts.front();
    alias made = value.made;
    made.is_loose = true;
    if (named.type == python_node::kind::attribute) {
        for (const auto& known : function_scopes_) {
            if (known.first->name == named.name) {
                add_returned(known.first->body, {known.second, 0}, made);
            }
        }
    }
    const python_binding* bound = named.type == python_node::kind::name ? find(named.name, value.place) : nullptr;
    if (bound != nullptr && bound->type == python_binding::kind::function) {
        const auto inner = scope_of(*bound->statement);
        return add_returned(bound->statement->body, {inner.value_or(0), 0}, made);
    }
    const std::string who = made.name + " " + std::to_string(made.place.scope);
    if (bound != nullptr && bound->node != nullptr && bound->node->name == "a lambda"
        && followed_.emplace(bound->node, who).second)
    {
        for (const python_node& part : bound->node->parts) {
            add_alias(part, bound->place, made);
        }
    }
    if (effect_of_call({value.call, value.place}) == python_effect::none) {
        return;
    }
    made.is_possible = true;
    for (std::size_t i = 1; i < value.call->parts.size(); ++i) {
        const python_node& argument = value.call->parts[i];
        add_alias(argument.type == python_node::kind::keyword ? argument.parts.front() : argument, value.place, made);
    }
    if (named.type == python_node::kind::attribute) {
        add_alias(named.parts.front(), value.place, made);
    }
}

COREST_DECL void python_names::add_returned(
    const std::vector<python_statement>& body, python_place place, const alias& made)
{
    const std::string who = made.name + " " + std::to_string(made.place.scope);
    if (!followed_.emplace(&body, who).second) {
        return; // it calls itself
    }
    for (const python_statement& s : body) {
        if (s.type == python_statement::kind::function || s.type == python_statement::kind::class_body) {
            continue;
        }
        for (const python_node& one : s.expressions) {
            const bool is_yielded = one.type == python_node::kind::other && one.name == "yield";
            if (s.name == "return" && s.type == python_statement::kind::expression) {
                add_alias(one, place, made);
            }
            for (std::size_t i = 0; is_yielded && i < one.parts.size(); ++i) {
                add_alias(one.parts[i], place, made);
            }
        }
        add_returned(s.body, place, made);
    }
}

COREST_DECL void python_names::walk(const python_node& node, python_place place)
{
    using node_kind = python_node::kind;
    if (node.type == node_kind::call) {
        calls_.push_back({&node, place});
        constexpr std::array<std::string_view, 3> classes = {"list", "dict", "set"};
        const python_node& function = node.parts.front();
        if (function.type == node_kind::attribute && changes_its_object(function.name)
            && python_scopes::is_one_of(root_name(function), classes) && node.parts.size() > 1)
        {
            add_change(node.parts[1], place); // list.append(x, 1)
        }
        if (function.type == node_kind::attribute && changes_its_object(function.name)) {
            add_held(node, place);
        }
    } else if (node.type == node_kind::attribute && node.name == "modules" && root_name(node) == "sys") {
        changes_all_ = changes_all_.value_or(node.offset);
    } else if (node.type == node_kind::attribute && changes_its_object(node.name)
        && !python_scopes::is_part_of(step_object_, node))
    {
        add_change(node.parts.front(), place); // whether it is called here or later
    } else if (node.type == node_kind::named) {
        bind_target(node.parts.front(), nullptr, place, "a variable that an expression assigns", &node.parts.back());
        add_unpacked(node.parts.front(), node.parts.back(), place);
    } else if (node.name == "a lambda" && lambda_may_change(node)) {
        for (std::size_t i = 1; i < node.parts.size(); ++i) {
            kept_.push_back({nullptr, &node.parts[i], place}); // lambda x=y: x.append(1)
        }
    } else if (node.type == node_kind::name && (node.name == "exec" || node.name == "eval")) {
        executors_.push_back({&node, place});
    } else if (node.type == node_kind::other
        && (node.name.ends_with("comprehension") || node.name == "a generator expression"))
    {
        comprehensions_.push_back({&node, place});
        std::vector<const python_node*> open = {&node};
        while (!open.empty()) {
            const python_node& one = *open.back();
            open.pop_back();
            if (one.type == node_kind::attribute && changes_its_object(one.name)) {
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

// \param around what the expression stands in, without the node itself
COREST_DECL void python_names::note_uses(const python_node& node, python_place place, python_use around)
{
    using node_kind = python_node::kind;
    around.node = &node;
    around.place = place;
    if (node.type == node_kind::name || node.type == node_kind::attribute) {
        uses_[node.name].push_back(around);
    }
    python_use inner = around;
    inner.parent = &node;
    const bool goes_on =
        node.type == node_kind::list || node.type == node_kind::tuple || node.type == node_kind::keyword;
    inner.call = node.type == node_kind::call ? &node : goes_on ? around.call : nullptr;
    inner.is_repeated = around.is_repeated
        || (node.type == node_kind::other
            && (node.name == "a lambda" || node.name.ends_with("comprehension")
                || node.name == "a generator expression"));
    for (const python_node& part : node.parts) {
        note_uses(part, place, inner);
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
            alias made;
            made.name = name;
            made.place = {*inner, 0};
            add_alias(named ? argument.parts.front() : argument, call.place, made);
        }
    }
}

// What a call of Python's own does.
COREST_DECL void python_names::add_effect(const placed_node& call)
{
    const std::string function = full_name(call.node->parts.front(), call.place);
    if (changes_its_argument(function) && call.node->parts.size() > 1) {
        add_change(call.node->parts[1], call.place);
        return;
    }
    // The variables themselves, as a dictionary.
    const bool is_module = scopes_[call.place.scope].function == nullptr && call.node->parts.size() == 1;
    if (function == "globals" || (is_module && (function == "locals" || function == "vars"))) {
        changes_all_ = changes_all_.value_or(call.node->offset);
    }
}

// Whether an object is made by a function of a package that is known: a logger, a pipeline, a session.
COREST_DECL bool python_names::is_of_known_package(const python_node& object, python_place place) const
{
    const std::string name = root_name(object);
    const python_binding* bound = name.empty() ? nullptr : find(name, place);
    const bool is_call = bound != nullptr && bound->type == python_binding::kind::value
        && scopes_[bound->place.scope].bindings.at(name).size() == 1 && bound->node->type == python_node::kind::call;
    return is_call && effect_of(full_name(bound->node->parts.front(), bound->place)) == python_effect::none;
}

COREST_DECL bool python_names::is_method_of_file(std::string_view name) const
{
    return std::any_of(
        function_scopes_.begin(), function_scopes_.end(), [&](const auto& known) { return known.first->name == name; });
}

// Whether one of the functions that a call is given, to be called in turn, may change something.
COREST_DECL bool python_names::calls_unknown(const placed_node& call) const
{
    const std::string& function = call.node->parts.front().name;
    for (std::size_t i = 1; i < call.node->parts.size(); ++i) {
        const python_node& argument = call.node->parts[i];
        const bool is_key = argument.type == python_node::kind::keyword && argument.name == "key";
        if (!is_key && (i != 1 || (function != "map" && function != "filter"))) {
            continue;
        }
        const python_node& given = is_key ? argument.parts.front() : argument;
        const bool is_plain = given.name == "a lambda"
            ? !lambda_may_change(given)
            : effect_of(full_name(given, call.place)) != python_effect::unknown
                || (given.type == python_node::kind::constant && given.value.is_null());
        if (!is_plain) {
            return true;
        }
    }
    return false;
}

// What a call does to its arguments, where it is none of a function of this file by its name.
COREST_DECL python_effect python_names::effect_of_call(const placed_node& call) const
{
    using node_kind = python_node::kind;
    const python_node& function = call.node->parts.front();
    const bool is_generic = function.type == node_kind::subscript; // dlt.sources.incremental[str](...)
    const std::string full = full_name(is_generic ? function.parts.front() : function, call.place);
    if (const python_effect known = effect_of(full); known != python_effect::unknown) {
        return calls_unknown(call) ? python_effect::unknown : known;
    }
    if (function.name == "a lambda") {
        return lambda_may_change(function) ? python_effect::unknown : python_effect::shares;
    }
    if (function.type == node_kind::name) {
        const python_binding* bound = find(function.name, call.place);
        const bool is_lambda = bound != nullptr && bound->type == python_binding::kind::value
            && scopes_[bound->place.scope].bindings.at(function.name).size() == 1 && bound->node->name == "a lambda";
        return is_lambda && !lambda_may_change(*bound->node) ? python_effect::shares : python_effect::unknown;
    }
    if (function.type != node_kind::attribute || is_method_of_file(function.name)) {
        return python_effect::unknown;
    }
    const python_binding* holder = find(root_name(function), call.place);
    if (holder != nullptr && holder->type == python_binding::kind::import) {
        return python_effect::unknown; // of a package that is not known
    }
    if (changes_its_object(function.name) && root_name(function.parts.front()).empty()) {
        return python_effect::unknown; // type(x).append(x, 1)
    }
    const node_kind object = function.parts.front().type;
    if (object == node_kind::constant || object == node_kind::formatted
        || is_of_known_package(function.parts.front(), call.place))
    {
        return python_effect::none;
    }
    return effect_of_method(function.name);
}

// A name for what is given to code that is not read, at that place of the text: it may be changed there.
COREST_DECL python_names::alias python_names::given_away(std::size_t offset, python_place place)
{
    alias out;
    out.name = "what is given away at " + std::to_string(offset); // no name of Python's
    out.place = place;
    scope& here = scopes_[place.scope];
    if (!here.bindings.contains(out.name)) {
        python_binding bound;
        bound.offset = offset;
        bound.place = place;
        here.bindings[out.name].push_back(std::move(bound));
        python_change made;
        made.type = python_change::kind::possible;
        made.offset = offset;
        made.place = place;
        made.path.resize(python_scopes::longest_path);
        here.changes[out.name].push_back(std::move(made));
    }
    return out;
}

// Whether an expression has a call that may change what its variables stand for.
COREST_DECL bool python_names::has_unknown_call(const python_node& node, python_place place) const
{
    if (node.type == python_node::kind::call && node.parts.size() > 1
        && effect_of_call({&node, place}) == python_effect::unknown)
    {
        return true;
    }
    return std::any_of(
        node.parts.begin(), node.parts.end(), [&](const python_node& part) { return has_unknown_call(part, place); });
}

// The variables of a comprehension stand for the elements of what it goes through: [change(x) for x in y].
COREST_DECL void python_names::give_elements_away(const placed_node& comprehension)
{
    if (!has_unknown_call(*comprehension.node, comprehension.place)) {
        return;
    }
    alias made = given_away(comprehension.node->offset, comprehension.place);
    for (std::size_t i = 1; i < comprehension.node->parts.size(); ++i) {
        add_elements(comprehension.node->parts[i], made);
    }
}

COREST_DECL void python_names::give_arguments_away(const placed_node& call)
{
    using node_kind = python_node::kind;
    const python_node& function = call.node->parts.front();
    const python_binding* bound = function.type == node_kind::name ? find(function.name, call.place) : nullptr;
    const bool is_of_file = bound != nullptr && bound->type == python_binding::kind::function;
    std::size_t followed = 0; // so many arguments are known by the function's parameters
    if (is_of_file && scopes_[bound->place.scope].bindings.at(function.name).size() == 1) {
        const auto& parameters = bound->statement->parameters;
        const bool collects =
            std::any_of(parameters.begin(), parameters.end(), [](const python_parameter& p) { return p.collects; });
        followed = collects ? 0 : parameters.size();
    } else if (!is_of_file && effect_of_call(call) != python_effect::unknown) {
        return;
    }
    const bool is_followed = followed != 0
        && std::none_of(call.node->parts.begin() + 1, call.node->parts.end(), [](const python_node& argument) {
               return argument.type == node_kind::spread || argument.type == node_kind::double_spread;
           });
    for (std::size_t i = 1; !is_followed && i < call.node->parts.size(); ++i) {
        const python_node& argument = call.node->parts[i];
        add_alias(argument.type == node_kind::keyword ? argument.parts.front() : argument, call.place,
            given_away(call.node->offset, call.place));
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
    step_ = &s;
    step_object_ = python_scopes::changed_by(s);
    if (s.type != statement_kind::global) {
        for (std::size_t i = s.targets; i < s.expressions.size(); ++i) {
            walk(s.expressions[i], place);
            note_uses(s.expressions[i], place, {});
        }
    }
    switch (s.type) {
    case statement_kind::assignment:
        if (!s.name.empty()) {
            annotated_.emplace_back(&s, place);
        }
        for (std::size_t i = 0; i < s.targets; ++i) {
            bind_target(s.expressions[i], &s.expressions.back(), place, {});
            for (std::size_t n = 0; n < s.targets; ++n) { // x = y = []
                if (n != i && s.expressions[i].type == python_node::kind::name) {
                    alias same;
                    same.name = s.expressions[i].name;
                    same.place = place;
                    add_alias(s.expressions[n], place, same);
                }
            }
        }
        break;
    case statement_kind::augmented:
    case statement_kind::deletion:
        for (std::size_t i = 0; i < s.targets; ++i) {
            const python_node& target = s.expressions[i];
            if (s.type == statement_kind::augmented || target.type == python_node::kind::subscript) {
                note_uses(target, place, {});
            }
            const auto change_of = [&](const python_node& one) {
                if (s.type == statement_kind::deletion && one.type != python_node::kind::name) {
                    assignments_.push_back({&one, nullptr, place});
                }
                const bool is_deleted =
                    s.type == statement_kind::deletion && one.type != python_node::kind::name && !one.parts.empty();
                const bool is_element = is_deleted && one.type == python_node::kind::subscript && one.parts.size() == 2;
                add_change(is_deleted ? one.parts.front() : one, place, is_element ? &one.parts[1] : nullptr);
                if (std::string root = root_name(one); s.type == statement_kind::augmented && !root.empty()) {
                    alias held;
                    held.name = std::move(root);
                    held.place = place;
                    held.keys = key_path(one);
                    held.keys.emplace_back(nullptr);
                    held.is_copy = true;
                    add_alias(s.expressions.back(), place, held);
                }
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
        inner.class_body = &s;
        scopes_.push_back(std::move(inner));
        collect(s.body, {scopes_.size() - 1, place.block});
        break;
    }
    case statement_kind::branch:
    case statement_kind::loop: {
        const bool is_loop = s.type == statement_kind::loop;
        const bool is_sure = s.name == "try" || s.name == "finally";
        const python_place inner{place.scope,
            new_block(place.block,
                is_loop       ? block_kind::loop
                    : is_sure ? block_kind::once
                              : block_kind::branch)};
        for (std::size_t i = 0; i < s.targets; ++i) {
            bind_target(s.expressions[i], nullptr, inner, is_loop ? "a loop variable" : "a variable of a branch",
                is_loop ? &s.expressions.back() : nullptr);
            for (const python_node& name : s.expressions[i].parts) {
                if (is_loop) {
                    alias made;
                    made.name = name.name;
                    made.place = inner;
                    add_elements(s.expressions.back(), made);
                }
            }
        }
        for (const python_statement& one : s.body) { // `case` of `match`
            if (s.targets == 0 && one.type == statement_kind::branch && one.targets == 1
                && one.expressions.front().type == python_node::kind::tuple)
            {
                add_unpacked(one.expressions.front(), s.expressions.front(), inner);
            }
        }
        collect(s.body, inner);
        break;
    }
    case statement_kind::plain_body:
        for (std::size_t i = 0; i < s.targets; ++i) {
            bind_target(s.expressions[i], nullptr, place, "a variable of 'with'", &s.expressions.back());
            for (std::size_t n = s.targets; n < s.expressions.size(); ++n) {
                add_unpacked(s.expressions[i], s.expressions[n], place);
            }
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
            if (one.origin == "__main__" || one.origin == "sys.modules" || one.origin.starts_with("builtins")) {
                changes_all_ = changes_all_.value_or(one.offset);
            }
        }
        break;
    case statement_kind::global: {
        auto& declared = s.name == "nonlocal" ? scopes_[place.scope].nonlocals : scopes_[place.scope].globals;
        for (const python_node& one : s.expressions) {
            declared.push_back(one.name);
            for (const python_node& part : one.parts) {
                declared.push_back(part.name);
            }
        }
        break;
    }
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
            note_uses(value, place, {});
            alias same;
            same.name = p.name;
            same.place = body;
            add_alias(value, place, same);
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
        const auto own = std::find_if(changed->second.begin(), changed->second.end(),
            [](const python_change& one) { return one.type == python_change::kind::own; });
        if (own != changed->second.end()) {
            return {nullptr, whose + ", which is changed at " + script_.position(own->offset)};
        }
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

// A module goes on in its next block.
COREST_DECL bool python_names::is_same_body(std::size_t one, std::size_t other) const
{
    const auto is_module = [&](std::size_t s) { return scopes_[s].function == nullptr && !scopes_[s].is_class; };
    return one == other || (is_module(one) && is_module(other));
}

// Up to where the statements of the variable's own body have been done when it is looked at: a function runs after its
// definition, and nobody knows when.
COREST_DECL std::size_t python_names::looked_at(
    std::size_t owner, const python_binding& bound, python_place place, std::size_t offset) const
{
    if (is_same_body(place.scope, owner)) {
        return offset == bound.offset ? std::numeric_limits<std::size_t>::max() : offset;
    }
    std::size_t inner = place.scope;
    while (scopes_[inner].parent && !is_same_body(*scopes_[inner].parent, owner)) {
        inner = *scopes_[inner].parent;
    }
    return scopes_[inner].function != nullptr ? scopes_[inner].function->offset : 0;
}

COREST_DECL std::optional<changed_variable> python_names::find_changed(
    const std::string& name, python_place place, std::size_t offset) const
{
    const auto s = owner(name, place.scope);
    if (!s || changes_all_ || scopes_[*s].is_class) {
        return std::nullopt;
    }
    const std::vector<python_binding>& bindings = scopes_[*s].bindings.at(name);
    const auto changes = scopes_[*s].changes.find(name);
    const python_binding& bound = bindings.front();
    if (bindings.size() != 1 || bound.type != python_binding::kind::value || changes == scopes_[*s].changes.end()
        || !encloses(bound.place.block, place.block))
    {
        return std::nullopt;
    }
    const std::size_t limit = looked_at(*s, bound, place, offset);
    changed_variable out;
    out.binding = &bound;
    for (const python_change& one : changes->second) {
        if (one.type != python_change::kind::own) {
            continue;
        }
        const bool is_step = one.statement != nullptr && is_same_body(one.place.scope, *s)
            && one.place.block == bound.place.block && one.statement->offset > bound.offset
            && one.statement->offset < limit;
        (is_step ? out.steps : out.others).push_back(&one);
    }
    std::sort(out.steps.begin(), out.steps.end(), [](const python_change* one, const python_change* other) {
        return one->statement->offset < other->statement->offset;
    });
    return out;
}

COREST_DECL std::vector<const python_change*> python_names::shared_changes(
    const std::string& name, python_place place) const
{
    std::vector<const python_change*> out;
    const auto s = owner(name, place.scope);
    if (!s || !scopes_[*s].changes.contains(name)) {
        return out;
    }
    for (const auto type : {python_change::kind::shared, python_change::kind::possible}) { // what is sure first
        for (const python_change& one : scopes_[*s].changes.at(name)) {
            if (one.type == type) {
                out.push_back(&one);
            }
        }
    }
    return out;
}

COREST_DECL bool python_names::is_later(
    const python_change& change, const python_binding& bound, python_place call, std::size_t last) const
{
    if (!is_same_body(change.place.scope, call.scope) || !is_same_body(bound.place.scope, call.scope)
        || change.offset <= last)
    {
        return false;
    }
    for (std::size_t block = change.place.block;; block = block_parents_[block]) {
        if (block_kinds_[block] == block_kind::loop && encloses(block, call.block)) {
            return false; // of the same loop
        }
        if (block == block_parents_[block]) {
            return true;
        }
    }
}

COREST_DECL bool python_names::is_sure(python_place place, python_place other) const
{
    for (std::size_t block = place.block;; block = block_parents_[block]) {
        if (block_kinds_[block] != block_kind::once && !encloses(block, other.block)) {
            return false;
        }
        if (block == block_parents_[block]) {
            return true;
        }
    }
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

COREST_DECL const std::vector<python_use>& python_names::uses_of(const std::string& word) const
{
    static const std::vector<python_use> none;
    const auto found = uses_.find(word);
    return found == uses_.end() ? none : found->second;
}

COREST_DECL const std::vector<python_binding>& python_names::bindings_of(
    const std::string& name, python_place place) const
{
    static const std::vector<python_binding> none;
    const auto s = owner(name, place.scope);
    return s ? scopes_[*s].bindings.at(name) : none;
}

COREST_DECL bool python_names::is_changed(const std::string& name, python_place place) const
{
    const auto s = owner(name, place.scope);
    if (!s || !scopes_[*s].changes.contains(name)) {
        return false;
    }
    const std::vector<python_change>& changes = scopes_[*s].changes.at(name);
    return std::any_of(changes.begin(), changes.end(),
        [](const python_change& one) { return one.type != python_change::kind::possible; });
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
