#pragma once

#include <corest/source/read/python_evaluator.hpp>

#include <corest/detail/text.hpp>
#include <corest/source/read/python_values.hpp>
#include <corest/source/schema/unknown_place.hpp>
#include <corest/source/schema/dictionary.hpp>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace corest::source::detail {

namespace python_meaning {

[[nodiscard]] inline boost::json::value text_value(std::string_view text)
{
    return boost::json::value(boost::json::string_view(text.data(), text.size()));
}

// A text: literal, or with secrets in it.
class text_builder {
public:
    void add(std::string_view text)
    {
        if (!text.empty() || parts_.empty()) {
            if (!parts_.empty() && !parts_.back().is_secret) {
                parts_.back().text += text;
            } else {
                parts_.push_back({std::string(text)});
            }
        }
    }
    // What `str` makes of a value. False: it is none of a text.
    [[nodiscard]] bool add(const boost::json::value& v)
    {
        if (const auto reference = secret_reference(v)) {
            for (secret_part& part : secret_parts(*reference)) {
                if (part.is_secret) {
                    parts_.push_back(std::move(part));
                } else {
                    add(part.text);
                }
            }
        } else if (const auto* text = v.if_string()) {
            add(std::string_view(text->data(), text->size()));
        } else if (v.is_number()) {
            add(python_number_text(v));
        } else if (const auto* flag = v.if_bool()) {
            add(std::string_view(*flag ? "True" : "False"));
        } else if (v.is_null()) {
            add(std::string_view("None"));
        } else {
            return false;
        }
        return true;
    }
    [[nodiscard]] boost::json::value finish()
    {
        const bool has_secret =
            std::any_of(parts_.begin(), parts_.end(), [](const secret_part& p) { return p.is_secret; });
        if (!has_secret) {
            return text_value(parts_.empty() ? std::string_view() : std::string_view(parts_.front().text));
        }
        std::erase_if(parts_, [](const secret_part& p) { return !p.is_secret && p.text.empty(); });
        return secret_json(secret_name(parts_));
    }

private:
    std::vector<secret_part> parts_;
};

// What a configuration value or a secret is called that is fetched by this function; empty: no such function.
[[nodiscard]] inline bool fetches_secret(std::string_view function)
{
    constexpr std::array<std::string_view, 6> names = {
        "dlt.secrets.get", "dlt.config.get", "os.environ.get", "os.getenv", "environ.get", "getenv"};
    return std::find(names.begin(), names.end(), function) != names.end();
}

/// What `if` makes of a value in Python.
[[nodiscard]] inline bool is_true(const boost::json::value& v)
{
    switch (v.kind()) {
    case boost::json::kind::null:
        return false;
    case boost::json::kind::bool_:
        return v.get_bool();
    case boost::json::kind::int64:
        return v.get_int64() != 0;
    case boost::json::kind::uint64:
        return v.get_uint64() != 0;
    case boost::json::kind::double_:
        return v.get_double() != 0;
    case boost::json::kind::string:
        return !v.get_string().empty();
    case boost::json::kind::array:
        return !v.get_array().empty();
    case boost::json::kind::object:
        return !v.get_object().empty();
    }
    return false;
}

// Whether nothing that is in a list or dictionary can be changed.
[[nodiscard]] inline bool holds_texts(const boost::json::value& v)
{
    const auto is_text = [](const boost::json::value& one) {
        return (!one.is_array() && !one.is_object()) || secret_reference(one);
    };
    if (const auto* list = v.if_array()) {
        return std::all_of(list->begin(), list->end(), is_text);
    }
    const auto* object = v.if_object();
    return object != nullptr
        && std::all_of(object->begin(), object->end(), [&](const auto& member) { return is_text(member.value()); });
}

// Where the last part of an expression begins.
[[nodiscard]] inline std::size_t last_offset(const python_node& node)
{
    std::size_t last = node.offset;
    for (const python_node& part : node.parts) {
        last = std::max(last, last_offset(part));
    }
    return last;
}

[[nodiscard]] inline bool is_store(std::string_view name)
{
    return name == "dlt.secrets" || name == "dlt.config";
}

// The name of a type of Python's own, as dlt's stores take it for the type that is expected.
[[nodiscard]] inline bool is_type(const python_node& node)
{
    constexpr std::array<std::string_view, 6> names = {"str", "int", "float", "bool", "list", "dict"};
    return node.type == python_node::kind::name && std::find(names.begin(), names.end(), node.name) != names.end();
}

} // namespace python_meaning

