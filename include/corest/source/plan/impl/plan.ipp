#pragma once

#include <corest/source/plan/plan.hpp>

#include <corest/error.hpp>
#include <corest/http/url.hpp>
#include <corest/source/schema/dictionary.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace corest::source {

namespace detail {

/// A resource that may be the parent which a placeholder asks for.
class candidate {
public:
    candidate(std::size_t its_resource, planned_binding::reason its_why) : resource(its_resource), why(its_why) {}
    std::size_t resource;
    planned_binding::reason why;
};

/// A resource while its place in the plan is looked for.
class draft {
public:
    enum class state { untouched, under_way, done, failed };

    state progress = state::untouched;
    planned_resource result; ///< `parent` counts the dictionary's resources
    problem_list problems;
    /// Placeholders that nothing fills: reported once for all resources with the same.
    std::vector<std::pair<std::string, std::string>> unfilled; ///< placeholder and what is said about it
};

/// Finds the parent and the bindings of each resource.
class planner {
public:
    planner(const source_config& config, const plan_options& options) : config_(config), options_(options)
    {
        drafts_.resize(config.resources.size());
        for (const resource_config& r : config.resources) {
            names_.emplace_back(r.name);
        }
    }

    plan make()
    {
        check_names();
        for (std::size_t i = 0; i < drafts_.size(); ++i) {
            resolve(i);
        }
        check_params();
        const std::vector<bool> stored = stored_resources();
        std::vector<bool> needed = stored;
        for (std::size_t i = 0; i < drafts_.size(); ++i) {
            for (auto p = drafts_[i].result.parent; stored[i] && p && !needed[*p]; p = drafts_[*p].result.parent) {
                needed[*p] = true;
            }
        }
        report(needed, stored);
        return assemble(needed, stored);
    }

private:
    [[nodiscard]] const resource_config& resource(std::size_t i) const { return config_.resources[i]; }
    [[nodiscard]] std::string path_key(std::size_t i) const
    {
        return join_key(resource(i).key_path, "endpoint") + ".path";
    }
    [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const
    {
        const auto found = std::find(names_.begin(), names_.end(), name);
        return found == names_.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - names_.begin()));
    }

    void check_names()
    {
        std::map<std::string, std::string> names;
        std::map<std::string, std::string> tables;
        for (const resource_config& r : config_.resources) {
            const auto [name, is_new] = names.emplace(r.name, r.key_path);
            if (!is_new) {
                problems_.add(r.key_path + ".name", {},
                    "the name " + in_quotes(r.name) + " stands twice: " + name->second + " has it too");
                continue;
            }
            const auto [table, is_new_table] = tables.emplace(r.table_name, r.name);
            if (!is_new_table) {
                problems_.add(r.key_path, r.name,
                    "the table " + in_quotes(r.table_name) + " is that of the resource " + in_quotes(table->second)
                        + " too; give one of them a table_name of its own");
            }
        }
        problems_.throw_if_any(); // names are what everything else refers to
    }

    /// `--param` for a placeholder that no resource has.
    void check_params()
    {
        std::vector<std::string_view> known;
        for (const draft& d : drafts_) {
            for (const placeholder& gap : d.result.config.path.placeholders()) {
                known.push_back(gap.name);
            }
            for (const auto* texts : {&d.result.params, &d.result.headers, &d.result.json_texts}) {
                for (const planned_text& text : *texts) {
                    for (const placeholder& gap : text.parsed.placeholders()) {
                        known.push_back(gap.name);
                    }
                }
            }
        }
        std::sort(known.begin(), known.end());
        known.erase(std::unique(known.begin(), known.end()), known.end());
        for (const auto& [name, value] : options_.params) {
            if (!std::binary_search(known.begin(), known.end(), std::string_view(name))) {
                problems_.add("--param " + name, {},
                    "no path has the placeholder {" + name + "}" + suggestion(name, known, "placeholder"));
            }
            if (value.empty()) {
                problems_.add("--param " + name, {}, "the value is empty");
            }
        }
    }

