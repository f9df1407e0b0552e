#pragma once

#include <corest/source/read/python_names.hpp>

#include <corest/detail/text.hpp>

#include <algorithm>
#include <array>
#include <limits>

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
        return one.path == what.path && one.member == what.member && one.statement == what.statement;
    });
    if (is_known || known.size() > most) {
        return false;
    }
    if (known.size() == most) { // too many to tell them apart: anything in it
        what.path.assign(python_scopes::longest_path, nullptr);
        what.member = nullptr;
        what.statement = nullptr;
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
        out.path.insert(
            out.path.end(), what.path.begin() + static_cast<std::ptrdiff_t>(a.keys.size()), what.path.end());
        out.member = what.member;
    }
    return note_change(scopes_[*owner(a.of, a.of_place.scope)], a.of, std::move(out));
}

COREST_DECL void python_names::finish()
{
    for (const placed_node& call : calls_) {
        add_arguments(call);
        add_effect(call);
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
            alias same;
            same.name = target.name;
            same.place = place;
            add_alias(*value, place, same);
        }
    } else if (target.type == node_kind::tuple || target.type == node_kind::list || target.type == node_kind::spread) {
        for (const python_node& part : target.parts) {
            bind_target(part, nullptr, place, what.empty() ? "a value that is unpacked" : what);
        }
    } else {
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

// What functions of this file return is what their callers get. A method is known by its name alone.
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
        return;
    }
    const python_binding* bound = named.type == python_node::kind::name ? find(named.name, value.place) : nullptr;
    if (bound == nullptr) {
        return;
    }
    if (bound->type == python_binding::kind::function) {
        const auto inner = scope_of(*bound->statement);
        add_returned(bound->statement->body, {inner.value_or(0), 0}, made);
    } else if (bound->node != nullptr && bound->node->name == "a lambda") {
        for (const python_node& part : bound->node->parts) {
            add_alias(part, bound->place, made);
        }
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
        if (function.type == node_kind::attribute && python_scopes::changes_its_object(function.name)
            && python_scopes::is_one_of(root_name(function), classes) && node.parts.size() > 1)
        {
            add_change(node.parts[1], place); // list.append(x, 1)
        }
        if (function.type == node_kind::attribute && python_scopes::changes_its_object(function.name)) {
            add_held(node, place);
        }
    } else if (node.type == node_kind::attribute && python_scopes::changes_its_object(node.name)
        && !python_scopes::is_part_of(step_object_, node))
    {
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
    step_ = &s;
    step_object_ = python_scopes::changed_by(s);
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
                    alias made;
                    made.name = name.name;
                    made.place = inner;
                    add_elements(s.expressions.back(), made);
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
        return {nullptr, whose + ", which is changed at " + script_.position(changed->second.front().offset)};
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
