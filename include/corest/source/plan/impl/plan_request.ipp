#pragma once

#include <corest/source/plan/plan_request.hpp>

#include <corest/detail/text.hpp>
#include <corest/http/url.hpp>
#include <corest/resource/receive_report.hpp>
#include <corest/select/json_reader.hpp>
#include <corest/source/schema/key_name.hpp>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::source {

namespace detail {

/// Lowers what the plan holds of one resource's requests.
namespace request_lowering {

/// \param bindings how many the resource's walks have: the values of their cursor stand behind them
[[nodiscard]] COREST_DECL std::vector<placeholder_value> values(
    const std::vector<planned_value>& planned, std::size_t bindings)
{
    std::vector<placeholder_value> all;
    for (const planned_value& value : planned) {
        if (value.cursor) {
            all.emplace_back(bindings, *value.cursor);
        } else if (value.response) {
            all.push_back(response_path::value_of_field(bindings, *value.response));
        } else if (value.binding) {
            all.emplace_back(*value.binding);
        } else {
            all.emplace_back(value.constant.value().reveal());
        }
    }
    return all;
}

[[nodiscard]] COREST_DECL filled_template path(const planned_resource& planned)
{
    return {planned.config.path, values(planned.path_values, planned.bindings.size())};
}

[[nodiscard]] COREST_DECL filled_template text(const planned_text& planned, std::size_t bindings)
{
    if (planned.parsed.source().empty()) { // a secret, or sent as it is
        return filled_template(planned.text.value().reveal());
    }
    return {planned.parsed, values(planned.values, bindings)};
}

/// Makes the body of a walk's bindings. It is printed once, and what fills it is put between the parts: a value that
/// stands for itself keeps its digits.
class body {
public:
    explicit body(const planned_resource& planned)
    {
        boost::json::value json = *planned.config.json;
        std::string mark = "?"; // that stands nowhere else in it
        for (const std::string plain = boost::json::serialize(json); plain.find(mark) != plain.npos;) {
            mark += '?';
        }
        const std::size_t bindings = planned.bindings.size();
        std::vector<std::pair<std::string, gap>> gaps; // what is printed in the place of each
        for (const planned_text& one : planned.json_texts) {
            boost::json::error_code ec;
            boost::json::value* const place = json.find_pointer(boost::json::string_view(one.name), ec);
            if (place == nullptr) {
                continue;
            }
            const std::string text = mark + std::to_string(gaps.size());
            *place = boost::json::string_view(text);
            const std::optional<std::size_t> alone =
                one.parsed.is_one_placeholder() ? values(one.values, bindings).front().binding : std::nullopt;
            gaps.emplace_back("\"" + text + "\"", gap(request_lowering::text(one, bindings), alone));
        }
        split(boost::json::serialize(json), std::move(gaps));
    }

    [[nodiscard]] std::string operator()(const std::vector<binding>& bindings) const
    {
        std::string filled = beginning_;
        for (const gap& one : gaps_) {
            const binding* const alone = one.value && *one.value < bindings.size() ? &bindings[*one.value] : nullptr;
            if (alone != nullptr && !alone->json.starts_with('"')) {
                filled += alone->json;
            } else if (alone != nullptr) {
                append_quoted(filled, alone->text);
            } else {
                append_quoted(filled, one.text.fill(bindings));
            }
            filled += one.behind;
        }
        return filled;
    }

private:
    /// A text of the body that holds placeholders.
    class gap {
    public:
        gap(filled_template its_text, std::optional<std::size_t> binding) : text(std::move(its_text)), value(binding) {}
        filled_template text;
        std::optional<std::size_t> value; ///< the value itself: a number stays a number
        std::string behind;               ///< what the body has up to the next one
    };

    void split(const std::string& printed, std::vector<std::pair<std::string, gap>> gaps)
    {
        std::sort(gaps.begin(), gaps.end(),
            [&](const auto& a, const auto& b) { return printed.find(a.first) < printed.find(b.first); });
        std::size_t end = 0;
        for (auto& [mark, one] : gaps) {
            const std::size_t begin = printed.find(mark);
            (gaps_.empty() ? beginning_ : gaps_.back().behind) = printed.substr(end, begin - end);
            gaps_.push_back(std::move(one));
            end = begin + mark.size();
        }
        (gaps_.empty() ? beginning_ : gaps_.back().behind) = printed.substr(end);
    }