    [[nodiscard]] std::vector<bool> stored_resources()
    {
        std::vector<bool> stored(drafts_.size(), false);
        if (options_.only.empty()) {
            for (std::size_t i = 0; i < drafts_.size(); ++i) {
                stored[i] = resource(i).selected;
            }
        }
        for (const std::string& name : options_.only) {
            if (const auto i = find(name)) {
                stored[*i] = true;
            } else {
                problems_.add(
                    "--only", {}, "there is no resource " + in_quotes(name) + suggestion(name, names_, "resource"));
            }
        }
        if (options_.only.empty() && std::find(stored.begin(), stored.end(), true) == stored.end()) {
            problems_.add("resources", {}, "none is selected");
        }
        return stored;
    }

    /// Where a constant for a placeholder comes from.
    [[nodiscard]] std::optional<planned_value> constant(std::size_t i, const std::string& name) const
    {
        planned_value out;
        for (const auto& [param, value] : options_.params) {
            if (param == name) {
                out.constant = source_text(value);
                out.origin = "--param";
                return out;
            }
        }
        const named_text* found = find_param(i, name);
        if (found == nullptr || (!found->value.is_secret() && has_gaps(*found))) {
            return std::nullopt;
        }
        out.constant = found->value;
        out.origin = origin_of_param(*found);
        return out;
    }

    [[nodiscard]] const named_text* find_param(std::size_t i, const std::string& name) const
    {
        for (const named_text& param : resource(i).params) {
            if (param.name == name) {
                return &param;
            }
        }
        return nullptr;
    }

    static std::string origin_of_param(const named_text& param)
    {
        return param.path.starts_with("resource_defaults") ? "resource_defaults.endpoint.params" : "endpoint.params";
    }

    /// Whether a literal is a template. One that is not understood is reported where it is sent.
    static bool has_gaps(const named_text& text)
    {
        try {
            return path_template(text.value.value().reveal(), path_template::kind::text).has_placeholders();
        } catch (const error&) {
            return true;
        }
    }

    /// A path, or its beginning, in the form in which paths are compared: constants filled in, no query, no slash at
    /// the end.
    [[nodiscard]] std::string comparable(std::size_t i, std::string_view text, bool filled) const
    {
        std::string out;
        for (std::size_t p = 0; p < text.size(); ++p) {
            const char c = text[p];
            if (c == '?' || c == '#') {
                break;
            }
            const auto close = c == '{' ? text.find('}', p) : std::string_view::npos;
            const bool escaped = c == '{' && p + 1 < text.size() && text[p + 1] == '{';
            if (!filled || escaped || close == std::string_view::npos) {
                out += c;
                if (escaped) {
                    out += text[++p];
                }
                continue;
            }
            const std::string name(text.substr(p + 1, close - p - 1));
            const auto value = constant(i, name);
            if (value && !value->constant.is_secret()) {
                out += percent_encode(value->constant.value().reveal());
            } else {
                out += value ? "{$secret " + value->constant.secret_name() + "}" : "{" + name + "}";
            }
            p = close;
        }
        while (!out.empty() && out.back() == '/') {
            out.pop_back();
        }
        const bool absolute = out.starts_with("http://") || out.starts_with("https://");
        return absolute || out.starts_with('/') ? out : "/" + out;
    }

    /// The resources whose collection is named by the text before a placeholder: those whose path is exactly that text,
    /// else those whose path ends in the same literal segment or that have that segment as their name.
    /// \param[out] segment the literal segment, for messages
    [[nodiscard]] std::vector<candidate> candidates(std::size_t i, const placeholder& gap, std::string& segment) const
    {
        std::vector<candidate> out;
        segment.clear();
        if (!gap.before.ends_with('/') || gap.before.find_first_of("?#") != std::string::npos) {
            return out;
        }
        const std::string before = comparable(i, gap.before, true);
        for (std::size_t j = 0; before != "/" && j < drafts_.size(); ++j) {
            if (j != i && comparable(j, resource(j).path.text(), true) == before) {
                out.emplace_back(j, planned_binding::reason::same_path);
            }
        }
        const std::string plain = comparable(i, gap.before, false);
        segment = plain.substr(plain.rfind('/') + 1);
        if (segment.find('{') != std::string::npos) {
            segment.clear();
        }
        const bool exact = !out.empty();
        for (std::size_t j = 0; !exact && !segment.empty() && j < drafts_.size(); ++j) {
            const std::string path = comparable(j, resource(j).path.text(), false);
            if (j != i && (path.substr(path.rfind('/') + 1) == segment || resource(j).name == segment)) {
                out.emplace_back(j, planned_binding::reason::segment);
            }
        }
        return out;
    }

