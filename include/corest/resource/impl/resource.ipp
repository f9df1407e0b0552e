#pragma once

#include <corest/resource/resource.hpp>

#include <corest/concurrency/detail/hosted.hpp>
#include <corest/error.hpp>
#include <corest/resource/binding_rule.hpp>
#include <corest/resource/collection.hpp>
#include <corest/resource/path_template.hpp>
#include <corest/resource/receive_report.hpp>
#include <corest/resource/tree.hpp>
#include <corest/resource/walk.hpp>

#include <algorithm>
#include <exception>
#include <string_view>

namespace corest {

struct resource::definition {
    /// \param text the path, as it was written
    definition(client api, const std::string& method, path_template text, std::string body)
        : content(std::move(api), request_template(request(method, {}))),
          path(std::move(text))
    {
        request& fixed = content.requests.fixed;
        fixed.url = content.api.base_url();
        if (!body.empty()) {
            fixed.body = std::move(body);
            fixed.headers.set("Content-Type", detail::json_media_type);
            fixed.idempotent = true;
        }
    }

    collection content;
    path_template path;
    std::vector<std::size_t> gap_rules; ///< of each placeholder of the path, its position in `content.bindings`
    detail::page_maker made_pages;      ///< of a root that is not asked for; empty otherwise

    // Of a child:
    std::shared_ptr<const definition> parent;
    std::size_t concurrency = 8;
    bool ordered = false;

    /// A changed copy has counted nothing yet.
    [[nodiscard]] std::shared_ptr<definition> copy() const
    {
        auto other = std::make_shared<definition>(*this);
        other->content.statistics = std::make_shared<walk_statistics>();
        return other;
    }

    /// Makes the rules by which the placeholders are filled. \pre the parent is known
    /// \param named fields that the flow binds placeholders to
    void bind(const std::vector<std::pair<std::string, std::string>>& named)
    {
        const auto gaps = path.placeholders();
        for (std::size_t i = 0; i < gaps.size(); ++i) {
            gap_rules.push_back(gaps[i].is_incremental() ? 0 : share_rule(content.bindings, rule_for(i, named)));
        }
        fill_path();
    }

    /// Makes the template of the path. \pre the placeholders' rules are known
    void fill_path()
    {
        const auto gaps = path.placeholders();
        std::vector<placeholder_value> values;
        for (std::size_t i = 0; i < gaps.size(); ++i) {
            if (const auto use = cursor_use_of(gaps[i].name)) {
                values.emplace_back(content.bindings.size(), *use);
            } else {
                values.emplace_back(gap_rules[i]);
            }
        }
        content.requests.path = filled_template(path, std::move(values));
    }

    /// A path of a report. \pre the placeholders' rules are known
    [[nodiscard]] response_path report_path(const std::optional<path_template>& written) const
    {
        if (!written) {
            return {};
        }
        std::vector<placeholder_value> values;
        std::size_t fields = 0;
        for (const placeholder& gap : written->placeholders()) {
            const auto use = cursor_use_of(gap.name);
            const auto own = path.placeholders();
            const auto same =
                std::find_if(own.begin(), own.end(), [&](const placeholder& other) { return other.name == gap.name; });
            if (gap.is_response()) {
                values.push_back(response_path::value_of_field(content.bindings.size(), fields++));
            } else if (use) {
                values.emplace_back(content.bindings.size(), *use);
            } else if (same != own.end()) {
                values.emplace_back(gap_rules[static_cast<std::size_t>(same - own.begin())]);
            } else {
                throw error(errc::invalid_argument,
                    "nothing fills " + gap.text() + " in poll's path " + written->text(),
                    "Write {response." + gap.name + "} for a field of a response, or a placeholder of " + path.text());
            }
        }
        return {*written, std::move(values)};
    }

    /// Has a value of the cursor sent with every request, where there is one.
    void send_cursor(const std::string& parameter, cursor_use use, std::string_view text)
    {
        if (!parameter.empty()) {
            content.requests.query.emplace_back(parameter,
                filled_template(
                    path_template(text, path_template::kind::text), {placeholder_value(content.bindings.size(), use)}),
                true, true);
        }
    }

