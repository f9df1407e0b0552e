#pragma once

/// \file
/// The keys of the dictionary's objects, each written down once: a table of fields for each object. Reading, the errors
/// for unknown keys, `--set` and the JSON Schema follow from it. Not for users.

#include <corest/config.hpp>
#include <corest/source/schema/dictionary.hpp>
#include <corest/source/schema/setting_json.hpp>
#include <corest/source/schema/source_text.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace corest::source::detail {

class shape;
class schema_writer;

/// The key that chooses among kinds of paginators, authenticators and parameters.
inline constexpr std::string_view type_key = "type";

/// What is done with each text that may be a secret.
using text_visitor = std::function<void(source_text&)>;

/// One key of an object. It cannot be made without the function that reads it.
class field {
public:
    std::string_view name; ///< as the dictionary spells it
    std::string_view doc;  ///< one line, for editors
    /// Reads the value at `key`, which is `name` or `alias`, into the settings of the field's table. Called whether the
    /// key is there or not.
    void (*read)(const dictionary& input, std::string_view key, void* settings);
    /// What a value that is not null must be like.
    boost::json::object (*value_schema)(schema_writer& writer);
    /// The setting as the dictionary would have it; none where there is no text for it.
    std::optional<boost::json::value> (*show)(const void* settings);
    /// What the settings are where the key is missing, as `show` tells it.
    std::optional<boost::json::value> (*usual)();
    void (*visit_texts)(void* settings, const text_visitor& visitor); ///< calls it for what may be a secret
    const shape* (*nested)();           ///< the object or list at the key, or null: any value
    std::string_view alias = {};        ///< another spelling; empty: there is none
    bool required = false;              ///< it is an error where it is missing
    std::string_view missing_hint = {}; ///< what to do then
};

/// A choice among objects, by `type`: the names of one of them and its keys.
class kind {
public:
    std::span<const std::string_view> names; ///< dlt's first
    const shape* keys;                       ///< besides `type`
};

/// What a value of the dictionary may be that has parts: an object of known keys, one of several kinds, or a list.
class shape {
public:
    std::string_view name; ///< of its definition in the JSON Schema
    std::string_view doc;
    std::span<const field> fields;
    std::span<const other_key> others = {}; ///< keys that are known, but not read
    std::string_view short_form = {};       ///< the key that is meant by a text in the object's place; empty: none
    std::vector<kind> (*kinds)() = nullptr; ///< not null: `type` chooses one of these
    std::string_view usual_kind = {};       ///< the kind where `type` is missing; empty: that is an error
    const shape* elements = nullptr;        ///< not null: a list of these
    std::size_t least_elements = 0;         ///< of a list
};

/// Keys that a shape may have, of all its kinds, each once.
[[nodiscard]] COREST_DECL std::vector<std::string_view> key_names(const shape& of_value);

/// Complains of unknown keys.
/// \param choice not null: the object is one kind of these, so that `type` is known too
COREST_DECL void check_keys(const dictionary& input, const shape& known, const shape* choice);

/// The settings of a table as the dictionary would have them; those without a text are left out.
[[nodiscard]] COREST_DECL boost::json::object show_settings(std::span<const field> fields, const void* settings);

/// Those of the settings that are not what they are where the key is missing.
[[nodiscard]] COREST_DECL boost::json::object show_changes(std::span<const field> fields, const void* settings);

/// Reads one key.
COREST_DECL void read_field(const field& read, const dictionary& input, void* settings);

/// The member that a path of member pointers leads to; the object itself where the path is empty.
template <class T>
constexpr T& member_at(T& object) noexcept
{
    return object;
}
template <auto First, auto... Rest, class T>
constexpr auto& member_at(T& object) noexcept
{
    if constexpr (sizeof...(Rest) == 0) {
        return object.*First;
    } else {
        return member_at<Rest...>(object.*First);
    }
}

/// Makes a member of what a rule has read: numbers become the member's type, a number of seconds a duration.
template <class Member, class Value>
void assign(Member& member, Value&& value)
{
    if constexpr (requires { typename Member::period; }) {
        using given = std::chrono::duration<std::remove_cvref_t<Value>>;
        member = std::chrono::duration_cast<Member>(given(value));
    } else if constexpr (std::is_arithmetic_v<Member>) {
        member = static_cast<Member>(value);
    } else if constexpr (std::is_arithmetic_v<std::remove_cvref_t<Value>>) {
        member = static_cast<typename Member::value_type>(value); // of an optional
    } else {
        member = std::forward<Value>(value);
    }
}

