#pragma once

#include <corest/source/plan/show_text.hpp>

#include <corest/detail/text.hpp>
#include <corest/http/url.hpp>
#include <corest/source/plan/load_columns.hpp>
#include <corest/source/plan/path_key.hpp>
#include <corest/source/schema/client_keys.hpp>
#include <corest/source/schema/field.hpp>
#include <corest/source/schema/setting_json.hpp>
#include <corest/source/schema/secret_formula.hpp>
#include <corest/source/schema/written_secrets.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::source {

namespace detail {

/// How a plan's parts are written for people.
namespace plan_text {

[[nodiscard]] COREST_DECL std::string statuses(const std::vector<unsigned>& statuses)
{
    return corest::detail::join(statuses, ", ", [](unsigned status) { return std::to_string(status); });
}

/// "the secret access_token", or the literal where it is none to hide.
[[nodiscard]] COREST_DECL std::string value(const source_text& text)
{
    return text.is_secret() ? "the secret " + secret_label(text.secret_name()) : text.value().reveal();
}

/// The API's: as `value`, and with what stands in for a setting that may be missing, which is no secret of an address.
[[nodiscard]] COREST_DECL std::string address(const source_text& text)
{
    const std::vector<secret_part> parts = secret_parts(text.secret_name());
    if (!text.is_secret() || parts.size() != 1 || !parts.front().default_value) {
        return value(text);
    }
    const std::string& instead = *parts.front().default_value;
    return parts.front().text + " of the environment or the secrets"
        + (instead.empty() ? "; its default is empty, which is no address" : ", else " + redact_url(instead));
}

/// A line for each key of `client` that is not as usual.
[[nodiscard]] COREST_DECL std::string client_changes(const client_config& client)
{
    std::string out;
    for (const auto& setting : show_changes(fields_of<client_keys>, &client)) {
        out += std::string(setting.key()) + ": " + setting_text(setting.value()) + "\n";
    }
    return out;
}

[[nodiscard]] COREST_DECL std::string destination(const table& t)
{
    std::string out = t.name + ", " + std::string(to_string(t.disposition));
    if (!t.primary_key.empty()) {
        out += (t.disposition == write_disposition::merge ? " on " : ", key ") + corest::detail::join(t.primary_key);
    }
    if (t.disposition == write_disposition::merge && !t.merge_key.empty()) {
        out += ", in place of all rows with the same " + corest::detail::join(t.merge_key);
    }
    if (const corest::schema::column* const c = t.dedup_sort()) {
        out +=
            ", of each key the row with the " + std::string(c->dedup_sort == "desc" ? "greatest " : "least ") + c->name;
    }
    if (const corest::schema::column* const c = t.hard_delete()) {
        out += ", deletes by " + c->name;
    }
    std::vector<std::string> extra = t.binding_columns;
    if (t.schema && std::find(extra.begin(), extra.end(), load_column::load_id) != extra.end()) {
        extra.emplace_back(load_column::row_id);
    }
    if (!extra.empty()) {
        out += ", with " + corest::detail::join(extra);
    }
    if (!t.further_resources.empty()) {
        out += ", together with the rows of " + corest::detail::join(t.further_resources);
    }
    return out;
}

/// Explains for people why a placeholder is filled as it is.
class binding_text {
public:
    binding_text(const plan& p, const planned_resource& r) : plan_(p), resource_(r) {}

    /// \param name of the parameter, header or field that has the placeholder
    [[nodiscard]] std::string value(const planned_value& value, const placeholder& gap, std::string_view name) const
    {
        if (value.cursor) {
            return cursor(*value.cursor);
        }
        if (value.response) {
            return "of the response";
        }
        if (!value.binding) {
            const bool hides = !value.constant.is_secret() && fills_credential(name, gap.prefix);
            return (hides ? std::string("***") : plan_text::value(value.constant)) + " (" + value.origin + ")";
        }
        const planned_binding& b = resource_.bindings[*value.binding];
        const std::string preferred = b.infers_field() ? b.resource + "." + b.placeholder + ", else " : "";
        return preferred + b.resource + "." + b.field + " (" + reason(b) + ")";
    }

private:
    [[nodiscard]] std::string cursor(cursor_use use) const
    {
        const cursor_rules& rules = resource_.config.incremental->rules;
        const std::optional<cursor_value>& first = use == cursor_use::end ? rules.end_value : rules.initial_value;
        const std::string value = first ? corest::to_text(rules.convert.json(*first)) : "nothing";
        if (use == cursor_use::end) {
            return rules.step ? "the end of each window" : value;
        }
        return use == cursor_use::initial || rules.is_backfill() ? value
                                                                 : "the last " + rules.field + ", at first " + value;
    }