    /// The parent's field that a placeholder asks for: what is after its last `_`.
    static std::string field_of(const std::string& name)
    {
        const auto underscore = name.rfind('_');
        return underscore == std::string::npos || underscore + 1 == name.size() ? name : name.substr(underscore + 1);
    }

    static std::string explicit_form(const std::string& resource, const std::string& field)
    {
        return "{resources." + resource + "." + field + "}";
    }

    /// Says that nothing, or too much, fills a placeholder.
    void add_unfilled(
        std::size_t i, const placeholder& gap, const std::vector<candidate>& found, const std::string& segment)
    {
        draft& d = drafts_[i];
        const std::string field = field_of(gap.name);
        if (found.empty()) {
            std::string text = segment.empty()
                ? "nothing fills it: the text before it names no collection, and there is no constant"
                : "nothing fills it: no other resource's path ends in '" + segment
                    + "', none has that name, and there is no constant";
            text += "; name the parent, as in " + explicit_form(segment.empty() ? "parent" : segment, field)
                + ", or give a constant with --param " + gap.name + "=VALUE or endpoint.params";
            d.unfilled.emplace_back(gap.text(), text);
            return;
        }
        std::string text = gap.text() + " may come from ";
        std::string forms;
        for (std::size_t n = 0; n < found.size(); ++n) {
            const resource_config& other = resource(found[n].resource);
            const char* between = n == 0 ? "" : n + 1 == found.size() ? " or " : ", ";
            text += between + in_quotes(other.name) + " (" + other.path.text() + ")";
            forms += between + explicit_form(other.name, field);
        }
        d.problems.add(path_key(i), resource(i).name, text + "; write which: " + forms);
    }

    /// The position of a binding to a field of the parent's record.
    static std::size_t bind_field_of_parent(planned_resource& r, const std::string& placeholder_name,
        const std::string& parent, const std::string& field, planned_binding::reason why)
    {
        for (std::size_t n = 0; n < r.bindings.size(); ++n) {
            const planned_binding& b = r.bindings[n];
            if (!b.inherited && b.resource == parent && b.field == field) {
                return n;
            }
        }
        planned_binding b;
        b.placeholder = placeholder_name;
        b.resource = parent;
        b.field = field;
        b.why = why;
        r.bindings.push_back(std::move(b));
        return r.bindings.size() - 1;
    }

    /// The position of a binding that takes over the parent's own binding `index`.
    std::size_t inherit(planned_resource& r, const std::string& placeholder_name, std::size_t index) const
    {
        for (std::size_t n = 0; n < r.bindings.size(); ++n) {
            if (r.bindings[n].inherited == index) {
                return n;
            }
        }
        planned_binding b = drafts_[*r.parent].result.bindings[index];
        b.placeholder = placeholder_name;
        b.inherited = index;
        b.why = planned_binding::reason::inherited;
        r.bindings.push_back(std::move(b));
        return r.bindings.size() - 1;
    }

    static planned_value bound(std::size_t index)
    {
        planned_value out;
        out.binding = index;
        return out;
    }

    /// Where a resource's own binding to a field of another resource is.
    [[nodiscard]] std::optional<std::size_t> find_binding(
        std::size_t i, const std::string& of, const std::string& field) const
    {
        const auto& all = drafts_[i].result.bindings;
        for (std::size_t n = 0; n < all.size(); ++n) {
            if (all[n].resource == of && all[n].field == field) {
                return n;
            }
        }
        return std::nullopt;
    }

    /// A field that the dictionary takes from a resource by name.
    class explicit_use {
    public:
        explicit_use(std::string its_place, std::string its_resource, std::string its_field)
            : place(std::move(its_place)),
              resource(std::move(its_resource)),
              field(std::move(its_field))
        {
        }
        std::string place; ///< the key
        std::string resource;
        std::string field;
    };

    /// What fills a placeholder of a path besides inference: a constant, or a field named by a param.
    class path_gap {
    public:
        std::optional<planned_value> constant;
        std::optional<explicit_use> named;
    };

