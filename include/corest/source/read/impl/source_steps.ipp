#pragma once

#include <corest/source/read/source_steps.hpp>

#include <corest/error.hpp>
#include <corest/source/schema/key_name.hpp>
#include <corest/source/schema/unknown_place.hpp>

#include <boost/json/array.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>
#include <utility>

namespace corest::source::detail {

namespace source_steps {

using kind = source_step::kind;

template <std::size_t N>
[[nodiscard]] bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// What is done to one dictionary.
class steps_taker {
public:
    explicit steps_taker(boost::json::object& dictionary) : dictionary_(dictionary) {}

    void take(const source_step& s)
    {
        switch (s.type) {
        case kind::call:
            return call(s);
        case kind::assignment:
        case kind::options:
            for (const auto& member : s.named) {
                set(s, member.key(), member.value());
            }
            return;
        case kind::run:
            return run(s);
        }
    }

    /// Selects what the file runs.
    void finish()
    {
        if (runs_some_ && !runs_all_) {
            select(run_, true);
        }
    }

    [[nodiscard]] std::vector<std::string> warnings() && { return std::move(warnings_); }

private:
    using text = boost::json::string_view;

    [[noreturn]] static void fail(const source_step& s, const std::string& what, std::string hint)
    {
        throw error(errc::invalid_source, s.place + ": " + what, std::move(hint));
    }

    /// "`.add_limit(...)`", or with an argument: "`.run(table_name=...)`".
    [[nodiscard]] static std::string words(const source_step& s, std::string_view name = {})
    {
        const std::string what(name);
        switch (s.type) {
        case kind::assignment:
            return "." + what + " = ...";
        case kind::run:
            return "." + s.method + "(" + what + "=...)";
        case kind::options:
            return s.method + "(" + what + "=...)";
        case kind::call:
            break;
        }
        return "." + s.method + "(...)";
    }

    void call(const source_step& s)
    {
        if (s.method != "with_resources") {
            fail(s, words(s) + " changes what the source loads, which no dictionary says",
                s.method == "add_limit" ? "Remove it from the file, and give --limit" : "Remove it from the file");
        }
        if (!s.doubt.empty()) {
            fail(s, words(s) + " cannot be read: " + s.doubt, "Remove it from the file, and give --only");
        }
        if (selected_) {
            fail(s, words(s) + " selects resources a second time", "Remove one of them, or both and give --only");
        }
        if (!s.is_plain) {
            fail(s, words(s) + " cannot be read: its arguments are no texts",
                "Remove it from the file, and give --only");
        }
        selected_ = true;
        select(s.arguments, false);
    }

    void run(const source_step& s)
    {
        runs_all_ = runs_all_ || !s.resources;
        if (s.resources) {
            runs_some_ = true;
            run_.insert(run_.end(), s.resources->begin(), s.resources->end());
        }
        // Where it goes to is what the command line says.
        constexpr std::array<std::string_view, 6> places = {
            "destination", "staging", "dataset_name", "credentials", "loader_file_format", "workers"};
        for (const auto& member : s.named) {
            const std::string_view name(member.key().data(), member.key().size());
            if (!is_one_of(name, places) && !member.value().is_null()) {
                set(s, member.key(), member.value());
            }
        }
    }

    /// Sets what the file says of the source, or of resources.
    void set(const source_step& s, text key, const boost::json::value& value)
    {
        const std::string name(key);
        constexpr std::array<std::string_view, 3> of_run = {"write_disposition", "primary_key", "schema_contract"};
        constexpr std::array<std::string_view, 2> of_source = {"max_table_nesting", "schema_contract"};
        constexpr std::array<std::string_view, 6> of_resource = {
            "selected", "max_table_nesting", "write_disposition", "primary_key", "table_name", "schema_contract"};
        const bool is_known = s.type == kind::run ? is_one_of(name, of_run)
            : s.resources                         ? is_one_of(name, of_resource)
                                                  : is_one_of(name, of_source);
        const std::string_view why_without_effect = name == "root_key"
            ? "nested rows know the one at the top in a merge"
            : name == "parallelized" ? "resources are read side by side"
                                     : "";
        if (!is_known && s.type != kind::run && !s.resources && !why_without_effect.empty()) {
            warnings_.push_back(s.place + ": " + words(s, name) + " has no effect: " + std::string(why_without_effect));
            return;
        }
        if (!is_known) {
            fail(s, words(s, name) + " changes what the source loads, which no dictionary says",
                name == "refresh" ? "Remove it from the file, and give --full-refresh" : "Remove it from the file");
        }
        if (!s.doubt.empty()) {
            fail(s, words(s, name) + " cannot be read: " + s.doubt,
                "Remove it from the file, or from what surrounds it");
        }
        if (is_unknown(value)) {
            fail(s, words(s, name) + " cannot be read: " + unknown_text(value),
                "Write the value itself in its place, or remove it from the file");
        }
        if (!s.resources && is_one_of(name, of_source)) {
            return set_default(key, value); // a resource's own beats the source's
        }
        for_each([&](boost::json::object& resource, const std::string& resource_name) {
            const bool is_meant = !s.resources
                || std::find(s.resources->begin(), s.resources->end(), resource_name) != s.resources->end();
            if (is_meant) {
                resource[key] = value;
            }
        });
    }

    void set_default(text key, const boost::json::value& value)
    {
        boost::json::value& defaults =
            dictionary_[text(key_name::resource_defaults.data(), key_name::resource_defaults.size())];
        if (defaults.is_null()) {
            defaults.emplace_object();
        }
        if (auto* object = defaults.if_object(); object != nullptr && !is_unknown(defaults)) {
            object->emplace(key, value);
        }
    }

    /// The others are not selected. \param keep those that are wanted stay as they are
    void select(const std::vector<std::string>& wanted, bool keep)
    {
        for_each([&](boost::json::object& resource, const std::string& name) {
            if (std::find(wanted.begin(), wanted.end(), name) == wanted.end()) {
                resource["selected"] = false;
            } else if (!keep) {
                resource["selected"] = true;
            }
        });
    }

    /// Every resource that has a name, as an object.
    void for_each(const std::function<void(boost::json::object&, const std::string&)>& f)
    {
        auto* list = dictionary_.if_contains(text(key_name::resources.data(), key_name::resources.size()));
        if (list == nullptr || !list->is_array()) {
            return;
        }
        const text name_key(key_name::name.data(), key_name::name.size());
        for (boost::json::value& resource : list->get_array()) {
            if (resource.is_string()) {
                boost::json::object written;
                written.emplace(name_key, resource);
                resource = std::move(written);
            }
            auto* keys = resource.if_object();
            const auto* name = keys == nullptr ? nullptr : keys->if_contains(name_key);
            if (name != nullptr && name->is_string()) {
                const std::string its_name(name->get_string());
                f(*keys, its_name);
            }
        }
    }

    boost::json::object& dictionary_;
    bool selected_ = false; ///< by `.with_resources`
    bool runs_all_ = false;
    bool runs_some_ = false;
    std::vector<std::string> run_; ///< the resources that are run
    std::vector<std::string> warnings_;
};

} // namespace source_steps

COREST_DECL std::vector<std::string> apply_source_steps(
    boost::json::value& dictionary, const std::vector<source_step>& steps)
{
    auto* object = dictionary.if_object();
    if (object == nullptr) {
        return {};
    }
    source_steps::steps_taker taker(*object);
    for (const source_step& s : steps) {
        taker.take(s);
    }
    taker.finish();
    return std::move(taker).warnings();
}

} // namespace corest::source::detail