    [[nodiscard]] const resource_config& parent() const { return plan_.resources[*resource_.parent].config; }

    [[nodiscard]] std::string reason(const planned_binding& b) const
    {
        switch (b.reason) {
        case binding_reason::named:
            return "named in the dictionary";
        case binding_reason::same_path:
            return "inferred: " + b.resource + " is at the path before it";
        case binding_reason::same_segment:
            return "inferred: the path of " + parent().name + " ends in '"
                + std::string(last_segment(path_key(parent().path.text()))) + "'";
        case binding_reason::same_name:
            return "inferred: it has the name '" + parent().name + "'";
        case binding_reason::inherited:
            return "taken over from " + parent().name;
        case binding_reason::included:
            return std::string(key_name::include_from_parent);
        case binding_reason::carried:
            return "for a resource below it";
        }
        return {};
    }

    const plan& plan_;
    const planned_resource& resource_;
};

/// Writes what is said of one resource: a line per placeholder, parameter and so on.
class resource_text {
public:
    resource_text(const plan& p, const planned_resource& r) : resource_(r), bindings_(p, r) {}

    [[nodiscard]] std::vector<std::string> lines()
    {
        add_path();
        add_texts(resource_.params, "query");
        add_texts(resource_.headers, "headers");
        add_body();
        add_cursor();
        if (resource_.config.auth) {
            lines_.push_back("auth: " + resource_.config.auth->text());
        }
        if (resource_.config.group_size != 1) {
            lines_.push_back("parents: up to " + std::to_string(resource_.config.group_size) + " in a request");
        }
        if (resource_.config.skips_lacking_parents && resource_.parent) {
            lines_.push_back("parents: those without the field of a placeholder are skipped");
        }
        if (resource_.config.poll) {
            std::string report = "report: " + resource_.config.poll->text();
            for (const planned_text& path : resource_.poll_paths) {
                report = without_query_secrets(std::move(report), path.parsed.text());
            }
            lines_.push_back(std::move(report));
            for (const planned_text& path : resource_.poll_paths) {
                add_values(path, {});
            }
        }
        lines_.push_back("pages: " + resource_.config.paginator.text);
        if (const std::string form = resource_.config.decoder.text(); !form.empty()) {
            lines_.push_back("body: " + form);
        }
        lines_.push_back("records: " + records_text(resource_.config));
        const std::vector<unsigned> ignored = ignored_statuses(resource_.config);
        if (ignored.size() == resource_.config.response_rules.size() && !ignored.empty()) {
            lines_.push_back("ignored: status " + plan_text::statuses(ignored));
        } else {
            for (const response_rule& rule : resource_.config.response_rules) {
                lines_.push_back("response: " + rule.text());
            }
        }
        for (const record_step& step : resource_.config.steps) {
            lines_.push_back("step: " + step.text());
        }
        for (const planned_text& field : resource_.form_texts) {
            lines_.push_back("form: " + field.name);
        }
        lines_.push_back(resource_.stored ? "table: " + plan_text::destination(resource_.destination_table())
                                          : "not stored: read only because of its children");
        if (resource_.stored && resource_.config.naming != corest::schema::naming::direct) {
            lines_.push_back("names: " + std::string(to_string(resource_.config.naming)));
        }
        if (const std::size_t levels = resource_.config.max_table_nesting; resource_.stored && levels != 0) {
            lines_.push_back("nesting: lists are tables of their own, and objects columns, "
                + corest::detail::counted(levels, "level") + " deep");
        }
        if (resource_.stored && resource_.config.schema) {
            add_schema(*resource_.config.schema);
        }
        return std::move(lines_);
    }

private:
    /// What is declared of the table.
    void add_schema(const corest::schema::table_schema& schema)
    {
        const std::string columns = corest::detail::join(schema.columns, ", ", [](const corest::schema::column& c) {
            return c.name + (c.type ? " " + describe_type(c) : std::string()) + (c.nullable ? "" : " not null");
        });
        if (!columns.empty()) {
            lines_.push_back("columns: " + columns);
        }
        if (schema.contract != corest::schema::schema_contract()) {
            lines_.push_back("contract: tables " + std::string(to_string(schema.contract.tables)) + ", columns "
                + std::string(to_string(schema.contract.columns)) + ", data_type "
                + std::string(to_string(schema.contract.data_type)));
        }
    }