    void resolve(std::size_t i)
    {
        draft& d = drafts_[i];
        if (d.progress != draft::state::untouched) {
            return;
        }
        d.progress = draft::state::under_way;
        stack_.push_back(i);
        d.result.config = resource(i);
        const bool good = resolve_parent(i) && d.problems.empty() && d.unfilled.empty();
        stack_.pop_back();
        // A cycle has failed all that are part of it already.
        d.progress = good && d.progress == draft::state::under_way ? draft::state::done : draft::state::failed;
    }

    /// Resolves a resource that `i` needs. \return false where it failed, or leads back to `i`
    bool resolve_needed(std::size_t i, std::size_t other)
    {
        draft& needed = drafts_[other];
        if (needed.progress == draft::state::under_way) {
            std::string chain;
            for (auto at = std::find(stack_.begin(), stack_.end(), other); at != stack_.end(); ++at) {
                chain += in_quotes(resource(*at).name) + " <- ";
            }
            // Said of the resource that closes the cycle; all its members are needed by one another.
            drafts_[i].problems.add(path_key(i), resource(i).name,
                "the resources are their own parents: " + chain + in_quotes(resource(other).name)
                    + "; take one of the placeholders from elsewhere");
            return false;
        }
        resolve(other);
        return needed.progress == draft::state::done;
    }

    bool resolve_parent(std::size_t i)
    {
        draft& d = drafts_[i];
        planned_resource& r = d.result;
        const auto gaps = r.config.path.placeholders();
        const std::vector<path_gap> filled = fill_path(i);
        prepare_texts(i);
        if (!d.problems.empty()) {
            return false;
        }

        std::vector<explicit_use> uses;
        std::optional<std::size_t> last_inferred;
        for (std::size_t k = 0; k < gaps.size(); ++k) {
            if (filled[k].named) {
                uses.push_back(*filled[k].named);
            } else if (!filled[k].constant) {
                last_inferred = k;
            }
        }
        for (const auto* texts : {&r.params, &r.headers, &r.json_texts}) {
            for (const planned_text& text : *texts) {
                for (const placeholder& gap : text.parsed.placeholders()) {
                    if (gap.is_explicit()) {
                        uses.emplace_back(place_of_text(i, *texts, text), gap.resource, gap.field);
                    }
                }
            }
        }

        std::optional<candidate> inferred;
        if (!uses.empty()) {
            if (!choose_named_parent(i, uses)) {
                return false;
            }
        } else if (last_inferred) {
            std::string segment;
            const auto found = candidates(i, gaps[*last_inferred], segment);
            if (found.size() != 1) {
                add_unfilled(i, gaps[*last_inferred], found, segment);
                return false;
            }
            inferred = found.front();
            r.parent = inferred->resource;
            if (!resolve_needed(i, *r.parent)) {
                return false;
            }
        }

        for (std::size_t k = 0; k < gaps.size(); ++k) {
            if (filled[k].constant) {
                r.path_values.push_back(*filled[k].constant);
            } else if (filled[k].named) {
                r.path_values.push_back(bound(use(r, gaps[k].name, *filled[k].named)));
            } else if (k == last_inferred && inferred) {
                r.path_values.push_back(bound(bind_field_of_parent(
                    r, gaps[k].name, resource(*r.parent).name, field_of(gaps[k].name), inferred->why)));
            } else if (!take_over(i, k, k == last_inferred)) {
                return false;
            }
        }
        fill_texts(i);
        include_from_parent(i);
        check_columns(i);
        return true;
    }

