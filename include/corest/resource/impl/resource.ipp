#pragma once

#include <corest/resource/resource.hpp>

#include <corest/concurrency/flat_map.hpp>
#include <corest/error.hpp>
#include <corest/http/url.hpp>
#include <corest/resource/bind.hpp>
#include <corest/resource/path_template.hpp>

#include <algorithm>
#include <optional>

namespace corest {

struct resource::definition {
    definition(client of, std::string with_method, std::string with_path, std::string with_body)
        : api(std::move(of)),
          method(std::move(with_method)),
          path(with_path),
          body(std::move(with_body))
    {
    }

    client api;
    std::string method;
    path_template path;
    std::string body;
    std::vector<std::pair<std::string, std::string>> query;
    corest::headers headers;
    any_paginator paging = standard_links();
    selector where;
    std::uint64_t limit = walk_plan::unlimited;
    std::string name;
    std::shared_ptr<walk_statistics> statistics = std::make_shared<walk_statistics>();

    // Of a child:
    std::shared_ptr<const definition> parent;
    std::size_t concurrency = 8;
    bool ordered = false;
    std::vector<std::pair<std::string, std::string>> binds;

    /// A changed copy has counted nothing yet.
    [[nodiscard]] std::shared_ptr<definition> copy() const
    {
        auto other = std::make_shared<definition>(*this);
        other->statistics = std::make_shared<walk_statistics>();
        return other;
    }

    /// The field of the parent's record that fills a placeholder.
    [[nodiscard]] std::string field_for(const std::string& placeholder, const record& from) const
    {
        const auto said =
            std::find_if(binds.begin(), binds.end(), [&](const auto& b) { return b.first == placeholder; });
        if (said != binds.end()) {
            return said->second;
        }
        const auto underscore = placeholder.rfind('_');
        if (underscore == std::string::npos || from.raw(placeholder)) {
            return placeholder;
        }
        return placeholder.substr(underscore + 1);
    }

    [[nodiscard]] bool is_bound(const std::string& placeholder) const
    {
        return std::any_of(binds.begin(), binds.end(), [&](const auto& b) { return b.first == placeholder; });
    }

    [[nodiscard]] binding_list bind(const record& from) const
    {
        std::vector<binding> all;
        const auto gaps = path.placeholders();
        for (std::size_t i = 0; i < gaps.size(); ++i) {
            const std::string& gap = gaps[i].name;
            if (std::any_of(all.begin(), all.end(), [&](const binding& b) { return b.placeholder == gap; })) {
                continue;
            }
            const auto& above = from.page().bindings();
            const auto inherited =
                std::find_if(above.begin(), above.end(), [&](const binding& b) { return b.placeholder == gap; });
            if (i + 1 < gaps.size() && inherited != above.end() && !is_bound(gap)) {
                all.push_back(*inherited);
            } else {
                all.push_back(bind_field(from, gap, parent->name, field_for(gap, from)));
            }
        }
        return std::make_shared<const std::vector<binding>>(std::move(all));
    }