    void add_path()
    {
        lines_.push_back(resource_.config.method + " " + without_query_secrets(resource_.config.path.text()));
        const auto gaps = resource_.config.path.placeholders();
        for (std::size_t k = 0; k < gaps.size(); ++k) {
            lines_.push_back("  " + gaps[k].text() + " = " + bindings_.value(resource_.path_values[k], gaps[k], {}));
        }
    }

    void add_texts(const std::vector<planned_text>& texts, const std::string& kind)
    {
        std::vector<std::string> names;
        for (const planned_text& text : texts) {
            names.push_back(text.text.is_secret()
                    ? text.name + " (the secret " + secret_label(text.text.secret_name()) + ")"
                    : text.name);
        }
        if (!names.empty()) {
            lines_.push_back(kind + ": " + corest::detail::join(names));
        }
        for (const planned_text& text : texts) {
            add_values(text, {});
        }
    }

    void add_cursor()
    {
        const auto& cursor = resource_.config.incremental;
        if (!cursor) {
            return;
        }
        const cursor_rules& rules = cursor->rules;
        std::string line = "new: by " + rules.field;
        if (rules.initial_value) {
            line += ", from " + rules.initial_value->text();
        }
        if (rules.end_value) {
            line += (rules.range_end == range_bound::open ? ", before " : ", to ") + rules.end_value->text();
        }
        if (rules.step) {
            line += ", in windows of " + rules.step->text();
        }
        if (rules.lag) {
            line += ", " + *rules.lag + " before the last value";
        }
        if (!rules.is_backfill() && resource_.parent) {
            line += ", a cursor for each parent";
            if (rules.partition_limit) {
                line += " up to " + std::to_string(*rules.partition_limit);
            }
        }
        lines_.push_back(std::move(line));
    }

    void add_body()
    {
        if (!resource_.config.json) {
            return;
        }
        lines_.emplace_back("JSON body");
        for (const planned_text& text : resource_.json_texts) {
            add_values(text, " at " + text.name);
        }
    }

    void add_values(const planned_text& text, const std::string& place)
    {
        for (std::size_t k = 0; k < text.values.size(); ++k) {
            const placeholder& gap = text.parsed.placeholders()[k];
            lines_.push_back("  " + gap.text() + place + " = " + bindings_.value(text.values[k], gap, text.name));
        }
    }

    const planned_resource& resource_;
    binding_text bindings_;
    std::vector<std::string> lines_;
};

/// Draws the tree of a plan's resources.
class tree_text {
public:
    explicit tree_text(const plan& p) : plan_(p) {}

    [[nodiscard]] std::string draw(std::size_t root)
    {
        out_.clear();
        append(root, {}, true);
        return std::move(out_);
    }

private:
    void append(std::size_t n, const std::string& indent, bool last)
    {
        const planned_resource& r = plan_.resources[n];
        const bool root = r.depth == 0;
        out_ += indent + (root ? "" : last ? "└─ " : "├─ ") + r.config.name + "\n";
        const std::string below = indent + (root ? "" : last ? "   " : "│  ");
        for (const std::string& line : resource_text(plan_, r).lines()) {
            out_ += below + (r.children.empty() ? "   " : "│  ") + line + "\n";
        }
        for (std::size_t k = 0; k < r.children.size(); ++k) {
            append(r.children[k], below, k + 1 == r.children.size());
        }
    }

    const plan& plan_;
    std::string out_;
};

} // namespace plan_text

} // namespace detail

COREST_DECL std::string to_text(const plan& p)
{
    std::string out = detail::plan_text::address(p.client.base_url) + "\n";
    out += "auth: " + p.client.auth.text() + "\n";
    out += "retry: "
        + detail::settings_text(detail::show_settings(detail::fields_of<detail::retry_keys>, &p.client.retry)) + "\n";
    if (!p.client.rate_limit) {
        out += "rate limit: waited for once a request is refused (429); with \"rate_limit\": {} in the client what the "
               "server states in RateLimit headers is kept to before\n";
    }
    out += detail::plan_text::client_changes(p.client);
    detail::plan_text::tree_text tree(p);
    for (const std::size_t root : p.roots) {
        out += "\n" + tree.draw(root);
    }
    for (std::size_t i = 0; i < p.warnings.size(); ++i) {
        out += (i == 0 ? "\n" : "") + ("warning: " + p.warnings[i]) + "\n";
    }
    return out;
}

} // namespace corest::source