    /// What constants and params say about the placeholders of the path.
    std::vector<path_gap> fill_path(std::size_t i)
    {
        draft& d = drafts_[i];
        std::vector<path_gap> out;
        std::set<std::string> used;
        for (const placeholder& gap : resource(i).path.placeholders()) {
            path_gap filled;
            if (gap.is_explicit()) {
                filled.named.emplace(path_key(i), gap.resource, gap.field);
                out.push_back(std::move(filled));
                continue;
            }
            used.insert(gap.name);
            filled.constant = constant(i, gap.name);
            if (filled.constant) {
                if (!filled.constant->constant.is_secret() && filled.constant->constant.value().empty()) {
                    const named_text* param = find_param(i, gap.name);
                    d.problems.add(param != nullptr ? param->path : "--param " + gap.name, resource(i).name,
                        "fills a placeholder of the path, and is empty");
                }
                out.push_back(std::move(filled));
                continue;
            }
            for (const resolve_param& param : resource(i).resolves) {
                if (param.name == gap.name) {
                    filled.named.emplace(param.path, param.resource, param.field);
                }
            }
            if (const named_text* param = find_param(i, gap.name); param != nullptr && !filled.named) {
                param_as_use(d, i, *param, filled);
            }
            out.push_back(std::move(filled));
        }
        for (const resolve_param& param : resource(i).resolves) {
            if (used.count(param.name) == 0) {
                d.problems.add(param.path, resource(i).name,
                    "the path has no placeholder {" + param.name + "} for it; to send it as a parameter, write \""
                        + param.name + "\": \"" + explicit_form(param.resource, param.field) + "\"");
            }
        }
        return out;
    }

    /// A param `"post_id": "{resources.posts.id}"` for the placeholder `{post_id}`.
    void param_as_use(draft& d, std::size_t i, const named_text& param, path_gap& filled) const
    {
        try {
            const path_template parsed(param.value.value().reveal(), path_template::kind::text);
            if (parsed.is_one_placeholder() && parsed.placeholders()[0].is_explicit()) {
                const placeholder& gap = parsed.placeholders()[0];
                filled.named.emplace(param.path, gap.resource, gap.field);
                return;
            }
            d.problems.add(param.path, resource(i).name,
                "fills a placeholder of the path, so expected a constant or {resources.parent.field} alone");
        } catch (const error& e) {
            d.problems.add(param.path, resource(i).name, said_by(e));
        }
    }

    /// Parses the texts that are sent besides the path.
    void prepare_texts(std::size_t i)
    {
        draft& d = drafts_[i];
        planned_resource& r = d.result;
        const auto gaps = r.config.path.placeholders();
        for (const named_text& param : r.config.params) {
            const bool in_path =
                std::any_of(gaps.begin(), gaps.end(), [&](const placeholder& gap) { return gap.name == param.name; });
            if (!in_path) {
                r.params.push_back(parse_text(d, i, param));
            }
        }
        for (const named_text& own : r.config.headers) {
            r.headers.push_back(parse_text(d, i, own));
        }
        for (const named_text& general : config_.client.headers) {
            const bool replaced = std::any_of(r.config.headers.begin(), r.config.headers.end(),
                [&](const named_text& own) { return iequals(own.name, general.name); });
            if (!replaced) {
                planned_text text; // the client's headers are sent as they are
                text.name = general.name;
                text.text = general.value;
                r.headers.push_back(std::move(text));
            }
        }
        if (r.config.json) {
            prepare_json(d, i, *r.config.json, {});
        }
    }

    planned_text parse_text(draft& d, std::size_t i, const named_text& from) const
    {
        planned_text out;
        out.name = from.name;
        out.text = from.value;
        if (!from.value.is_secret()) {
            try {
                out.parsed = path_template(from.value.value().reveal(), path_template::kind::text);
            } catch (const error& e) {
                d.problems.add(from.path, resource(i).name, said_by(e));
            }
        }
        return out;
    }