    /// The walk of one collection: the root's, or that of one parent.
    [[nodiscard]] walk_plan plan_walk(binding_list bindings, const record* from) const
    {
        const std::string expanded = path.expand([&](const placeholder& gap) -> std::optional<std::string> {
            for (const binding& b : *bindings) {
                if (b.placeholder == gap.name) {
                    return b.text;
                }
            }
            return std::nullopt;
        });
        request first(method, join_url(api.base_url(), expanded));
        first.headers = headers;
        first.body = body;
        if (!body.empty()) {
            first.headers.set("Content-Type", "application/json");
            first.idempotent = true;
        }
        for (const auto& [key, value] : query) {
            set_query(first.url, key, value);
        }
        walk_plan plan(api, std::move(first), paging);
        plan.where = where;
        plan.resource = name;
        plan.bindings = std::move(bindings);
        plan.limit = limit;
        plan.statistics = statistics;
        if (from != nullptr) {
            plan.parent_page = from->page();
            plan.parent_index = from->index();
        }
        return plan;
    }
};

namespace detail {

COREST_DECL async_generator<record> records_of(async_generator<page> pages)
{
    while (auto p = co_await pages.pull()) {
        for (std::size_t i = 0; i < p->size(); ++i) {
            co_yield (*p)[i];
        }
    }
}

} // namespace detail

/// Makes the walk of a parent's children. A named class: GCC gives a lambda in a header no linkage.
class resource::child_walks {
public:
    explicit child_walks(std::shared_ptr<const definition> of) : of_(std::move(of)) {}
    [[nodiscard]] async_generator<page> operator()(record parent) const
    {
        return walk(of_->plan_walk(of_->bind(parent), &parent));
    }

private:
    std::shared_ptr<const definition> of_;
};

COREST_DECL resource::resource(client api, std::string method, std::string path, std::string body)
    : definition_(std::make_shared<definition>(std::move(api), std::move(method), std::move(path), std::move(body)))
{
    if (const auto gaps = definition_->path.placeholders(); !gaps.empty()) {
        throw error(errc::invalid_argument,
            "the path " + definition_->path.text() + " has the placeholder " + gaps[0].text() + " and no parent",
            "Compose it with a parent: parent | expand(\"" + definition_->path.source() + "\")");
    }
}

COREST_DECL async_generator<page> resource::pages() const
{
    if (!definition_->parent) {
        return walk(definition_->plan_walk(std::make_shared<const std::vector<binding>>(), nullptr));
    }
    auto parents = detail::records_of(resource(definition_->parent).pages());
    child_walks make(definition_);
    const std::size_t width = definition_->concurrency;
    // A page per child may wait for the consumer: enough to keep all of them busy.
    return definition_->ordered ? flat_map_ordered(std::move(parents), std::move(make), width, 1)
                                : flat_map(std::move(parents), std::move(make), width, width);
}

COREST_DECL resource resource::with_paginator(any_paginator p) const
{
    auto d = definition_->copy();
    d->paging = std::move(p);
    return resource(std::move(d));
}

COREST_DECL resource resource::with_selector(selector s) const
{
    auto d = definition_->copy();
    d->where = std::move(s);
    return resource(std::move(d));
}

COREST_DECL resource resource::with_limit(std::uint64_t records) const
{
    auto d = definition_->copy();
    d->limit = records;
    return resource(std::move(d));
}

COREST_DECL resource resource::with_name(std::string name) const
{
    auto d = definition_->copy();
    d->name = std::move(name);
    return resource(std::move(d));
}

COREST_DECL resource resource::with_query(std::string name, std::string value) const
{
    auto d = definition_->copy();
    d->query.emplace_back(std::move(name), std::move(value));
    return resource(std::move(d));
}

COREST_DECL resource resource::with_header(std::string name, std::string value) const
{
    auto d = definition_->copy();
    d->headers.set(name, std::move(value));
    return resource(std::move(d));
}

COREST_DECL resource resource::with_child(const expand& how) const
{
    auto d = std::make_shared<definition>(definition_->api, "GET", how.path_, std::string());
    if (!d->path.has_placeholders()) {
        throw error(errc::invalid_argument,
            "expand(\"" + how.path_ + "\") has no placeholder: every parent would lead to the same collection",
            "Name the parent's field in the path, as in /projects/<id>/samples");
    }
    for (const auto& [placeholder_name, field] : how.binds_) {
        const auto gaps = d->path.placeholders();
        const std::string& wanted = placeholder_name;
        if (std::none_of(gaps.begin(), gaps.end(), [&](const placeholder& g) { return g.name == wanted; })) {
            throw error(
                errc::invalid_argument, "expand(\"" + how.path_ + "\") has no placeholder '" + wanted + "' to bind");
        }
    }
    d->parent = definition_;
    d->concurrency = std::max<std::size_t>(how.concurrency_, 1);
    d->ordered = how.ordered_;
    d->binds = how.binds_;
    return resource(std::move(d));
}

COREST_DECL const walk_statistics& resource::statistics() const
{
    return *definition_->statistics;
}

} // namespace corest