    /// Adds this resource and those above it to a tree.
    /// \param functions of the user's are called through it
    /// \return its position
    std::size_t add_to(tree& all, const std::shared_ptr<const definition>& self,
        const std::shared_ptr<detail::call_gate>& functions) const
    {
        const std::shared_ptr<const collection> shared(self, &content);
        if (!parent) {
            tree_node root(shared);
            if (made_pages) {
                root.made_pages = [make = made_pages, functions] { return make(functions); };
            }
            return all.add(std::move(root));
        }
        tree_node node(shared, parent->add_to(all, parent, functions));
        node.concurrency = concurrency;
        node.ordered = ordered;
        node.pages_in_hand = concurrency; // a page of each child may wait for the consumer: all of them are kept busy
        return all.add(std::move(node));
    }

private:
    [[nodiscard]] binding_rule rule_for(
        std::size_t index, const std::vector<std::pair<std::string, std::string>>& named) const
    {
        const auto gaps = path.placeholders();
        const std::string& name = gaps[index].name;
        const auto is_same = [&](const placeholder& gap) { return gap.name == name; };
        const bool again = std::any_of(gaps.begin() + static_cast<std::ptrdiff_t>(index) + 1, gaps.end(), is_same);
        const auto stated = std::find_if(named.begin(), named.end(), [&](const auto& n) { return n.first == name; });
        const bool is_stated = stated != named.end() && !again; // of a name that stands several times the last is meant
        binding_rule rule =
            is_stated ? binding_rule::name(name, parent->content.name, stated->second) : infer_rule(index);
        rule.hint = "Name another field, as in expand(\"" + path.source() + "\").bind(\"" + name + "\", \"FIELD\")";
        return rule;
    }