/// \name Texts of a setting that may be secrets
/// @{
template <class T>
void visit_texts_of(T&, const text_visitor&)
{
}
inline void visit_texts_of(source_text& text, const text_visitor& visitor)
{
    visitor(text);
}
inline void visit_texts_of(std::vector<std::pair<std::string, source_text>>& texts, const text_visitor& visitor)
{
    for (auto& [name, text] : texts) {
        visitor(text);
    }
}
/// @}

/// Makes the table of an object's fields.
///
/// \tparam Settings what the object is read into
template <class Settings>
class keys_of {
public:
    /// A field of this table, while it is being described.
    class entry_type {
    public:
        /// The same key in another spelling; both at once are an error.
        [[nodiscard]] constexpr entry_type also(std::string_view other) const
        {
            entry_type out = *this;
            out.described.alias = other;
            return out;
        }
        /// It is an error where the key is missing. \param hint what to do then
        [[nodiscard]] constexpr entry_type needed(std::string_view hint = {}) const
        {
            entry_type out = *this;
            out.described.required = true;
            out.described.missing_hint = hint;
            return out;
        }
        field described;
    };

    /// A key that is read by a rule (`value_rules.hpp`) into a member.
    /// \tparam Rule has `schema`, and either `read(input, key)`, which gives a value or none, or `read_into(input, key,
    ///         member)`
    /// \tparam Path pointers to the member, and to members of it; none: the rule reads into the settings as a whole
    template <class Rule, auto... Path>
    static constexpr entry_type entry(std::string_view name, std::string_view doc)
    {
        return {{name, doc, read<Rule, Path...>, value_schema<Rule>, show<Rule, Path...>, usual<Rule, Path...>,
            visit_texts<Path...>, nested<Rule>}};
    }

    /// The table, in the order in which keys are read and messages list them.
    template <class... Entries>
    static constexpr std::array<field, sizeof...(Entries)> table(const Entries&... entries)
    {
        return {entries.described...};
    }

private:
    template <class Rule, auto... Path>
    static void read(const dictionary& input, std::string_view key, void* settings)
    {
        auto& member = member_at<Path...>(*static_cast<Settings*>(settings));
        if constexpr (requires { Rule::read_into(input, key, member); }) {
            Rule::read_into(input, key, member);
        } else if (auto value = Rule::read(input, key)) {
            assign(member, *std::move(value));
        }
    }
    template <class Rule>
    static boost::json::object value_schema(schema_writer& writer)
    {
        if constexpr (requires { Rule::schema(writer); }) {
            return Rule::schema(writer);
        } else {
            return Rule::schema();
        }
    }
    template <class Rule, auto... Path>
    static std::optional<boost::json::value> show(const void* settings)
    {
        const auto& member = member_at<Path...>(*static_cast<const Settings*>(settings));
        if constexpr (requires { Rule::show(member); }) {
            return Rule::show(member);
        } else {
            return setting_json(member);
        }
    }
    template <class Rule, auto... Path>
    static std::optional<boost::json::value> usual()
    {
        const Settings untouched{};
        return show<Rule, Path...>(&untouched);
    }
    template <auto... Path>
    static void visit_texts(void* settings, const text_visitor& visitor)
    {
        visit_texts_of(member_at<Path...>(*static_cast<Settings*>(settings)), visitor);
    }
    template <class Rule>
    static const shape* nested()
    {
        if constexpr (requires { Rule::nested(); }) {
            return Rule::nested();
        } else {
            return nullptr;
        }
    }
};

/// One table after the other.
template <std::size_t N, std::size_t M>
constexpr std::array<field, N + M> concat(const std::array<field, N>& first, const std::array<field, M>& second)
{
    const auto pick = [&]<std::size_t... I>(std::index_sequence<I...>) {
        return std::array<field, N + M>{(I < N ? first[I < N ? I : 0] : second[I < N ? 0 : I - N])...};
    };
    return pick(std::make_index_sequence<N + M>());
}

/// The table that a class of keys describes: a class with `doc` and `fields()`, which has an
/// `object_name` or the `names` of a kind, and may have `others`, `short_form`, and the type `settings` where it is not
/// itself what the object is read into.
template <class Keys>
inline constexpr auto fields_of = Keys::fields();

/// \name What a class of keys is read into: `Keys::settings`, or else the class itself
/// @{
template <class Keys>
class settings_type {
public:
    using type = Keys;
};
template <class Keys>
    requires requires { typename Keys::settings; }
class settings_type<Keys> {
public:
    using type = typename Keys::settings;
};
template <class Keys>
using settings_of = typename settings_type<Keys>::type;
/// @}

