#pragma once

#include <corest/source/schema/dictionary.hpp>

#include <corest/source/schema/secret_formula.hpp>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace corest::source::detail {

COREST_DECL std::string type_name(const boost::json::value& v)
{
    switch (v.kind()) {
    case boost::json::kind::null:
        return "null";
    case boost::json::kind::bool_:
        return v.get_bool() ? "true" : "false";
    case boost::json::kind::int64:
    case boost::json::kind::uint64:
    case boost::json::kind::double_:
        return "the number " + number_text(v);
    case boost::json::kind::string:
        return "text";
    case boost::json::kind::array:
        return "a list";
    case boost::json::kind::object:
        return secret_reference(v) ? "a secret" : "an object";
    }
    return "something else";
}

COREST_DECL std::optional<std::string> secret_reference(const boost::json::value& v)
{
    const auto* object = v.if_object();
    const auto* name = object == nullptr ? nullptr : object->if_contains(key_name::secret);
    if (name == nullptr) {
        return std::nullopt;
    }
    if (const auto* parts = name->if_array(); parts != nullptr && object->size() == 1) {
        const std::string formula = boost::json::serialize(*parts);
        const auto read = secret_parts(formula);
        const bool understood = read.size() != 1 || read.front().text != formula;
        return understood ? std::optional(secret_name(read)) : std::nullopt;
    }
    boost::json::array alone;
    alone.push_back(v);
    const std::string formula = boost::json::serialize(alone);
    const auto read = secret_parts(formula);
    const bool understood = read.size() == 1 && read.front().text != formula;
    return understood ? std::optional(secret_name(read)) : std::nullopt;
}

COREST_DECL boost::json::object secret_json(std::string_view name)
{
    boost::json::object out;
    const auto parts = secret_parts(name);
    if (parts.size() == 1 && parts.front().is_secret) {
        out.emplace(key_name::secret, boost::json::string(parts.front().text));
        if (parts.front().default_value) {
            out.emplace(key_name::default_value, boost::json::string(*parts.front().default_value));
        }
    } else {
        out.emplace(key_name::secret, boost::json::parse(boost::json::string_view(name.data(), name.size())));
    }
    return out;
}

COREST_DECL std::string number_text(const boost::json::value& v)
{
    if (const auto* i = v.if_int64()) {
        return std::to_string(*i);
    }
    if (const auto* u = v.if_uint64()) {
        return std::to_string(*u);
    }
    std::array<char, 64> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), v.get_double()).ptr;
    return {buffer.data(), end};
}

COREST_DECL std::string sent_number(const boost::json::value& v)
{
    std::string text = number_text(v);
    return v.is_double() && text.find_first_not_of("-0123456789") == text.npos ? text + ".0" : text;
}

COREST_DECL std::string said_by(const error& e)
{
    return e.hint().empty() ? e.message() : e.message() + ". " + e.hint();
}

COREST_DECL void problem_list::add(const std::string& path, const std::string& owner, const std::string& text)
{
    add_line(problems_, path, owner, text);
    places_.push_back(path);
}

COREST_DECL void problem_list::warn(const std::string& path, const std::string& owner, const std::string& text)
{
    add_line(warnings, path, owner, text);
}

COREST_DECL void problem_list::add_line(
    std::vector<std::string>& lines, const std::string& path, const std::string& owner, const std::string& text)
{
    std::string line = path;
    if (!owner.empty()) {
        line += " (resource " + in_quotes(owner) + ")";
    }
    line += line.empty() ? text : ": " + text;
    if (std::find(lines.begin(), lines.end(), line) == lines.end()) {
        lines.push_back(std::move(line));
    }
}

COREST_DECL void problem_list::throw_if_any() const
{
    constexpr std::size_t most = 10;
    if (problems_.empty()) {
        return;
    }
    if (problems_.size() == 1) {
        throw error(errc::invalid_source, problems_.front());
    }
    std::string text = "the dictionary has " + std::to_string(problems_.size()) + " problems:";
    for (std::size_t i = 0; i < std::min(most, problems_.size()); ++i) {
        text += "\n  " + problems_[i];
    }
    if (problems_.size() > most) {
        text += "\n  and " + std::to_string(problems_.size() - most) + " more";
    }
    throw error(errc::invalid_source, std::move(text));
}

COREST_DECL std::string join_key(const std::string& path, std::string_view key)
{
    const bool plain = !key.empty() && key.size() <= 60 && std::all_of(key.begin(), key.end(), [](char c) {
        return corest::detail::is_name_character(c) || c == '-' || c == '$';
    });
    if (!plain) {
        return path + "[" + in_quotes(key) + "]";
    }
    return path.empty() ? std::string(key) : path + "." + std::string(key);
}

COREST_DECL source_text read_text(problem_list& problems, const located& place, bool may_be_empty)
{
    if (const auto name = secret_reference(*place.value)) {
        return {*name, place.path};
    }
    const auto* text = place.value->if_string();
    if (text == nullptr) {
        // A number may be a credential that was written without quotes: its digits are not shown.
        const std::string found = place.value->is_number() ? std::string("a number") : type_name(*place.value);
        problems.add(place.path, place.owner, "expected text or a secret, found " + found);
        return {};
    }
    if (text->empty() && !may_be_empty) {
        problems.add(place.path, place.owner, "expected text or a secret, found an empty text");
        return {};
    }
    return {std::string(*text)};
}

COREST_DECL void dictionary::add_layer(const located& place)
{
    if (const auto* object = place.value->if_object()) {
        layers_.emplace_back(object, place.path, place.owner);
    } else if (!place.value->is_null()) {
        problems_->add(place.path, place.owner, "expected an object, found " + type_name(*place.value));
    }
}