COREST_DECL python_evaluator::python_evaluator(
    const python_script& script, const python_names& names, const read_options& options)
    : script_(script),
      names_(names),
      options_(options),
      dates_(names,
          options.now ? options.now() : std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())),
      uses_(names)
{
}

COREST_DECL boost::json::value python_evaluator::unknown(
    const python_node& node, const std::string& reason, const std::string& option) const
{
    return unknown_value(script_.position(node.offset), reason, option);
}

COREST_DECL boost::json::value python_evaluator::evaluate(
    const python_node& node, python_place place, const std::string& key)
{
    constexpr std::size_t most = 200'000;
    constexpr std::size_t deepest = 300;
    if (++count_ > most) {
        script_.fail(node.offset, "the dictionary is too large to be read from Python", "Write it as JSON");
    }
    if (depth_ >= deepest) {
        return unknown(node, "an expression that is nested too deep");
    }
    ++depth_;
    boost::json::value out = value_of(node, place, key);
    --depth_;
    return out;
}

COREST_DECL boost::json::value python_evaluator::value_of(
    const python_node& node, python_place place, const std::string& key)
{
    using node_kind = python_node::kind;
    switch (node.type) {
    case node_kind::constant:
        return node.value;
    case node_kind::formatted:
        return joined(node, place);
    case node_kind::name:
        return name(node, place);
    case node_kind::attribute:
        return attribute(node, place, key);
    case node_kind::subscript:
        return subscript(node, place);
    case node_kind::call:
        return call(node, place);
    case node_kind::list:
    case node_kind::tuple:
        return key == "processing_steps" && options_.skip_processing_steps ? steps(node, place) : elements(node, place);
    case node_kind::dictionary:
        return dictionary(node, place);
    case node_kind::sum:
        return sum(node, place);
    case node_kind::merge:
        return merge(node, place);
    case node_kind::conditional:
        return conditional(node, place, key);
    case node_kind::difference:
        return unknown(node, "the operator '-'");
    case node_kind::is_not_none:
    case node_kind::is_none:
        return unknown(node, "a condition");
    default:
        return unknown(node, node.name.empty() ? "an expression" : node.name);
    }
}

COREST_DECL boost::json::value python_evaluator::name(const python_node& node, python_place place)
{
    using corest::detail::in_quotes;
    const python_look_up found = names_.look_up(node.name, place);
    if (found.binding == nullptr && !found.reason.empty()) {
        auto known = changed(node, place);
        return known ? std::move(*known) : unknown(node, found.reason);
    }
    if (found.binding == nullptr) {
        using spelling = std::pair<std::string_view, std::string_view>;
        for (const auto& [other, right] :
            {spelling("true", "True"), spelling("false", "False"), spelling("null", "None")})
        {
            if (node.name == other) {
                script_.fail(node.offset, "Python spells " + std::string(other) + " as " + std::string(right),
                    "Write " + std::string(right));
            }
        }
        // The name itself is not shown: it may be a credential that lacks its quotes.
        const std::string star = names_.star_import(place);
        return unknown(node,
            star.empty() ? "a name that this file does not assign"
                         : "a name that may come from 'from " + star + " import *'");
    }
    const python_binding& binding = *found.binding;
    switch (binding.type) {
    case python_binding::kind::import:
        return unknown(node, "the imported name " + in_quotes(node.name));
    case python_binding::kind::function:
        return unknown(node, "the function " + in_quotes(node.name));
    case python_binding::kind::class_body:
        return unknown(node, "the class " + in_quotes(node.name));
    case python_binding::kind::opaque:
        return unknown(node, "the name " + in_quotes(node.name));
    case python_binding::kind::parameter:
    case python_binding::kind::value:
        break;
    }
    const void* identity = &binding;
    if (!open_.insert(identity).second) {
        return unknown(node, "the variable " + in_quotes(node.name) + ", which refers to itself");
    }
    boost::json::value out = binding.type == python_binding::kind::parameter ? parameter(node, binding)
                                                                             : evaluate(*binding.node, binding.place);
    open_.erase(identity);
    lose_shared(out, node, place);
    return out;
}

