#pragma once

#include <corest/source/schema/source_keys.hpp>

#include <corest/paginate/single_page.hpp>

#include <boost/json/array.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace corest::source::detail {

namespace resource_dictionary {

/// Whether a path leads to one thing: its last segment is a placeholder's, other than one of the cursor's.
COREST_DECL bool names_one(const path_template& path)
{
    std::string text = path.text();
    text.resize(std::min(text.size(), text.find('?')));
    text.resize(text.find_last_not_of('/') + 1); // users/{id}/
    const std::size_t last = text.rfind('/') + 1;
    const auto& gaps = path.placeholders();
    const auto first = std::find_if(gaps.begin(), gaps.end(),
        [&](const placeholder& gap) { return gap.prefix.size() >= last && gap.prefix.size() < text.size(); });
    return first != gaps.end() && !first->is_incremental();
}

/// What dlt's users leave to detection: where the records are, and that a path which names one thing has one page.
COREST_DECL void guess(resource_config& config)
{
    const bool one = names_one(config.path);
    config.detects_records = config.detects_records && !one;
    if (one && config.paginator.is_inherited) {
        config.paginator = paginator_config(single_page(), "single_page (the path ends in a placeholder)");
        config.paginator.is_guessed = true;
    }
}

/// Reads one resource over its defaults.
COREST_DECL void read(
    const located& place, const boost::json::value& given, source_keys& source, problem_list& problems)
{
    constexpr std::string_view name_key = resource_keys::short_form;
    const boost::json::string_view key(name_key.data(), name_key.size());
    boost::json::object short_form; // just a name, which is the path too
    const boost::json::object* own = given.if_object();
    if (given.is_string()) {
        short_form.emplace(key, given);
        own = &short_form;
    }
    if (own == nullptr || secret_reference(given)) {
        problems.add(place.path, place.owner, "expected an object or a name, found " + type_name(given));
        return;
    }
    const auto* name = own->if_contains(key);
    if (name == nullptr || !name->is_string() || name->get_string().empty()) {
        problems.add(join_key(place.path, name_key), place.owner,
            name == nullptr || name->is_null() ? "is missing"
                : name->is_string()            ? "expected text, found an empty text"
                                               : "expected text, found " + type_name(*name));
        return;
    }
    dictionary resource(problems, *own, place.path, std::string(name->get_string()));
    if (source.defaults != nullptr) {
        resource.add_layer(*source.defaults, std::string(key_name::resource_defaults), {});
    }
    resource_config config;
    config.key_path = place.path;
    config.paginator = source.client.paginator;
    config.paginator.is_inherited = true;
    read_fields<resource_keys>(resource, config);
    guess(config);
    if (!config.null_auth.empty() && !config.auth && source.client.auth) {
        problems.warn(config.null_auth, config.null_auth.starts_with(place.path) ? config.name : std::string(),
            "null is as if the key were not there, as in dlt: requests are signed as the client's are; write \"none\" "
            "to send no credentials, or leave the key out");
    }
    source.resources.push_back(std::move(config));
}

} // namespace resource_dictionary

namespace rules {

COREST_DECL void resource_defaults::read_into(
    const dictionary& input, std::string_view key, const boost::json::object*& defaults)
{
    const auto place = input.get(key);
    if (!place) {
        return;
    }
    constexpr std::string_view name = resource_keys::short_form;
    defaults = place->value->if_object();
    if (defaults == nullptr) {
        input.problem(*place, "expected an object, found " + type_name(*place->value));
    } else if (const auto* given = defaults->if_contains(boost::json::string_view(name.data(), name.size()))) {
        input.problem(
            located(given, join_key(place->path, name), place->owner), "every resource needs a name of its own");
    }
}

COREST_DECL void resources::read_into(const dictionary& input, std::string_view key, source_keys& source)
{
    const auto place = input.get(key);
    if (!place) {
        return;
    }
    const auto* list = place->value->if_array();
    if (list == nullptr) {
        input.problem(*place, "expected a list, found " + type_name(*place->value));
    } else if (list->size() < nested()->least_elements) {
        input.problem(*place, "expected at least one resource");
    } else {
        for (std::size_t i = 0; i < list->size(); ++i) {
            const boost::json::value& one = (*list)[i];
            resource_dictionary::read(located(&one, place->path + "[" + std::to_string(i) + "]", place->owner), one,
                source, input.problems());
        }
    }
}

COREST_DECL const shape* resources::nested()
{
    static constexpr shape value{.name = key_name::resources,
        .doc = "What is read",
        .fields = {},
        .elements = &shape_of<resource_keys>,
        .least_elements = 1};
    return &value;
}

} // namespace rules

} // namespace corest::source::detail
