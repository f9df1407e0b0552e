#pragma once

#include <corest/source/schema/authenticators.hpp>

#include <corest/detail/text.hpp>
#include <corest/source/schema/authenticator_kinds.hpp>
#include <corest/source/schema/registry.hpp>
#include <corest/source/schema/secret_formula.hpp>
#include <corest/source/schema/unresolved_json.hpp>

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace corest::source {

namespace detail {

namespace authenticator_table {

/// The keys of a class, behind the interface that all kinds share.
template <class Keys>
class model final : public authenticator_keys {
public:
    explicit model(Keys keys) : keys_(std::move(keys)) {}
    [[nodiscard]] std::unique_ptr<authenticator_keys> clone() const override { return std::make_unique<model>(keys_); }
    [[nodiscard]] std::string_view type() const noexcept override { return Keys::names.front(); }
    [[nodiscard]] std::string remark() const override
    {
        if constexpr (requires { keys_.remark(); }) {
            return keys_.remark();
        } else {
            return {};
        }
    }
    void visit_texts(const text_visitor& visitor) override
    {
        for (const field& one : fields_of<Keys>) {
            one.visit_texts(&keys_, visitor);
        }
    }
    [[nodiscard]] any_authenticator make() const override { return keys_.make(); }

private:
    Keys keys_;
};

/// Reads the keys of one kind. One that makes no authenticator signs nothing.
template <class Keys>
authenticator_config read_keys(const dictionary& input)
{
    Keys keys;
    read_fields<Keys>(input, keys, &authenticator_shape());
    if constexpr (requires { keys.check(input); }) {
        keys.check(input);
    }
    if constexpr (requires { keys.make(); }) {
        return authenticator_config(std::make_unique<model<Keys>>(std::move(keys)));
    } else {
        return {};
    }
}

/// One that the program has registered: its keys, of which some are secrets.
class registered_model final : public authenticator_keys {
public:
    registered_model(std::string type, unresolved_json keys, authenticator_maker make)
        : type_(std::move(type)),
          keys_(std::move(keys)),
          make_(std::move(make))
    {
    }
    [[nodiscard]] std::unique_ptr<authenticator_keys> clone() const override
    {
        return std::make_unique<registered_model>(type_, keys_, make_);
    }
    [[nodiscard]] std::string_view type() const noexcept override { return type_; }
    [[nodiscard]] std::string remark() const override { return {}; }
    void visit_texts(const text_visitor& visitor) override { visit_texts_of(keys_, visitor); }
    [[nodiscard]] any_authenticator make() const override { return make_(keys_.value().get_object()); }

private:
    std::string type_;
    unresolved_json keys_;
    authenticator_maker make_;
};

/// The table that a list makes.
template <class... Keys>
constexpr std::array<readable_kind<authenticator_config>, sizeof...(Keys)> entries(kind_list<Keys...>) noexcept
{
    return {{{{Keys::names, &shape_of<Keys>}, read_keys<Keys>}...}};
}

} // namespace authenticator_table

COREST_DECL std::span<const readable_kind<authenticator_config>> authenticator_kinds() noexcept
{
    static constexpr auto table = authenticator_table::entries(authenticator_key_list());
    return table;
}

COREST_DECL const shape& authenticator_shape() noexcept
{
    static constexpr std::array<other_key, 1> others = {{{"session", "a session is an object of Python; remove it"}}};
    static constexpr shape value{
        .name = "auth",
        .doc = "How requests are signed: an object with a type, or the name of a type that needs no more",
        .fields = {},
        .others = others,
        .short_form = type_key,
        .kinds = [] { return kinds_in(authenticator_kinds()); },
        .usual_kind = bearer_keys::names.front(),
    };
    return value;
}

COREST_DECL authenticator_config read_authenticator(problem_list& problems, const located& place)
{
    if (auto own = find_registered(registered_authenticators(), place)) {
        return authenticator_config(std::make_unique<authenticator_table::registered_model>(
            std::move(own->name), unresolved_json(std::move(own->keys), place.path), std::move(own->maker)));
    }
    // dlt's short form is the name of a kind; its values would come from dlt's own configuration, so they are missing
    // here.
    static constexpr kind_words words{"authentication", "kind of authentication", {}, true};
    return read_kind(problems, place, authenticator_kinds(), authenticator_shape(), words);
}

} // namespace detail

COREST_DECL std::vector<std::string> authenticator_config::secret_names() const
{
    std::vector<std::string> out;
    authenticator_config copy = *this; // a visitor may look the texts up, so they are visited as changeable
    copy.for_each_text([&](const source_text& text) {
        if (text.is_secret()) {
            out.push_back(detail::secret_label(text.secret_name()));
        }
    });
    return out;
}

COREST_DECL std::string authenticator_config::text() const
{
    std::string out = std::string(type()) + (keys_ ? keys_->remark() : std::string());
    const std::vector<std::string> names = secret_names();
    if (!names.empty()) {
        out += (names.size() == 1 ? ", secret " : ", secrets ") + corest::detail::join(names);
    }
    return out;
}

} // namespace corest::source