COREST_DECL boost::json::value python_evaluator::argument_of(
    const python_node& call, const python_node& argument, python_place place)
{
    argument_ = &argument;
    call_end_ = python_meaning::last_offset(call);
    return evaluate(argument, place);
}

// Whether a change of the variable counts where it is looked at.
COREST_DECL bool python_evaluator::counts(
    const python_change& change, const python_node& node, python_place place) const
{
    // Of what is deeper, as the headers of a client, dlt may keep the dictionary itself.
    constexpr std::size_t read_at_once = 1;
    const bool is_early = &node != argument_ || change.path.size() > read_at_once;
    const python_binding* bound = names_.find(node.name, place);
    return is_early || bound == nullptr || !names_.is_later(change, *bound, place, call_end_);
}

// What other names of a variable's list or dictionary, and code that is not read, may have made of it.
COREST_DECL void python_evaluator::lose_shared(boost::json::value& whole, const python_node& node, python_place place)
{
    if ((!whole.is_array() && !whole.is_object()) || is_unknown(whole) || secret_reference(whole)) {
        return; // nobody can change a text or a number
    }
    for (const python_change* change : names_.shared_changes(node.name, place)) {
        if (counts(*change, node, place) && !(change->is_inside && python_meaning::holds_texts(whole))) {
            python_changes::lose(whole, *change, unknown(node, python_changes::reason(node.name, script_, *change)));
        }
    }
}

// What a variable holds that is changed after it was assigned: what cannot be followed is unknown.
COREST_DECL std::optional<boost::json::value> python_evaluator::changed(const python_node& node, python_place place)
{
    const auto variable = names_.find_changed(node.name, place, node.offset);
    if (!variable || !open_.insert(variable->binding).second) {
        return std::nullopt;
    }
    boost::json::value out = evaluate(*variable->binding->node, variable->binding->place);
    for (const python_change* step : variable->steps) {
        take_step(out, node, *step);
    }
    open_.erase(variable->binding);
    for (const python_change* other : variable->others) {
        if (counts(*other, node, place)) {
            python_changes::lose(out, *other, unknown(node, python_changes::reason(node.name, script_, *other)));
        }
    }
    lose_shared(out, node, place);
    return out;
}

COREST_DECL void python_evaluator::take_step(
    boost::json::value& whole, const python_node& node, const python_change& step)
{
    const auto value_of = [&](const python_node& part, const std::string& key) {
        return evaluate(part, step.place, key);
    };
    python_changes::taker taker(whole, value_of);
    if (!taker.take(*step.statement)) {
        *taker.reached() = unknown(node, python_changes::reason(node.name, script_, step));
    }
}

// What --param, or the only call of the function, gives for a parameter; unknown where something else may give it.
COREST_DECL std::optional<boost::json::value> python_evaluator::given_parameter(const python_binding& binding)
{
    const std::string& name = binding.parameter->name;
    for (const auto& [param, text] : options_.params) {
        if (param == name) {
            used_params_.push_back(name);
            boost::json::error_code ec;
            boost::json::value parsed = boost::json::parse(text, ec);
            return ec ? python_meaning::text_value(text) : parsed;
        }
    }
    if (const auto other = uses_.find_other(binding)) {
        return unknown_value(script_.position(other->offset),
            "the parameter " + corest::detail::in_quotes(name) + ", which " + other->text + " may give",
            "--param " + name + "=VALUE");
    }
    const auto calls = names_.calls_of(*binding.statement);
    std::optional<boost::json::value> out;
    for (const placed_node& call : calls) {
        const auto& parameters = binding.statement->parameters;
        const auto index =
            static_cast<std::size_t>(std::find_if(parameters.begin(), parameters.end(), [&](const python_parameter& p) {
                return p.name == name;
            }) - parameters.begin());
        const bool is_by_name = std::any_of(parameters.begin(), parameters.begin() + static_cast<std::ptrdiff_t>(index),
            [](const python_parameter& p) { return p.collects; });
        const python_node* argument = nullptr;
        std::size_t position = 0;
        for (std::size_t i = 1; i < call.node->parts.size(); ++i) {
            const python_node& one = call.node->parts[i];
            const bool spread = one.type == python_node::kind::spread || one.type == python_node::kind::double_spread;
            const bool named = one.type == python_node::kind::keyword;
            if (spread || (named ? one.name == name : position++ == index && !is_by_name)) {
                argument = &one;
                break;
            }
        }
        if (argument == nullptr) {
            continue;
        }
        if (calls.size() > 1) {
            return unknown(*argument,
                "the parameter " + corest::detail::in_quotes(name) + ", which several calls of "
                    + corest::detail::in_quotes(binding.statement->name) + " give",
                "--param " + name + "=VALUE");
        }
        if (argument->type == python_node::kind::spread || argument->type == python_node::kind::double_spread) {
            return unknown(*argument, "arguments that are spread", "--param " + name + "=VALUE");
        }
        out = evaluate(
            argument->type == python_node::kind::keyword ? argument->parts.front() : *argument, call.place, name);
    }
    return out;
}