    std::string beginning_;
    std::vector<gap> gaps_;
};

/// Which of the bindings are values of the JSON body, and nothing else: those may be objects and arrays.
[[nodiscard]] COREST_DECL std::vector<bool> body_values(const planned_resource& planned)
{
    std::vector<bool> found(planned.bindings.size(), false);
    const auto mark = [&](const std::vector<planned_value>& values, bool is_value) {
        for (const planned_value& value : values) {
            if (value.binding) {
                found[*value.binding] = is_value;
            }
        }
    };
    for (const planned_text& one : planned.json_texts) {
        mark(one.values, true);
    }
    for (const planned_text& one : planned.json_texts) {
        if (!one.parsed.is_one_placeholder()) {
            mark(one.values, false);
        }
    }
    mark(planned.path_values, false);
    for (const auto* texts : {&planned.params, &planned.headers, &planned.form_texts, &planned.poll_paths}) {
        for (const planned_text& one : *texts) {
            mark(one.values, false);
        }
    }
    return found;
}

/// Makes the form of a walk's bindings.
class form {
public:
    explicit form(const planned_resource& planned)
    {
        for (const planned_text& field : planned.form_texts) {
            fields_.emplace_back(field.name, text(field, planned.bindings.size()));
        }
    }

    [[nodiscard]] std::string operator()(const std::vector<binding>& bindings) const
    {
        return corest::detail::join(fields_, "&", [&](const std::pair<std::string, filled_template>& field) {
            return form_encode(field.first) + "=" + form_encode(field.second.fill(bindings));
        });
    }

private:
    std::vector<std::pair<std::string, filled_template>> fields_;
};

} // namespace request_lowering

} // namespace detail

COREST_DECL std::vector<binding_rule> make_binding_rules(const planned_resource& planned)
{
    std::vector<binding_rule> rules;
    rules.reserve(planned.bindings.size());
    const std::vector<bool> takes_nested = detail::request_lowering::body_values(planned);
    for (std::size_t i = 0; i < planned.bindings.size(); ++i) {
        rules.push_back(planned.bindings[i].rule());
        rules.back().takes_nested = takes_nested[i];
    }
    return rules;
}

COREST_DECL std::shared_ptr<const report_rules> make_report_rules(
    const planned_resource& planned, std::shared_ptr<clock_source> clock)
{
    if (!planned.config.poll) {
        return nullptr;
    }
    response_path status;
    response_path download;
    for (const planned_text& path : planned.poll_paths) {
        (path.name == detail::key_name::path ? status : download) =
            response_path(path.parsed, detail::request_lowering::values(path.values, planned.bindings.size()));
    }
    poll settings = *planned.config.poll;
    settings.clock(std::move(clock));
    return std::make_shared<const report_rules>(
        std::move(settings), std::move(status), std::move(download), &corest::detail::receive_report);
}

COREST_DECL request_template make_requests(const planned_resource& planned, const client_config& settings)
{
    request_template made(request(planned.config.method, settings.base_url.value().reveal()));
    made.fixed.idempotent = true; // a source only reads, whatever the method
    made.path = detail::request_lowering::path(planned);
    for (const planned_text& param : planned.params) {
        // Added, not set: a list gives the same name several times.
        made.query.emplace_back(
            param.name, detail::request_lowering::text(param, planned.bindings.size()), false, param.is_optional);
    }
    for (const planned_text& field : planned.headers) {
        made.headers.emplace_back(
            field.name, detail::request_lowering::text(field, planned.bindings.size()), field.text.is_secret());
    }
    if (!planned.form_texts.empty()) {
        made.fixed.headers.set("Content-Type", "application/x-www-form-urlencoded");
        made.body = detail::request_lowering::form(planned);
    }
    if (planned.config.json) {
        made.fixed.headers.set("Content-Type", corest::detail::json_media_type);
        made.body = detail::request_lowering::body(planned);
    }
    return made;
}

} // namespace corest::source
