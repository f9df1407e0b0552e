#pragma once

/// \file
/// `{"type": "api_key"}` of a dictionary. Not for users.

#include <corest/auth/api_key.hpp>
#include <corest/auth/authenticator.hpp>
#include <corest/source/schema/value_rules.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace corest::source::detail {

/// The keys of `api_key`.
class api_key_keys {
public:
    static constexpr std::array<std::string_view, 1> names = {"api_key"};
    static constexpr std::string_view doc = "A key in a header, the query or a cookie";

    /// One of the places, or dlt's other word for the query.
    class location_rule {
    public:
        using location = corest::api_key::location;
        static constexpr std::array<std::string_view, 4> places = {"header", "query", "cookie", "param"};

        static std::optional<location> read(const dictionary& input, std::string_view key)
        {
            constexpr std::array<location, 4> meant = {
                location::header, location::query, location::cookie, location::query};
            const auto place = input.text(key);
            for (std::size_t i = 0; place && i < places.size(); ++i) {
                if (places[i] == *place) {
                    return meant[i];
                }
            }
            if (place) {
                const std::span<const std::string_view> suggested(places.begin(), 3);
                input.problem(*input.get(key), "unknown place for a key" + suggestion(*place, suggested, "place"));
            }
            return std::nullopt;
        }
        static boost::json::object schema() { return one_of_texts(places); }
        static std::optional<boost::json::value> show(location value)
        {
            const std::string_view place = places[static_cast<std::size_t>(value)];
            return boost::json::value(boost::json::string_view(place.data(), place.size()));
        }
    };

    source_text api_key;
    std::string name = "Authorization";
    corest::api_key::location location = corest::api_key::location::header;

    static constexpr auto fields()
    {
        using key = keys_of<api_key_keys>;
        using self = api_key_keys;
        return key::table(key::entry<rules::text_or_secret, &self::api_key>("api_key", "The key").needed(),
            key::entry<rules::text, &self::name>("name", "Of the header, query parameter or cookie"),
            key::entry<location_rule, &self::location>("location", "Where the key goes"));
    }

    [[nodiscard]] any_authenticator make() const { return corest::api_key(name, api_key.value(), location); }

    [[nodiscard]] std::string remark() const
    {
        using enum corest::api_key::location;
        return (location == header         ? " in the header "
                       : location == query ? " in the query as "
                                           : " in the cookie ")
            + name;
    }
};

} // namespace corest::source::detail