COREST_DECL boost::json::value python_evaluator::parameter(const python_node& node, const python_binding& binding)
{
    if (auto given = given_parameter(binding)) {
        return std::move(*given);
    }
    const python_parameter& p = *binding.parameter;
    if (p.default_value.empty()) {
        return unknown(node,
            "the parameter " + corest::detail::in_quotes(p.name) + " of "
                + corest::detail::in_quotes(binding.statement->name) + ", which has no default",
            "--param " + p.name + "=VALUE");
    }
    const python_binding* function = names_.find(binding.statement->name, binding.place);
    return evaluate(p.default_value.front(), function != nullptr ? function->place : binding.place, p.name);
}

COREST_DECL boost::json::value python_evaluator::dictionary(const python_node& node, python_place place)
{
    boost::json::object out;
    std::set<std::string> own;
    for (const python_node& part : node.parts) {
        if (part.type == python_node::kind::double_spread) {
            const boost::json::value spread = evaluate(part.parts.front(), place);
            if (is_unknown(spread)) {
                return spread;
            }
            if (!spread.is_object() || secret_reference(spread)) {
                return unknown(part, "a spread of something that is no dictionary");
            }
            for (const auto& member : spread.get_object()) {
                out[member.key()] = member.value();
            }
            continue;
        }
        const boost::json::value key = evaluate(part.parts.front(), place);
        const auto* text = key.if_string();
        if (text == nullptr) {
            return is_unknown(key) ? key : unknown(part, "a key that is no text");
        }
        const std::string name(*text);
        if (part.parts.front().type == python_node::kind::constant && !own.insert(name).second) {
            script_.fail(part.offset, "the key " + corest::detail::in_quotes(name) + " stands twice in one dictionary",
                "Remove one of them");
        }
        boost::json::value value = evaluate(part.parts[1], place, name);
        if (name == "processing_steps" && options_.skip_processing_steps) {
            if (is_unknown(value)) {
                warnings_.push_back(unknown_text(value) + ", in 'processing_steps', is skipped");
                continue;
            }
            if (value.is_array() && value.get_array().empty()) {
                continue;
            }
        }
        out[name] = std::move(value);
    }
    return out;
}

// The steps that are no functions.
COREST_DECL boost::json::value python_evaluator::steps(const python_node& node, python_place place)
{
    boost::json::array out;
    for (const python_node& part : node.parts) {
        boost::json::value step = evaluate(part, place);
        std::string what = is_unknown(step) ? unknown_text(step) : std::string();
        if (const auto* object = step.if_object(); object != nullptr && what.empty()) {
            for (const auto& member : *object) {
                if (is_unknown(member.value())) {
                    what = unknown_text(member.value()) + ", the processing step "
                        + corest::detail::in_quotes(std::string_view(member.key().data(), member.key().size()));
                }
            }
        }
        if (what.empty()) {
            out.push_back(std::move(step));
        } else {
            warnings_.push_back(what + ", is skipped");
        }
    }
    return out;
}

COREST_DECL boost::json::value python_evaluator::elements(const python_node& node, python_place place)
{
    boost::json::array out;
    for (const python_node& part : node.parts) {
        if (part.type != python_node::kind::spread) {
            out.push_back(evaluate(part, place));
            continue;
        }
        boost::json::value spread = evaluate(part.parts.front(), place);
        if (is_unknown(spread)) {
            return spread;
        }
        if (!spread.is_array()) {
            return unknown(part, "a spread of something that is no list");
        }
        for (boost::json::value& one : spread.get_array()) {
            out.push_back(std::move(one));
        }
    }
    return out;
}