/// The shape of an object with the keys of a class.
template <class Keys>
constexpr shape make_shape()
{
    shape out{{}, Keys::doc, fields_of<Keys>};
    if constexpr (requires { Keys::object_name; }) {
        out.name = Keys::object_name;
    }
    if constexpr (requires { Keys::others; }) {
        out.others = Keys::others;
    }
    if constexpr (requires { Keys::short_form; }) {
        out.short_form = Keys::short_form;
    }
    return out;
}
template <class Keys>
inline constexpr shape shape_of = make_shape<Keys>();

/// Reads all keys of a table, and complains of those that are not in it.
/// \param choice not null: the object is one kind of these; its `type` has been read already
/// \return false where a value is wrong or missing
template <class Keys>
bool read_fields(const dictionary& input, settings_of<Keys>& settings, const shape* choice = nullptr)
{
    check_keys(input, shape_of<Keys>, choice);
    const std::size_t before = input.problems().problems().size();
    for (const field& one : fields_of<Keys>) {
        read_field(one, input, &settings);
    }
    return input.problems().problems().size() == before;
}

/// A kind among those that `type` chooses from, and how it is read.
template <class Value>
class readable_kind {
public:
    kind chosen;
    Value (*read)(const dictionary& input);
};

/// The classes of keys of all kinds that `type` chooses from.
template <class... Keys>
class kind_list {};

/// The kind of that name, if there is one.
template <class Value>
[[nodiscard]] const readable_kind<Value>* find_kind(std::span<const readable_kind<Value>> kinds, std::string_view name)
{
    for (const readable_kind<Value>& one : kinds) {
        for (const std::string_view known : one.chosen.names) {
            if (known == name) {
                return &one;
            }
        }
    }
    return nullptr;
}

/// The kinds without the way to read them.
template <class Value>
[[nodiscard]] std::vector<kind> kinds_in(std::span<const readable_kind<Value>> kinds)
{
    std::vector<kind> out;
    for (const readable_kind<Value>& one : kinds) {
        out.push_back(one.chosen);
    }
    return out;
}

/// The names of all kinds, for messages.
template <class Value>
[[nodiscard]] std::vector<std::string_view> kind_names(std::span<const readable_kind<Value>> kinds)
{
    std::vector<std::string_view> out;
    for (const readable_kind<Value>& one : kinds) {
        out.insert(out.end(), one.chosen.names.begin(), one.chosen.names.end());
    }
    return out;
}

/// How messages name what `type` chooses.
class kind_words {
public:
    std::string_view noun;         ///< "paginator"
    std::string_view singular;     ///< "kind of paginator"
    std::string_view missing_hint; ///< what to write where `type` is missing
    bool is_confidential = false;  ///< what stands in its place may be a credential, and is not shown
};

/// The dictionary at a place where one of several kinds is chosen by `type`, or by a text that is the name of one.
class kind_choice {
public:
    /// \param problems where what is wrong goes
    /// \param place of the object or name; not null
    /// \param choice the shape whose kinds are chosen from
    /// \param words for messages
    COREST_DECL kind_choice(problem_list& problems, const located& place, const shape& choice, const kind_words& words);

    /// The name of the kind; none where there is no usable one, which is a problem already.
    [[nodiscard]] const std::optional<std::string>& type() const noexcept { return type_; }
    /// The object; an empty one where there is just a name.
    [[nodiscard]] const dictionary& input() const noexcept { return input_; }
    /// Complains of a name that no kind has.
    COREST_DECL void add_unknown(std::span<const std::string_view> known) const;

private:
    /// \param nothing in the object's place where there is none
    [[nodiscard]] COREST_DECL static dictionary object_at(
        problem_list& problems, const located& place, const boost::json::object& nothing);

    const located& place_;
    const kind_words& words_;
    boost::json::object nothing_;
    dictionary input_;
    std::optional<std::string> type_;
};

/// Reads one of several kinds. \return a default one where it is wrong, which is a problem then
template <class Value>
[[nodiscard]] Value read_kind(problem_list& problems, const located& place, std::span<const readable_kind<Value>> kinds,
    const shape& choice, const kind_words& words)
{
    const kind_choice chosen(problems, place, choice, words);
    if (!chosen.type()) {
        return {};
    }
    if (const auto* kind = find_kind(kinds, *chosen.type())) {
        return kind->read(chosen.input());
    }
    chosen.add_unknown(kind_names(kinds));
    return {};
}

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/schema/impl/field.ipp>
#endif
