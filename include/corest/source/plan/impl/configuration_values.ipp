#pragma once

#include <corest/source/plan/configuration_values.hpp>

#include <corest/detail/text.hpp>
#include <corest/http/headers.hpp>
#include <corest/source/plan/secrets.hpp>
#include <corest/source/schema/dictionary.hpp>
#include <corest/source/schema/secret_formula.hpp>
#include <corest/source/schema/source_config.hpp>
#include <corest/source/schema/unknown_place.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

namespace corest::source::detail {

namespace configuration_values {

/// Fills a dictionary, place by place.
class filler {
public:
    filler(const std::vector<fetched_value>& fetched, const configuration_lookup& find) : fetched_(fetched), find_(find)
    {
    }

    /// Fills the places that a check complains of. \return false: there was nothing to fill
    bool fill(boost::json::value& dictionary)
    {
        const auto places = places_of_problems(dictionary);
        wanted_ = std::set<std::string>(places.begin(), places.end());
        const std::size_t before = count_;
        visit(dictionary, {}, {});
        return count_ != before;
    }

    [[nodiscard]] std::vector<configuration_value> looked_up() && { return std::move(looked_up_); }

private:
    void visit(boost::json::value& v, const std::string& path, std::string_view key)
    {
        if (is_unknown(v)) {
            return;
        }
        if (const auto reference = secret_reference(v)) {
            const bool is_wanted =
                wanted_.contains(path) || wanted_.contains(join_key(path, key_name::secret)); // read as an object
            if (is_wanted && are_known(secret_parts(*reference))) {
                v = value_of(secret_parts(*reference), path, key);
                ++count_;
            }
        } else if (auto* object = v.if_object()) {
            for (auto& member : *object) {
                const std::string_view inner(member.key().data(), member.key().size());
                visit(member.value(), join_key(path, inner), inner);
            }
        } else if (auto* list = v.if_array()) {
            for (std::size_t i = 0; i < list->size(); ++i) {
                visit((*list)[i], path + "[" + std::to_string(i) + "]", key);
            }
        } else if (v.is_string() && wanted_.contains(path) && filled_.erase(path) != 0) {
            as_number(v);
        }
    }

    /// A number or a truth value is a text in the environment.
    void as_number(boost::json::value& v)
    {
        boost::json::error_code ec;
        boost::json::value parsed = boost::json::parse(corest::detail::lower(std::string(v.get_string())), ec);
        if (!ec && (parsed.is_number() || parsed.is_bool())) {
            v = std::move(parsed);
            ++count_;
        }
    }

    [[nodiscard]] const fetched_value* find(const std::string& name) const
    {
        const auto found =
            std::find_if(fetched_.begin(), fetched_.end(), [&](const fetched_value& one) { return one.name == name; });
        return found == fetched_.end() ? nullptr : &*found;
    }

    [[nodiscard]] bool are_known(const std::vector<secret_part>& parts) const
    {
        return std::all_of(parts.begin(), parts.end(),
            [&](const secret_part& part) { return !part.is_secret || find(part.text) != nullptr; });
    }

    /// The text that the parts make, or why there is none.
    boost::json::value value_of(const std::vector<secret_part>& parts, const std::string& path, std::string_view key)
    {
        std::string out;
        for (const secret_part& part : parts) {
            if (!part.is_secret) {
                out += part.text;
                continue;
            }
            const fetched_value& source = *find(part.text);
            const std::string name = in_quotes(part.text);
            if (source.from == fetched_value::store::secrets) {
                return unknown_to_python(source.place,
                    "the secret " + name + ", which cannot stand here: plans and messages show this value",
                    set_option(path) + ", or fetch it from dlt.config");
            }
            if (source.from == fetched_value::store::environment && is_credential_name(part.text)
                && !is_credential_name(key)) // a primary_key is none
            {
                return unknown_to_python(source.place,
                    "the environment variable " + name
                        + ", which is a credential by its name, and cannot stand here: plans and messages show this "
                          "value",
                    set_option(path));
            }
            auto value = find_(part.text);
            looked_up_.push_back({part.text, path, value.has_value(), part.default_value.has_value()});
            if (!value && !part.default_value) {
                const bool is_variable = source.from == fetched_value::store::environment;
                return unknown_to_python(source.place,
                    (is_variable ? "the environment variable " : "the configuration value ") + name
                        + ", which is not there",
                    set_option(path) + ", or set the environment variable "
                        + (is_variable ? part.text : secret_store::variable(part.text)));
            }
            out += value ? *value : *part.default_value;
        }
        filled_.insert(path);
        return boost::json::value(boost::json::string(out));
    }

    const std::vector<fetched_value>& fetched_;
    const configuration_lookup& find_;
    std::set<std::string> wanted_; ///< the places that a check complains of
    std::set<std::string> filled_; ///< those that have a text now
    std::size_t count_ = 0;        ///< of changes
    std::vector<configuration_value> looked_up_;
};

} // namespace configuration_values

COREST_DECL std::vector<configuration_value> fill_configuration(
    boost::json::value& dictionary, const std::vector<fetched_value>& fetched, const configuration_lookup& find)
{
    configuration_values::filler all(fetched, find);
    constexpr int rounds = 10; // what is filled may bring out the next place: a resource by its name
    for (int i = 0; i < rounds && !fetched.empty() && all.fill(dictionary); ++i) {
    }
    return std::move(all).looked_up();
}

} // namespace corest::source::detail