// An f-string.
COREST_DECL boost::json::value python_evaluator::joined(const python_node& node, python_place place)
{
    python_meaning::text_builder out;
    out.add(std::string_view());
    for (const python_node& part : node.parts) {
        if (part.type == python_node::kind::call
            && !python_meaning::fetches_secret(names_.full_name(part.parts.front(), place))
            && !dates_.evaluate(part, place))
        {
            return unknown(part, "a call of " + function_text(part.parts.front()) + " in an f-string");
        }
        const boost::json::value value = evaluate(part, place);
        if (is_unknown(value)) {
            return value;
        }
        if (!out.add(value)) {
            return unknown(part, "a value in an f-string that is no text");
        }
    }
    return out.finish();
}

COREST_DECL boost::json::value python_evaluator::sum(const python_node& node, python_place place)
{
    boost::json::value left = evaluate(node.parts[0], place);
    if (is_unknown(left)) {
        return left;
    }
    boost::json::value right = evaluate(node.parts[1], place);
    if (is_unknown(right)) {
        return right;
    }
    if (left.is_array() && right.is_array()) {
        for (boost::json::value& one : right.get_array()) {
            left.get_array().push_back(std::move(one));
        }
        return left;
    }
    const auto is_text = [](const boost::json::value& v) { return v.is_string() || secret_reference(v); };
    python_meaning::text_builder out;
    if (is_text(left) && is_text(right) && out.add(left) && out.add(right)) {
        return out.finish();
    }
    return unknown(node, "the operator '+' of something that is neither text nor list");
}

COREST_DECL boost::json::value python_evaluator::merge(const python_node& node, python_place place)
{
    boost::json::value left = evaluate(node.parts[0], place);
    if (is_unknown(left)) {
        return left;
    }
    boost::json::value right = evaluate(node.parts[1], place);
    if (is_unknown(right)) {
        return right;
    }
    if (!left.is_object() || !right.is_object() || secret_reference(left) || secret_reference(right)) {
        return unknown(node, "the operator '|' of something that is no dictionary");
    }
    for (auto& member : right.get_object()) {
        left.get_object()[member.key()] = std::move(member.value());
    }
    return left;
}

COREST_DECL bool python_evaluator::is_given(const std::vector<secret_part>& parts) const
{
    return std::all_of(parts.begin(), parts.end(), [&](const secret_part& part) {
        return !part.is_secret || (part.default_value && !part.default_value->empty()) || !options_.is_given
            || options_.is_given(part.text);
    });
}

COREST_DECL boost::json::value python_evaluator::conditional(
    const python_node& node, python_place place, const std::string& key)
{
    const python_node& test = node.parts[1];
    const bool reversed = test.type == python_node::kind::is_none;
    const python_node& tested = reversed || test.type == python_node::kind::is_not_none ? test.parts.front() : test;
    const bool asks_for_none = reversed || test.type == python_node::kind::is_not_none;
    const boost::json::value value = evaluate(tested, place);
    if (is_unknown(value)) {
        return unknown(test, "a condition whose value is not known");
    }
    const auto secret = secret_reference(value);
    const bool holds = secret ? is_given(secret_parts(*secret))
        : asks_for_none       ? !value.is_null()
                              : python_meaning::is_true(value);
    return evaluate(holds != reversed ? node.parts[0] : node.parts[2], place, key);
}

COREST_DECL boost::json::value python_evaluator::subscript(const python_node& node, python_place place)
{
    // dlt.secrets["a"]["b"]
    std::vector<const python_node*> keys;
    const python_node* object = &node;
    while (object->type == python_node::kind::subscript && object->parts.size() == 2) {
        keys.push_back(&object->parts[1]);
        object = &object->parts.front();
    }
    const std::string store = names_.full_name(*object, place);
    const bool is_environment = store == "os.environ" && keys.size() == 1;
    if (!python_meaning::is_store(store) && !is_environment) {
        const std::string root = root_name(node);
        const bool shown = !root.empty() && names_.find(root, place) != nullptr;
        return unknown(node, shown ? "an element of " + corest::detail::in_quotes(root) : "an element of something");
    }
    std::string name;
    for (auto key = keys.rbegin(); key != keys.rend(); ++key) {
        const boost::json::value part = evaluate(**key, place);
        const auto* text = part.if_string();
        if (text == nullptr || text->empty()) {
            return is_unknown(part) ? part : unknown(node, "a secret without a name");
        }
        name += (name.empty() ? "" : ".") + std::string(*text);
    }
    note(name, node, store);
    return secret_json(name);
}

