#pragma once

#include <corest/source/plan/request_texts.hpp>

#include <corest/error.hpp>
#include <corest/http/url.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <string_view>

namespace corest::source::detail {

namespace request_text {

/// The dictionary's key of the body.
[[nodiscard]] COREST_DECL std::string json_key(const draft& d)
{
    return join_key(d.config().key_path, key_name::endpoint, key_name::json);
}

/// Parses the texts of one resource.
class parser {
public:
    explicit parser(draft& d) : draft_(d) {}

    /// The params that do not fill a placeholder of the path.
    void parse_params()
    {
        const auto gaps = draft_.config().path.placeholders();
        for (const named_text& param : draft_.config().params) {
            const bool in_path =
                std::any_of(gaps.begin(), gaps.end(), [&](const placeholder& gap) { return gap.name == param.name; });
            if (!in_path) {
                draft_.result.params.push_back(parse(param));
            }
        }
        if (draft_.config().paging_reset.begins_anew() && !draft_.config().incremental) {
            draft_.add_problem(join_key(draft_.config().key_path, key_name::endpoint, key_name::pagination_reset),
                "paging would begin anew behind the last cursor, and the endpoint has none; write "
                "endpoint.incremental");
        }
        if (draft_.config().paging_reset.begins_anew() && draft_.config().incremental
            && draft_.config().incremental->rules.row_order == row_order::descending)
        {
            draft_.add_problem(join_key(draft_.config().key_path, key_name::endpoint, key_name::pagination_reset),
                "paging would begin anew behind the last cursor, and pass over what is before it: that needs records "
                "in "
                "the cursor's order, and row_order says desc; have the server sort the other way");
        }
        if (const auto& cursor = draft_.config().incremental) {
            const bool begins_anew = draft_.config().paging_reset.begins_anew();
            add_cursor(cursor->start_param, begins_anew ? "{incremental.last_value}" : "{incremental.start_value}");
            add_cursor(cursor->end_param, "{incremental.end_value}");
        }
    }

    void parse_form()
    {
        for (const named_text& field : draft_.config().form) {
            draft_.result.form_texts.push_back(parse(field));
        }
    }

    /// The paths of a report.
    void parse_poll()
    {
        const auto& settings = draft_.config().poll;
        const auto add = [&](std::string_view key, const std::optional<path_template>& given) {
            if (given) {
                planned_text path;
                path.name = key;
                path.text = source_text(given->source());
                path.parsed = *given;
                draft_.result.poll_paths.push_back(std::move(path));
            }
        };
        if (settings) {
            add(key_name::path, settings->path());
            add(key_name::download_path, settings->download());
        }
    }

    /// The resource's headers, then those of the client that it does not replace: these are sent as they are.
    void parse_headers(const client_config& client)
    {
        const std::vector<named_text>& own = draft_.config().headers;
        for (const named_text& header : own) {
            draft_.result.headers.push_back(parse(header));
        }
        for (const named_text& general : client.headers) {
            const bool replaced = std::any_of(
                own.begin(), own.end(), [&](const named_text& header) { return iequals(header.name, general.name); });
            if (!replaced) {
                planned_text text;
                text.name = general.name;
                text.text = general.value;
                draft_.result.headers.push_back(std::move(text));
            }
        }
    }

    void parse_json(const boost::json::value& v, const std::string& pointer)
    {
        if (const auto* object = v.if_object(); object != nullptr && !secret_reference(v)) {
            for (const auto& member : *object) {
                std::string step;
                for (const char c : std::string_view(member.key().data(), member.key().size())) {
                    step += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c); // RFC 6901, section 4
                }
                parse_json(member.value(), pointer + "/" + step);
            }
        } else if (const auto* list = v.if_array()) {
            for (std::size_t n = 0; n < list->size(); ++n) {
                parse_json((*list)[n], pointer + "/" + std::to_string(n));
            }
        } else if (const auto* text = v.if_string()) {
            planned_text planned = parse(named_text(pointer, source_text(std::string(*text)),
                json_key(draft_) + (pointer.empty() ? "" : " at " + pointer)));
            // Also a text with escaped braces is written anew.
            if (planned.parsed.has_placeholders() || text->find("{{") != boost::json::string::npos) {
                draft_.result.json_texts.push_back(std::move(planned));
            }
        }
    }

private:
    /// A parameter that holds a value of the cursor, where there is one.
    void add_cursor(const std::string& parameter, const char* text)
    {
        if (!parameter.empty()) {
            planned_text planned =
                parse(named_text(parameter, source_text(std::string(text)), draft_.config().incremental->path));
            planned.is_optional = true;
            draft_.result.params.push_back(std::move(planned));
        }
    }

    [[nodiscard]] planned_text parse(const named_text& given)
    {
        planned_text out;
        out.name = given.name;
        out.text = given.value;
        if (!given.value.is_secret()) {
            try {
                out.parsed = path_template(given.value.value().reveal(), path_template::kind::text);
            } catch (const error& e) {
                draft_.add_problem(given.path, said_by(e));
            }
        }
        return out;
    }

    draft& draft_;
};

} // namespace request_text

COREST_DECL void parse_request_texts(draft& d, const client_config& client)
{
    request_text::parser texts(d);
    texts.parse_params();
    texts.parse_headers(client);
    texts.parse_form();
    texts.parse_poll();
    if (d.config().json) {
        texts.parse_json(*d.config().json, {});
    }
}

COREST_DECL std::string key_of_text(const draft& d, const std::vector<planned_text>& texts, const planned_text& text)
{
    if (&texts == &d.result.json_texts) {
        return request_text::json_key(d) + " at " + text.name;
    }
    if (&texts == &d.result.poll_paths) {
        return join_key(d.config().key_path, key_name::endpoint, key_name::poll, text.name);
    }
    const bool is_param = &texts == &d.result.params;
    const bool is_form = &texts == &d.result.form_texts;
    for (const named_text& given : is_form ? d.config().form : is_param ? d.config().params : d.config().headers) {
        if (given.name == text.name) {
            return given.path;
        }
    }
    return join_key(d.config().key_path, key_name::endpoint, is_param ? key_name::params : key_name::headers);
}

} // namespace corest::source::detail
