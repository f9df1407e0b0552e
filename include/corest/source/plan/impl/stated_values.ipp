#pragma once

#include <corest/source/plan/stated_values.hpp>

#include <corest/error.hpp>
#include <corest/source/plan/request_texts.hpp>

#include <algorithm>

namespace corest::source::detail {

COREST_DECL std::string explicit_form(const std::string& resource, const std::string& field)
{
    return "{resources." + resource + "." + field + "}";
}

COREST_DECL std::optional<std::size_t> last_open(const std::vector<stated_value>& path_values)
{
    for (std::size_t k = path_values.size(); k-- > 0;) {
        if (path_values[k].is_open()) {
            return k;
        }
    }
    return std::nullopt;
}

COREST_DECL planned_value cursor_value_of(draft& d, const std::string& key, const placeholder& gap)
{
    planned_value out;
    out.cursor = cursor_use_of(gap.name);
    const auto& known = d.config().incremental;
    if (!known) {
        d.add_problem(key,
            "nothing fills " + gap.text()
                + ": the endpoint has no cursor; write endpoint.incremental, or a parameter of "
                  "type incremental");
        return out;
    }
    const bool has_end = known->rules.end_value || known->rules.step;
    if (out.cursor == cursor_use::end ? !has_end : !known->rules.initial_value) {
        d.add_problem(key,
            "nothing fills " + gap.text() + " in the first run; give "
                + (out.cursor == cursor_use::end ? "end_value" : "initial_value"));
    }
    return out;
}

namespace statements {

/// Reads what the dictionary says of the placeholders of one resource's path.
class reader {
public:
    reader(draft& d, const constants& known) : draft_(d), constants_(known) {}

    [[nodiscard]] std::vector<stated_value> read()
    {
        std::vector<stated_value> out;
        for (const placeholder& gap : draft_.config().path.placeholders()) {
            out.push_back(read(gap));
        }
        check_resolves();
        return out;
    }

private:
    [[nodiscard]] stated_value read(const placeholder& gap)
    {
        stated_value out;
        if (gap.is_incremental()) {
            out.constant = cursor_value_of(draft_, draft_.path_key(), gap);
            return out;
        }
        if (gap.is_explicit()) {
            out.named.emplace(draft_.path_key(), gap.resource, gap.field);
            return out;
        }
        const named_text* param = find_param(draft_.config(), gap.name);
        out.constant = constants_.find(draft_.config(), gap.name);
        if (out.constant) {
            if (!out.constant->constant.is_secret() && out.constant->constant.value().empty()) {
                draft_.add_problem(param != nullptr ? param->path : "--param " + gap.name,
                    "fills a placeholder of the path, and is empty");
            }
            return out;
        }
        for (const resolve_param& resolve : draft_.config().resolves) {
            if (resolve.name == gap.name) {
                out.named.emplace(resolve.path, resolve.resource, resolve.field);
            }
        }
        if (param != nullptr && !out.named) {
            out.named = read_template(*param);
        }
        return out;
    }

    /// A param `"post_id": "{resources.posts.id}"` for the placeholder `{post_id}`.
    [[nodiscard]] std::optional<named_field> read_template(const named_text& param)
    {
        try {
            const path_template parsed(param.value.value().reveal(), path_template::kind::text);
            if (parsed.is_one_placeholder() && parsed.placeholders()[0].is_explicit()) {
                const placeholder& gap = parsed.placeholders()[0];
                return named_field(param.path, gap.resource, gap.field);
            }
            draft_.add_problem(param.path,
                "fills a placeholder of the path, so expected a constant or {resources.parent.field} alone");
        } catch (const error& e) {
            draft_.add_problem(param.path, said_by(e));
        }
        return std::nullopt;
    }

    void check_resolves()
    {
        const auto gaps = draft_.config().path.placeholders();
        for (const resolve_param& resolve : draft_.config().resolves) {
            const bool used = std::any_of(gaps.begin(), gaps.end(),
                [&](const placeholder& gap) { return !gap.is_explicit() && gap.name == resolve.name; });
            if (!used) {
                draft_.add_problem(resolve.path,
                    "the path has no placeholder {" + resolve.name + "} for it; to send it as a parameter, write \""
                        + resolve.name + "\": \"" + explicit_form(resolve.resource, resolve.field) + "\"");
            }
        }
    }

    draft& draft_;
    const constants& constants_;
};

} // namespace statements

COREST_DECL std::vector<stated_value> read_stated_values(draft& d, const constants& known)
{
    return statements::reader(d, known).read();
}

COREST_DECL std::vector<named_field> named_fields(const draft& d, const std::vector<stated_value>& path_values)
{
    std::vector<named_field> out;
    for (const stated_value& value : path_values) {
        if (value.named) {
            out.push_back(*value.named);
        }
    }
    const planned_resource& r = d.result;
    for (const auto* texts : {&r.params, &r.headers, &r.json_texts, &r.form_texts, &r.poll_paths}) {
        for (const planned_text& text : *texts) {
            for (const placeholder& gap : text.parsed.placeholders()) {
                if (gap.is_explicit()) {
                    out.emplace_back(key_of_text(d, *texts, text), gap.resource, gap.field);
                }
            }
        }
    }
    return out;
}

} // namespace corest::source::detail