COREST_DECL void dictionary::check_keys(
    std::span<const std::string_view> known, std::span<const other_key> others) const
{
    for (const layer& l : layers_) {
        for (const auto& member : *l.object) {
            const std::string_view key(member.key().data(), member.key().size());
            if (std::find(known.begin(), known.end(), key) != known.end()) {
                continue;
            }
            const auto other =
                std::find_if(others.begin(), others.end(), [&](const other_key& o) { return o.name == key; });
            if (other == others.end()) {
                problems_->add(join_key(l.path, key), l.owner, "unknown key" + corest::detail::suggestion(key, known));
            } else if (!member.value().is_null()) {
                if (other->accepted) {
                    problems_->warn(join_key(l.path, key), l.owner, std::string(other->advice));
                } else {
                    problems_->add(join_key(l.path, key), l.owner,
                        "corest does not support this key of dlt's; " + std::string(other->advice));
                }
            }
        }
    }
}

COREST_DECL std::optional<located> dictionary::find(std::string_view key) const
{
    for (const layer& l : layers_) {
        if (const auto* value = l.object->if_contains(boost::json::string_view(key.data(), key.size()))) {
            return located(value, join_key(l.path, key), l.owner);
        }
    }
    return std::nullopt;
}

COREST_DECL std::optional<located> dictionary::get(std::string_view key) const
{
    auto found = find(key);
    if (found && found->value->is_null()) {
        found.reset();
    }
    return found;
}

COREST_DECL std::optional<located> dictionary::get_in(std::size_t index, std::string_view key) const
{
    const layer& l = layers_[index];
    const auto* value = l.object->if_contains(boost::json::string_view(key.data(), key.size()));
    if (value == nullptr || value->is_null()) {
        return std::nullopt;
    }
    return located(value, join_key(l.path, key), l.owner);
}

COREST_DECL std::optional<std::string> dictionary::text(std::string_view key) const
{
    const auto place = get(key);
    if (!place) {
        return std::nullopt;
    }
    const auto* text = place->value->if_string();
    if (text == nullptr) {
        problem(*place,
            secret_reference(*place->value) ? std::string("expected text, found a secret, which cannot stand here")
                                            : "expected text, found " + type_name(*place->value));
        return std::nullopt;
    }
    if (text->empty()) {
        problem(*place, "expected text, found an empty text");
        return std::nullopt;
    }
    return std::string(*text);
}

COREST_DECL source_text dictionary::text_or_secret(std::string_view key, bool may_be_empty) const
{
    const auto place = get(key);
    return place ? read_text(*problems_, *place, may_be_empty) : source_text();
}

COREST_DECL std::optional<bool> dictionary::boolean(std::string_view key) const
{
    const auto place = get(key);
    if (!place) {
        return std::nullopt;
    }
    if (!place->value->is_bool()) {
        problem(*place, "expected true or false, found " + type_name(*place->value));
        return std::nullopt;
    }
    return place->value->get_bool();
}

COREST_DECL std::optional<std::int64_t> dictionary::integer(
    std::string_view key, std::int64_t least, std::int64_t most) const
{
    const auto place = get(key);
    if (!place) {
        return std::nullopt;
    }
    const auto* value = place->value->if_int64();
    if (value == nullptr || *value < least || *value > most) {
        std::string expected = "expected an integer";
        if (most != std::numeric_limits<std::int64_t>::max()) {
            expected += " from " + std::to_string(least) + " to " + std::to_string(most);
        } else if (least != std::numeric_limits<std::int64_t>::min()) {
            expected += ", at least " + std::to_string(least);
        }
        problem(*place, expected + ", found " + type_name(*place->value));
        return std::nullopt;
    }
    return *value;
}

COREST_DECL std::optional<double> dictionary::number(std::string_view key, double least) const
{
    const auto place = get(key);
    if (!place) {
        return std::nullopt;
    }
    double value = 0;
    if (const auto* i = place->value->if_int64()) {
        value = static_cast<double>(*i);
    } else if (const auto* d = place->value->if_double()) {
        value = *d;
    } else {
        problem(*place, "expected a number, found " + type_name(*place->value));
        return std::nullopt;
    }
    if (!(value >= least) || value > largest) {
        problem(*place,
            "expected a number from " + number_text(least) + " to " + number_text(largest) + ", found "
                + type_name(*place->value));
        return std::nullopt;
    }
    return value;
}

COREST_DECL std::optional<std::vector<std::string>> dictionary::texts(std::string_view key) const
{
    const auto place = get(key);
    if (!place) {
        return std::nullopt;
    }
    std::vector<std::string> out;
    const auto take = [&](const boost::json::value& v, const std::string& path) {
        const auto* text = v.if_string();
        if (text == nullptr || text->empty()) {
            problems_->add(path, place->owner,
                "expected text or a list of texts, found " + (text ? "an empty text" : type_name(v)));
            return;
        }
        out.emplace_back(*text);
    };
    if (const auto* list = place->value->if_array()) {
        for (std::size_t i = 0; i < list->size(); ++i) {
            take((*list)[i], place->path + "[" + std::to_string(i) + "]");
        }
    } else {
        take(*place->value, place->path);
    }
    return out;
}

COREST_DECL void dictionary::missing(std::string_view key, std::string_view hint) const
{
    problems_->add(path_of(key), owner(), "is missing" + (hint.empty() ? std::string() : "; " + std::string(hint)));
}

COREST_DECL void dictionary::problem(const std::string& text) const
{
    problems_->add(path(), owner(), text);
}

COREST_DECL std::string dictionary::path_of(std::string_view key) const
{
    return join_key(path(), key);
}

} // namespace corest::source::detail
