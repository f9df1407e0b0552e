#pragma once

#include <corest/paginate/next_link.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/select/envelope_names.hpp>
#include <corest/select/json_reader.hpp>

#include <utility>
#include <vector>

namespace corest::detail {

COREST_DECL bool is_url_reference(std::string_view text)
{
    return text.substr(0, 1) == "/" || iequals(text.substr(0, 8), "https://") || iequals(text.substr(0, 7), "http://");
}

/// Looks through the objects of a body for a link.
class link_search {
public:
    /// \param object its text \return the link that is followed; none: there is none
    [[nodiscard]] std::optional<next_link> search(std::string_view object)
    {
        std::optional<next_link> own; // a flag beside it may make it void
        bool says_no = false;
        json_reader reader(object);
        std::string_view key;
        std::string scratch;
        reader.begin_object();
        while (reader.next_key(key, scratch)) {
            path_.emplace_back(std::string(key));
            const std::string_view value = reader.skip();
            says_no =
                says_no || (value == "false" && envelope_statement_of(path_.back().name) == envelope_statement::flag);
            if (!own && lower(path_.back().name).find("next") != std::string::npos) {
                own = value.front() == '{' ? link_in(value) : link_at(value);
            }
            if (value.front() == '{' && !own) {
                if (auto deeper = search(value)) {
                    path_.pop_back();
                    return deeper;
                }
            }
            path_.pop_back();
        }
        return says_no ? std::nullopt : std::move(own);
    }

private:
    /// The link that is the value.
    [[nodiscard]] std::optional<next_link> link_at(std::string_view value) const
    {
        if (value.front() == '"') {
            std::string text = to_text(value);
            if (is_url_reference(text)) {
                return next_link(json_path::of_steps(path_), std::move(text));
            }
        }
        return std::nullopt;
    }

    /// The link that an object has.
    [[nodiscard]] std::optional<next_link> link_in(std::string_view object)
    {
        for (const char* name : {"href", "url"}) {
            json_reader reader(object);
            path_.emplace_back(std::string(name));
            std::optional<next_link> found;
            if (seek(reader, std::span(&path_.back(), 1))) {
                found = link_at(reader.skip());
            }
            path_.pop_back();
            if (found) {
                return found;
            }
        }
        return std::nullopt;
    }

    std::vector<json_path::step> path_; ///< of the object that is looked at
};

COREST_DECL std::optional<next_link> find_next_link(std::string_view envelope)
{
    const auto begin = envelope.find('{');
    if (begin == envelope.npos || lower(envelope).find("next") == std::string::npos) {
        return std::nullopt;
    }
    try {
        return link_search().search(envelope.substr(begin));
    } catch (const error&) { // of what no path leads into only the brackets were looked at
        return std::nullopt;
    }
}

} // namespace corest::detail