COREST_DECL boost::json::value python_evaluator::attribute(
    const python_node& node, python_place place, const std::string& key)
{
    const std::string object = names_.full_name(node.parts.front(), place);
    if (node.name == "value" && python_meaning::is_store(object)) {
        if (key.empty()) {
            return unknown(node, "a secret without a name");
        }
        note(key, node, object);
        return secret_json(key);
    }
    if (const auto date = dates_.evaluate(node, place)) {
        return *date;
    }
    return unknown(node, "the attribute " + corest::detail::in_quotes(node.name));
}

COREST_DECL std::string python_evaluator::function_text(const python_node& function)
{
    std::string text;
    const python_node* n = &function;
    while (n->type == python_node::kind::attribute) {
        text = n->name + (text.empty() ? "" : "." + text);
        n = &n->parts.front();
    }
    if (n->type == python_node::kind::name) {
        text = n->name + (text.empty() ? "" : "." + text);
    }
    return text.empty() ? std::string("a function") : corest::detail::in_quotes(text);
}

// Remembers where something is fetched from.
COREST_DECL void python_evaluator::note(const std::string& name, const python_node& node, std::string_view store)
{
    using from = fetched_value::store;
    const from kind = store.starts_with("dlt.secrets") ? from::secrets
        : store.starts_with("dlt.config")              ? from::configuration
                                                       : from::environment;
    const auto known =
        std::find_if(fetched_.begin(), fetched_.end(), [&](const fetched_value& one) { return one.name == name; });
    if (known == fetched_.end()) {
        fetched_.push_back({name, script_.position(node.offset), kind});
    } else if (kind == from::secrets) {
        known->from = kind; // what is a secret anywhere is one
    }
}

// os.getenv("A", "default") and its like.
COREST_DECL std::optional<boost::json::value> python_evaluator::secret_call(
    const python_node& node, python_place place, const std::string& function)
{
    if (!python_meaning::fetches_secret(function)) {
        return std::nullopt;
    }
    const python_node* name = nullptr;
    const python_node* default_value = nullptr;
    for (std::size_t i = 1; i < node.parts.size(); ++i) {
        const python_node& argument = node.parts[i];
        if (argument.type == python_node::kind::keyword) {
            (argument.name == "default" ? default_value : name) = &argument.parts.front();
        } else {
            (i == 1 ? name : default_value) = &argument;
        }
    }
    const boost::json::value text = name == nullptr ? boost::json::value() : evaluate(*name, place);
    if (!text.is_string() || text.get_string().empty()) {
        return is_unknown(text) ? text : unknown(node, "a secret without a name");
    }
    secret_part part{std::string(text.get_string()), true};
    note(part.text, node, function);
    const bool is_type = python_meaning::is_store(function.substr(0, function.rfind('.'))) && default_value != nullptr
        && python_meaning::is_type(*default_value); // dlt.secrets.get("key", str)
    if (default_value != nullptr && !is_type) {
        const boost::json::value other = evaluate(*default_value, place);
        if (is_unknown(other)) {
            return other;
        }
        if (const auto* literal = other.if_string()) {
            part.default_value = std::string(*literal);
        } else if (other.is_number()) {
            part.default_value = python_number_text(other);
        } else if (!other.is_null()) {
            return unknown(*default_value, "the default of a secret that is no text");
        }
    }
    return boost::json::value(secret_json(secret_name({std::move(part)})));
}

COREST_DECL boost::json::value python_evaluator::call(const python_node& node, python_place place)
{
    const python_node& function = node.parts.front();
    const bool is_generic = function.type == python_node::kind::subscript; // dlt.sources.incremental[str](...)
    const std::string full = names_.full_name(is_generic ? function.parts.front() : function, place);
    if (auto secret = secret_call(node, place, full)) {
        return std::move(*secret);
    }
    if (auto date = dates_.evaluate(node, place)) {
        return std::move(*date);
    }
    if (!full.empty()) {
        if (const python_call_form* form = find_call_form(full)) {
            return object_call(node, place, *form);
        }
        if (is_transparent(full)) {
            return transparent_call(node, place);
        }
        if ((full == "cast" || full == "typing.cast" || full == "typing_extensions.cast") && node.parts.size() == 3) {
            return evaluate(node.parts[2], place);
        }
    }
    return unknown(node, "a call of " + function_text(function));
}