    void prepare_json(draft& d, std::size_t i, const boost::json::value& v, const std::string& pointer)
    {
        if (const auto* object = v.if_object(); object != nullptr && !secret_reference(v)) {
            for (const auto& member : *object) {
                std::string step;
                for (const char c : std::string_view(member.key().data(), member.key().size())) {
                    step += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c); // RFC 6901, section 4
                }
                prepare_json(d, i, member.value(), pointer + "/" + step);
            }
        } else if (const auto* list = v.if_array()) {
            for (std::size_t n = 0; n < list->size(); ++n) {
                prepare_json(d, i, (*list)[n], pointer + "/" + std::to_string(n));
            }
        } else if (const auto* text = v.if_string()) {
            planned_text planned = parse_text(d, i,
                named_text(
                    pointer, source_text(std::string(*text)), json_key(i) + (pointer.empty() ? "" : " at " + pointer)));
            // Also a text with escaped braces is written anew.
            if (planned.parsed.has_placeholders() || text->find("{{") != boost::json::string::npos) {
                d.result.json_texts.push_back(std::move(planned));
            }
        }
    }

    [[nodiscard]] std::string json_key(std::size_t i) const { return resource(i).key_path + ".endpoint.json"; }

    [[nodiscard]] std::string place_of_text(
        std::size_t i, const std::vector<planned_text>& texts, const planned_text& text) const
    {
        const planned_resource& r = drafts_[i].result;
        if (&texts == &r.json_texts) {
            return json_key(i) + " at " + text.name;
        }
        const bool is_param = &texts == &r.params;
        for (const named_text& given : is_param ? r.config.params : r.config.headers) {
            if (given.name == text.name) {
                return given.path;
            }
        }
        return resource(i).key_path + (is_param ? ".endpoint.params" : ".endpoint.headers");
    }

    /// Makes the parent the resource that the dictionary names; of several the one that is bound to all others.
    bool choose_named_parent(std::size_t i, const std::vector<explicit_use>& uses)
    {
        draft& d = drafts_[i];
        std::vector<std::size_t> named;
        for (const explicit_use& u : uses) {
            const auto other = find(u.resource);
            if (!other) {
                d.problems.add(u.place, resource(i).name,
                    explicit_form(u.resource, u.field) + ": there is no resource " + in_quotes(u.resource)
                        + suggestion(u.resource, names_, "resource"));
            } else if (*other == i) {
                d.problems.add(u.place, resource(i).name,
                    explicit_form(u.resource, u.field) + ": a resource cannot be its own parent");
            } else if (std::find(named.begin(), named.end(), *other) == named.end()) {
                named.push_back(*other);
            }
        }
        if (!d.problems.empty()) {
            return false;
        }
        for (const std::size_t other : named) {
            d.result.parent = other; // until it is decided, so that what is wrong with it is reported
            if (!resolve_needed(i, other)) {
                return false;
            }
        }
        for (const std::size_t parent : named) {
            const bool covers = std::all_of(uses.begin(), uses.end(), [&](const explicit_use& u) {
                return u.resource == resource(parent).name || find_binding(parent, u.resource, u.field);
            });
            if (covers) {
                d.result.parent = parent;
                return true;
            }
        }
        std::string list;
        for (std::size_t n = 0; n < named.size(); ++n) {
            list += (n == 0 ? "" : n + 1 == named.size() ? " and " : ", ") + in_quotes(resource(named[n]).name);
        }
        d.problems.add(resource(i).key_path, resource(i).name,
            "has two different parents, " + list
                + "; a resource has one, and takes from others only what "
                  "that one is bound to itself");
        return false;
    }

    /// The binding for a field that the dictionary names. \pre the parent is chosen, and covers it
    [[nodiscard]] std::size_t use(planned_resource& r, const std::string& placeholder_name, const explicit_use& u) const
    {
        const std::string& parent = resource(*r.parent).name;
        if (u.resource == parent) {
            return bind_field_of_parent(r, placeholder_name, parent, u.field, planned_binding::reason::named);
        }
        return inherit(r, placeholder_name, *find_binding(*r.parent, u.resource, u.field));
    }

    /// Fills a placeholder of a path whose parent was decided by another one.
    /// \param is_last it is the last one that is inferred, so it may name the parent's own field
    bool take_over(std::size_t i, std::size_t k, bool is_last)
    {
        planned_resource& r = drafts_[i].result;
        const placeholder& gap = r.config.path.placeholders()[k];
        const planned_resource& parent = drafts_[*r.parent].result;
        std::string segment;
        const auto found = candidates(i, gap, segment);
        const bool names_parent = found.size() == 1 && found.front().resource == *r.parent;
        const auto bind_own_field = [&] {
            r.path_values.push_back(
                bound(bind_field_of_parent(r, gap.name, parent.config.name, field_of(gap.name), found.front().why)));
            return true;
        };
        if (is_last && names_parent) {
            return bind_own_field();
        }

        // By name; where the parent's path begins as this one does, by position, as a name may stand twice.
        const auto parent_gaps = parent.config.path.placeholders();
        const bool same_start = k < parent_gaps.size() && parent_gaps[k].name == gap.name
            && comparable(*r.parent, parent_gaps[k].before, true) == comparable(i, gap.before, true);
        std::vector<std::size_t> matches;
        for (std::size_t n = 0; n < parent_gaps.size(); ++n) {
            if (same_start ? n == k : parent_gaps[n].name == gap.name) {
                matches.push_back(n);
            }
        }
        if (matches.size() == 1) {
            const planned_value& value = parent.path_values[matches.front()];
            r.path_values.push_back(value.binding ? bound(inherit(r, gap.name, *value.binding)) : value);
            return true;
        }
        if (matches.size() > 1) {
            drafts_[i].problems.add(path_key(i), resource(i).name,
                gap.text() + " stands " + std::to_string(matches.size()) + " times in the path of its parent "
                    + in_quotes(parent.config.name) + "; write which field it is, as in "
                    + explicit_form("parent", field_of(gap.name)));
            return false;
        }
        if (names_parent) {
            return bind_own_field();
        }
        if (found.size() != 1) {
            add_unfilled(i, gap, found, segment);
            return false;
        }
        const std::string& other = resource(found.front().resource).name;
        if (const auto index = find_binding(*r.parent, other, field_of(gap.name))) {
            r.path_values.push_back(bound(inherit(r, gap.name, *index)));
            return true;
        }
        drafts_[i].problems.add(path_key(i), resource(i).name,
            "has two different parents, " + in_quotes(parent.config.name) + " and, by " + gap.text() + ", "
                + in_quotes(other)
                + "; a resource has one, and takes from others only what that one "
                  "is bound to itself");
        return false;
    }

    /// Fills the placeholders of parameters, headers and the body. \pre those of the path are filled
    void fill_texts(std::size_t i)
    {
        planned_resource& r = drafts_[i].result;
        const auto gaps = r.config.path.placeholders();
        for (auto* texts : {&r.params, &r.headers, &r.json_texts}) {
            for (planned_text& text : *texts) {
                for (const placeholder& gap : text.parsed.placeholders()) {
                    const auto same = std::find_if(
                        gaps.begin(), gaps.end(), [&](const placeholder& g) { return g.name == gap.name; });
                    if (gap.is_explicit()) {
                        const explicit_use u({}, gap.resource, gap.field);
                        text.values.push_back(bound(use(r, gap.name, u)));
                    } else if (auto value = constant(i, gap.name)) {
                        text.values.push_back(std::move(*value));
                    } else if (same != gaps.end()) {
                        text.values.push_back(r.path_values[static_cast<std::size_t>(same - gaps.begin())]);
                    } else {
                        drafts_[i].problems.add(place_of_text(i, *texts, text), resource(i).name,
                            "nothing fills " + gap.text() + "; write {resources.parent.field}, give --param " + gap.name
                                + "=VALUE, or write {{" + gap.name + "}} for the text itself");
                    }
                }
            }
        }
    }

    void include_from_parent(std::size_t i)
    {
        draft& d = drafts_[i];
        planned_resource& r = d.result;
        const std::string key = resource(i).key_path + ".include_from_parent";
        if (!r.config.include_from_parent.empty() && !r.parent) {
            d.problems.add(key, r.config.name, "the resource has no parent");
            return;
        }
        for (const std::string& field : r.config.include_from_parent) {
            const planned_resource& parent = drafts_[*r.parent].result;
            const std::size_t before = r.bindings.size();
            const std::size_t at =
                bind_field_of_parent(r, {}, parent.config.name, field, planned_binding::reason::included);
            // A column that the parent has from its own parent (`_groups_id`), as in dlt.
            for (std::size_t n = 0; n < parent.bindings.size(); ++n) {
                if (at == before && "_" + parent.bindings[n].resource + "_" + parent.bindings[n].field == field) {
                    r.bindings[at].inherited = n;
                }
            }
        }
    }

    /// Two bindings must not share a column (`a_b` + `c`, `a` + `b_c`).
    void check_columns(std::size_t i)
    {
        draft& d = drafts_[i];
        std::set<std::string> columns;
        for (const planned_binding& b : d.result.bindings) {
            const std::string column = "_" + b.resource + "_" + b.field;
            if (!columns.insert(column).second) {
                d.problems.add(resource(i).key_path, resource(i).name,
                    "two fields of its parents would be stored in the column " + in_quotes(column)
                        + "; rename one of the parents");
            }
        }
    }

    /// Gathers the problems of what is part of the plan.
    void report(const std::vector<bool>& needed, const std::vector<bool>& stored)
    {
        std::map<std::pair<std::string, std::string>, std::vector<std::size_t>> unfilled;
        std::vector<std::pair<std::string, std::string>> order;
        for (std::size_t i = 0; i < drafts_.size(); ++i) {
            if (!needed[i]) {
                continue;
            }
            for (const std::string& problem : drafts_[i].problems.problems()) {
                problems_.add({}, {}, problem);
            }
            for (const auto& gap : drafts_[i].unfilled) {
                auto& resources = unfilled[gap];
                if (resources.empty()) {
                    order.push_back(gap);
                }
                resources.push_back(i);
            }
            const resource_config& r = resource(i);
            if (stored[i] && !options_.full_refresh && r.disposition == write_disposition::merge
                && r.primary_key.empty())
            {
                problems_.add(r.key_path + ".primary_key", r.name,
                    "is missing, and a merge needs it; name the fields that identify a row, or write "
                    "\"write_disposition\": \"append\" or \"replace\"");
            }
        }
        for (const auto& gap : order) {
            const auto& resources = unfilled[gap];
            const std::size_t first = resources.front();
            std::string text = gap.first + " in '" + resource(first).path.text() + "'";
            if (resources.size() > 1) {
                text += " and in the paths of ";
                constexpr std::size_t most = 4;
                const std::size_t shown = std::min(most, resources.size() - 1);
                for (std::size_t n = 1; n <= shown; ++n) {
                    text += (n == 1 ? "" : ", ") + in_quotes(resource(resources[n]).name);
                }
                if (resources.size() - 1 > shown) {
                    text += " and " + std::to_string(resources.size() - 1 - shown) + " more";
                }
            }
            problems_.add(path_key(first), resource(first).name, text + ": " + gap.second);
        }
        problems_.throw_if_any();
    }

    plan assemble(const std::vector<bool>& needed, const std::vector<bool>& stored)
    {
        plan out;
        out.client = config_.client;
        out.warnings = config_.warnings;
        std::vector<std::size_t> position(drafts_.size(), 0);
        for (std::size_t i = 0; i < drafts_.size(); ++i) {
            if (needed[i]) {
                position[i] = out.resources.size();
                out.resources.push_back(std::move(drafts_[i].result));
                out.resources.back().stored = stored[i];
                if (options_.full_refresh) {
                    out.resources.back().config.disposition = write_disposition::replace;
                }
            }
        }
        for (std::size_t n = 0; n < out.resources.size(); ++n) {
            planned_resource& r = out.resources[n];
            if (!r.parent) {
                out.roots.push_back(n);
                continue;
            }
            r.parent = position[*r.parent];
            out.resources[*r.parent].children.push_back(n);
        }
        std::vector<std::size_t> open = out.roots;
        while (!open.empty()) {
            const std::size_t n = open.back();
            open.pop_back();
            for (const std::size_t child : out.resources[n].children) {
                out.resources[child].depth = out.resources[n].depth + 1;
                open.push_back(child);
            }
        }
        return out;
    }

    const source_config& config_;
    const plan_options& options_;
    std::vector<draft> drafts_;
    std::vector<std::string_view> names_;
    std::vector<std::size_t> stack_; ///< resources under way, each needed by the one before
    problem_list problems_;
};

} // namespace detail

COREST_DECL table planned_resource::destination_table() const
{
    table out(config.table_name, config.disposition, config.primary_key);
    for (const planned_binding& b : bindings) {
        out.binding_columns.push_back("_" + b.resource + "_" + b.field);
    }
    return out;
}

COREST_DECL std::optional<std::size_t> plan::find(std::string_view name) const noexcept
{
    for (std::size_t n = 0; n < resources.size(); ++n) {
        if (resources[n].config.name == name) {
            return n;
        }
    }
    return std::nullopt;
}

COREST_DECL plan make_plan(const source_config& config, const plan_options& options)
{
    return detail::planner(config, options).make();
}

} // namespace corest::source