    /// The rule of a placeholder that the flow does not bind itself.
    [[nodiscard]] binding_rule infer_rule(std::size_t index) const
    {
        const auto gaps = path.placeholders();
        if (gaps[index].is_response()) {
            throw error(errc::invalid_argument,
                "expand(\"" + path.source() + "\"): no response comes before the one that " + gaps[index].text()
                    + " is a part of",
                "Fields of responses fill the paths of poll(...)");
        }
        const std::string& name = gaps[index].name;
        const auto same_text = [](std::string_view a, std::string_view b) { return a == b; };
        const bool is_last = std::all_of(gaps.begin() + static_cast<std::ptrdiff_t>(index) + 1, gaps.end(),
            [](const placeholder& gap) { return gap.is_incremental(); });
        const placeholder_source source =
            find_source(gaps, index, is_last, true, parent->path.placeholders(), same_text);
        if (source.origin == placeholder_source::kind::ambiguous) {
            throw error(errc::invalid_argument,
                "expand(\"" + path.source() + "\"): " + gaps[index].text() + " stands " + std::to_string(source.matches)
                    + " times in the path of its parent, " + parent->path.text(),
                "Give the placeholders names that differ");
        }
        if (source.origin == placeholder_source::kind::inherited) {
            const std::size_t above = parent->gap_rules[source.position];
            return binding_rule::inherit(name, parent->content.bindings[above], above);
        }
        return binding_rule::infer(name, parent->content.name);
    }
};

namespace detail {

namespace tree_leaf {

/// The pages of a tree's last node. The first failure of any node ends the walk, when all that works for it has ended.
COREST_DECL async_generator<std::vector<page>> pages(tree all)
{
    const std::size_t leaf = all.nodes().size() - 1;
    auto events = event_lots(all);
    std::exception_ptr failure;
    std::optional<std::vector<tree_event>> lot; // until the end: what is not answered by then opens no walk any more
    while (!failure) {
        lot = co_await events.pull();
        if (!lot) {
            break;
        }
        std::vector<page> found;
        for (tree_event& event : *lot) {
            if (event.is_end() && event.failure()) {
                failure = event.failure();
                break;
            }
            event.accept();
            if (event.node() == leaf && event.page()) {
                found.push_back(event.page());
            }
        }
        if (!found.empty()) {
            co_yield std::move(found);
        }
    }
    if (failure) {
        co_await events.close();
        std::rethrow_exception(failure);
    }
}

} // namespace tree_leaf

} // namespace detail

COREST_DECL resource::resource(client api, std::string method, std::string path, std::string body)
{
    auto made = std::make_shared<definition>(std::move(api), method, path_template(path), std::move(body));
    for (const placeholder& gap : made->path.placeholders()) {
        if (!gap.is_incremental()) {
            throw error(errc::invalid_argument,
                "the path " + made->path.text() + " has the placeholder " + gap.text() + " and no parent",
                "Compose it with a parent: parent | expand(\"" + made->path.source() + "\")");
        }
    }
    made->fill_path();
    definition_ = std::move(made);
}

COREST_DECL async_generator<page> resource::pages() const
{
    if (!definition_->parent) { // a tree of one walk, without the machinery
        return walk(page_walk(std::shared_ptr<const collection>(definition_, &definition_->content)));
    }
    tree all;
    const auto functions = std::make_shared<detail::call_gate>();
    static_cast<void>(definition_->add_to(all, definition_, functions));
    // Where the client is, so that none of its requests, but only the pages, go from one executor to another.
    const net::any_io_executor home = definition_->content.api.executor();
    return detail::hosted_lots(detail::tree_leaf::pages(std::move(all)), home, functions);
}

COREST_DECL tree resource::as_tree() const
{
    tree all;
    static_cast<void>(definition_->add_to(all, definition_, std::make_shared<detail::call_gate>()));
    return all;
}

COREST_DECL resource resource::with_paginator(any_paginator p) const
{
    auto d = definition_->copy();
    d->content.paginator = std::move(p);
    return resource(std::move(d));
}

COREST_DECL resource resource::with_selector(selector s) const
{
    auto d = definition_->copy();
    d->content.selector = std::move(s);
    return resource(std::move(d));
}

COREST_DECL resource resource::with_limit(std::uint64_t records) const
{
    auto d = definition_->copy();
    d->content.limit = records;
    return resource(std::move(d));
}

COREST_DECL resource resource::with_decoder(body_decoder d) const
{
    auto changed = definition_->copy();
    changed->content.decoder = std::move(d);
    return resource(std::move(changed));
}

COREST_DECL resource resource::with_max_pages(std::uint64_t pages) const
{
    if (pages == 0) {
        throw error(errc::invalid_argument, "max_pages is 0, so no page would be asked for", "Give a number of pages");
    }
    auto d = definition_->copy();
    d->content.max_pages = pages;
    return resource(std::move(d));
}

COREST_DECL resource resource::with_record_step(record_step step) const
{
    auto d = definition_->copy();
    d->content.steps.push_back(std::move(step));
    return resource(std::move(d));
}

COREST_DECL resource resource::with_name(std::string name) const
{
    auto d = definition_->copy();
    d->content.name = std::move(name);
    return resource(std::move(d));
}

COREST_DECL resource resource::with_query(std::string name, std::string value) const
{
    auto d = definition_->copy();
    d->content.requests.query.emplace_back(std::move(name), filled_template(std::move(value)), true);
    return resource(std::move(d));
}

COREST_DECL resource resource::with_header(std::string name, std::string value) const
{
    auto d = definition_->copy();
    d->content.requests.fixed.headers.set(name, std::move(value));
    return resource(std::move(d));
}

COREST_DECL resource resource::with_ignored_statuses(const std::vector<unsigned>& statuses) const
{
    for (const unsigned status : statuses) {
        if (status < 300 || status > 599) {
            throw error(errc::invalid_argument,
                "ignore_status({" + std::to_string(status) + "}): that is not the status of a failure",
                "Name statuses from 300 to 599, such as 404 and 410");
        }
    }
    auto d = definition_->copy();
    d->content.ignored_statuses.insert(d->content.ignored_statuses.end(), statuses.begin(), statuses.end());
    return resource(std::move(d));
}

COREST_DECL resource resource::with_completeness() const
{
    auto d = definition_->copy();
    d->content.must_be_complete = true;
    return resource(std::move(d));
}

COREST_DECL resource resource::with_report(const poll& settings) const
{
    auto d = definition_->copy();
    d->content.report = std::make_shared<const report_rules>(
        settings, d->report_path(settings.path()), d->report_path(settings.download()), &detail::receive_report);
    return resource(std::move(d));
}

COREST_DECL resource resource::with_incremental(std::shared_ptr<const cursor_rules> rules,
    std::shared_ptr<cursor_reader> states, const std::string& start_param, const std::string& end_param,
    std::uint64_t reset_after_pages) const
{
    auto d = definition_->copy();
    d->content.incremental = std::move(rules);
    d->content.cursors = std::move(states);
    d->content.reset_after_pages = reset_after_pages;
    d->send_cursor(
        start_param, reset_after_pages == 0 ? cursor_use::start : cursor_use::last, "{incremental.start_value}");
    d->send_cursor(end_param, cursor_use::end, "{incremental.end_value}");
    return resource(std::move(d));
}

COREST_DECL resource resource::with_child(const expansion& child) const
{
    const client& api = child.api_ ? *child.api_ : definition_->content.api;
    auto d = std::make_shared<definition>(api, "GET", path_template(child.path_), std::string());
    const auto all_gaps = d->path.placeholders();
    if (std::all_of(all_gaps.begin(), all_gaps.end(), [](const placeholder& gap) { return gap.is_incremental(); })) {
        throw error(errc::invalid_argument,
            "expand(\"" + child.path_ + "\") has no placeholder: every parent would lead to the same collection",
            "Name the parent's field in the path, as in /projects/<id>/samples");
    }
    for (const auto& [placeholder_name, field] : child.binds_) {
        const auto gaps = d->path.placeholders();
        const std::string& wanted = placeholder_name;
        if (std::none_of(gaps.begin(), gaps.end(), [&](const placeholder& g) { return g.name == wanted; })) {
            throw error(
                errc::invalid_argument, "expand(\"" + child.path_ + "\") has no placeholder '" + wanted + "' to bind");
        }
    }
    d->parent = definition_;
    d->concurrency = std::max<std::size_t>(child.concurrency_, 1);
    d->ordered = child.ordered_;
    d->content.group_size = std::max<std::size_t>(child.group_size_, 1);
    d->content.skips_lacking = child.skips_missing_;
    d->bind(child.binds_);
    const auto is_inherited = [](const binding_rule& rule) { return rule.kind == binding_rule::origin::inherited; };
    const auto& rules = d->content.bindings;
    if (definition_->content.group_size != 1 && std::any_of(rules.begin(), rules.end(), is_inherited)) {
        throw error(errc::invalid_argument,
            "expand(\"" + child.path_
                + "\") takes a value over from its parent's path, which holds those of several records",
            "Leave it out, or leave group_size out of the parent's expand");
    }
    return resource(std::move(d));
}

namespace detail {

COREST_DECL resource expand_made(page_maker pages, const expansion& child)
{
    if (!child.api_) {
        throw error(errc::invalid_argument,
            "expand(\"" + child.path_ + "\") stands behind values, and nothing says which API to ask",
            "Give it a client: expand(api, \"" + child.path_ + "\")");
    }
    auto root = std::make_shared<resource::definition>(*child.api_, "GET", path_template(), std::string());
    root->content.name = "values";
    root->made_pages = std::move(pages);
    return resource(std::move(root)).with_child(child);
}

COREST_DECL std::string only_placeholder(const expansion& child)
{
    const path_template path(child.path_);
    const auto gaps = path.placeholders();
    for (const placeholder& gap : gaps) {
        if (gap.name != gaps.front().name) {
            throw error(errc::invalid_argument,
                "expand(\"" + child.path_ + "\") has several placeholders, and a value that has no fields fills one",
                "Give it records, or structs that are described with BOOST_DESCRIBE_STRUCT");
        }
    }
    return gaps.empty() ? std::string() : gaps.front().name; // without any, it is refused as behind a resource
}

} // namespace detail

COREST_DECL const walk_statistics& resource::statistics() const
{
    return *definition_->content.statistics;
}

} // namespace corest