// Puts arguments by name and spread dictionaries into an object. \return what cannot be read, if there is such
COREST_DECL std::optional<boost::json::value> python_evaluator::add_arguments(
    boost::json::object& out, const python_node& call, std::size_t first, python_place place)
{
    for (std::size_t i = first; i < call.parts.size(); ++i) {
        const python_node& argument = call.parts[i];
        if (argument.type == python_node::kind::keyword) {
            out[argument.name] = evaluate(argument.parts.front(), place, argument.name);
        } else if (argument.type == python_node::kind::double_spread) {
            const boost::json::value spread = evaluate(argument.parts.front(), place);
            if (is_unknown(spread)) {
                return spread;
            }
            if (!spread.is_object() || secret_reference(spread)) {
                return unknown(argument, "a spread of something that is no dictionary");
            }
            for (const auto& member : spread.get_object()) {
                out[member.key()] = member.value();
            }
        } else {
            return unknown(argument, "an argument without a name");
        }
    }
    return std::nullopt;
}

COREST_DECL boost::json::value python_evaluator::object_call(
    const python_node& node, python_place place, const python_call_form& form)
{
    boost::json::object out;
    out.emplace("type", boost::json::string_view(form.type.data(), form.type.size()));
    std::size_t next = 1;
    for (; next < node.parts.size(); ++next) {
        const python_node& argument = node.parts[next];
        const auto type = argument.type;
        if (type == python_node::kind::keyword || type == python_node::kind::double_spread) {
            break;
        }
        if (type == python_node::kind::spread || next > form.parameters.size()) {
            return unknown(argument, "an argument without a name");
        }
        const std::string name(form.parameters[next - 1]);
        out[name] = evaluate(argument, place, name);
    }
    if (auto failure = add_arguments(out, node, next, place)) {
        return std::move(*failure);
    }
    // max and min are functions, which go by their names in a dictionary.
    for (std::size_t i = 1; i < node.parts.size(); ++i) {
        const python_node& argument = node.parts[i];
        const bool is_keyword = argument.type == python_node::kind::keyword;
        const std::string_view parameter = is_keyword ? std::string_view(argument.name)
            : i < next                                ? form.parameters[i - 1]
                                                      : std::string_view();
        if (parameter == "last_value_func") {
            const std::string name = names_.full_name(is_keyword ? argument.parts.front() : argument, place);
            if (name == "max" || name == "min") {
                out["last_value_func"] = python_meaning::text_value(name);
            }
        }
    }
    return out;
}

COREST_DECL boost::json::value python_evaluator::transparent_call(const python_node& node, python_place place)
{
    boost::json::value first = boost::json::object();
    std::size_t next = 1;
    const bool positional = node.parts.size() > 1 && node.parts[1].type != python_node::kind::keyword
        && node.parts[1].type != python_node::kind::double_spread;
    if (positional) {
        first = evaluate(node.parts[1], place);
        ++next;
    }
    const std::string function = names_.full_name(node.parts.front(), place);
    if (last_word(function) == "dict" && first.is_array()) { // dict([("name", "a")])
        boost::json::object made;
        for (const boost::json::value& pair : first.get_array()) {
            const auto* both = pair.if_array();
            if (both == nullptr || both->size() != 2 || !both->front().is_string()) {
                return unknown(node, "a call of 'dict' with something else than pairs of a text and a value");
            }
            made[both->front().get_string()] = both->back();
        }
        first = std::move(made);
    }
    if (next == node.parts.size()) {
        return first;
    }
    if (is_unknown(first)) {
        return first;
    }
    if (!first.is_object() || secret_reference(first)) {
        return unknown(node, "a call of " + function_text(node.parts.front()));
    }
    if (auto failure = add_arguments(first.get_object(), node, next, place)) {
        return std::move(*failure);
    }
    return first;
}

} // namespace corest::source::detail
