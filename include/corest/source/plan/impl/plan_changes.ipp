#pragma once

#include <corest/source/plan/plan_changes.hpp>

#include <corest/source/plan/plan_hash.hpp>
#include <corest/source/plan/show_json.hpp>
#include <corest/source/schema/key_name.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace corest::source {

namespace detail {

/// How the JSON of two plans is compared.
class plan_comparison {
public:
    /// Compares two values that stand at the same place.
    void compare(const std::string& place, const boost::json::value& before, const boost::json::value& after)
    {
        if (before == after) {
            return;
        }
        if (before.is_object() && after.is_object()) {
            compare_members(place, before.get_object(), after.get_object());
        } else if (is_named_list(before) && is_named_list(after)) {
            compare_members(place, by_name(before.get_array()), by_name(after.get_array()));
        } else {
            lines_.push_back("~ " + place + ": " + text(before) + " -> " + text(after));
        }
    }

    void add(std::string line) { lines_.push_back(std::move(line)); }
    [[nodiscard]] std::vector<std::string> take() { return std::move(lines_); }

private:
    static constexpr const char* name = "name";

    void compare_members(const std::string& place, const boost::json::object& before, const boost::json::object& after)
    {
        const std::string prefix = place.empty() ? std::string() : place + ".";
        for (const auto& member : before) {
            const boost::json::value* other = after.if_contains(member.key());
            if (other == nullptr) {
                lines_.push_back("- " + prefix + std::string(member.key()) + shown(member.value()));
            } else {
                compare(prefix + std::string(member.key()), member.value(), *other);
            }
        }
        for (const auto& member : after) {
            if (!before.contains(member.key())) {
                lines_.push_back("+ " + prefix + std::string(member.key()) + shown(member.value()));
            }
        }
    }

    [[nodiscard]] static bool is_named_list(const boost::json::value& v)
    {
        return v.is_array()
            && std::all_of(v.get_array().begin(), v.get_array().end(), [](const boost::json::value& one) {
                   return one.is_object() && one.get_object().contains(name) && one.get_object().at(name).is_string();
               });
    }

    [[nodiscard]] static boost::json::object by_name(const boost::json::array& list)
    {
        boost::json::object out;
        for (const boost::json::value& one : list) {
            boost::json::object rest = one.get_object();
            rest.erase(name);
            out[one.get_object().at(name).get_string()] = std::move(rest);
        }
        return out;
    }

    [[nodiscard]] static std::string text(const boost::json::value& v) { return boost::json::serialize(v); }

    /// What stands behind the name of something that is only on one side.
    [[nodiscard]] static std::string shown(const boost::json::value& v)
    {
        return v.is_object() && v.get_object().empty() ? std::string() : ": " + text(v);
    }

    std::vector<std::string> lines_;
};

/// What a plan's JSON does not show.
namespace hidden_changes {

[[nodiscard]] inline const planned_text* find(const std::vector<planned_text>& texts, std::string_view name)
{
    const auto found = std::find_if(texts.begin(), texts.end(), [&](const planned_text& t) { return t.name == name; });
    return found == texts.end() ? nullptr : &*found;
}

inline void compare_texts(plan_comparison& found, const std::string& place, const std::vector<planned_text>& before,
    const std::vector<planned_text>& after)
{
    for (const planned_text& one : before) {
        const planned_text* other = find(after, one.name);
        if (other != nullptr && !one.text.is_secret() && !other->text.is_secret()
            && one.text.value().reveal() != other->text.value().reveal())
        {
            found.add("~ " + place + "." + one.name + ": another value");
        }
    }
}

inline void compare(plan_comparison& found, const planned_resource& before, const planned_resource& after)
{
    const std::string place = before.config.name + ".";
    compare_texts(found, place + std::string(key_name::params), before.params, after.params);
    compare_texts(found, place + std::string(key_name::headers), before.headers, after.headers);
    if (before.config.json && after.config.json && *before.config.json != *after.config.json) {
        found.add("~ " + place + std::string(key_name::json) + ": another value");
    }
}

} // namespace hidden_changes

} // namespace detail

COREST_DECL std::vector<std::string> plan_changes(const plan& before, const plan& after)
{
    const auto split = [](const plan& p) {
        boost::json::object all = to_json(p).get_object();
        boost::json::array resources = std::move(all[detail::key_name::resources].get_array());
        all.erase(detail::key_name::resources);
        all.erase("warnings");
        return std::pair(std::move(all), std::move(resources));
    };
    const auto [old_client, old_resources] = split(before);
    const auto [new_client, new_resources] = split(after);
    detail::plan_comparison found;
    found.compare("client", old_client, new_client);

    const auto index_of = [](const plan& p, const std::string& name) {
        const auto place = std::find_if(
            p.resources.begin(), p.resources.end(), [&](const planned_resource& r) { return r.config.name == name; });
        return static_cast<std::size_t>(place - p.resources.begin());
    };
    for (std::size_t i = 0; i < before.resources.size(); ++i) {
        const std::string& name = before.resources[i].config.name;
        const std::size_t other = index_of(after, name);
        if (other == after.resources.size()) {
            found.add("- resource " + name);
            continue;
        }
        found.compare(name, old_resources[i], new_resources[other]);
        detail::hidden_changes::compare(found, before.resources[i], after.resources[other]);
    }
    for (const planned_resource& r : after.resources) {
        if (index_of(before, r.config.name) == before.resources.size()) {
            found.add("+ resource " + r.config.name);
        }
    }
    std::vector<std::string> lines = found.take();
    const auto hash = [](const plan& p) { return plan_hash(p, 0); };
    if (lines.empty() && hash(before) != hash(after)) {
        lines.emplace_back("~ the requests or the tables differ in what is not shown");
    }
    return lines;
}

} // namespace corest::source
