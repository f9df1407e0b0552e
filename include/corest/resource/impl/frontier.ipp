#pragma once

#include <corest/resource/frontier.hpp>

#include <corest/error.hpp>
#include <corest/resource/collection.hpp>
#include <corest/resource/tree.hpp>
#include <corest/select/decode.hpp>
#include <corest/select/encode.hpp>
#include <corest/select/record.hpp>

#include <boost/describe/class.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace corest {

namespace detail {

namespace frontier_text {

// The text's form. Members are written and read by their names.

struct saved_binding {
    std::string placeholder;
    std::string resource;
    std::string field;
    std::string json;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(saved_binding, (), (placeholder, resource, field, json, text))

struct saved_walk {
    std::uint64_t walk = 0;
    std::uint64_t node = 0;
    std::uint64_t pages = 0;
    std::uint64_t records = 0;
    std::uint64_t fingerprint = 0;
    std::optional<std::string> position;
    std::vector<saved_binding> bindings;
    std::vector<std::string> parents;
};
BOOST_DESCRIBE_STRUCT(saved_walk, (), (walk, node, pages, records, fingerprint, position, bindings, parents))

struct saved_node {
    std::string name;
    std::uint64_t pages = 0;
    std::uint64_t records = 0;
    std::uint64_t largest_page = 0;
};
BOOST_DESCRIBE_STRUCT(saved_node, (), (name, pages, records, largest_page))

struct saved_frontier {
    std::uint64_t version = 1;
    bool parents = false;
    std::uint64_t last_walk = 0;
    std::vector<saved_node> nodes;
    std::vector<saved_walk> walks;
};
BOOST_DESCRIBE_STRUCT(saved_frontier, (), (version, parents, last_walk, nodes, walks))

[[noreturn]] inline void refuse(const std::string& fault)
{
    throw error(errc::invalid_argument, "cannot go on from this state: " + fault,
        "It belongs to another flow or another version of it: start from the beginning, with an empty state");
}

} // namespace frontier_text

} // namespace detail

COREST_DECL frontier::frontier(const tree& all, bool keep_parents)
    : keep_parents_(keep_parents),
      progress_(all.nodes().size())
{
    for (std::size_t i = 0; i < all.nodes().size(); ++i) {
        const tree_node& node = all.nodes()[i];
        names_.push_back(node.content->name);
        if (!node.parent) {
            walks_.emplace(++last_walk_, open_walk(i));
        }
    }
}

COREST_DECL void frontier::take(const tree_event& event)
{
    if (event.is_end()) {
        if (event.is_complete()) { // a limit may have kept walks from being read
            std::erase_if(walks_, [&](const auto& each) { return each.second.node == event.node(); });
        }
        return;
    }
    node_progress& node = progress_[event.node()];
    ++node.pages;
    node.records += event.page().size();
    node.largest_page = std::max(node.largest_page, event.position().largest_page);
    const auto walk = walks_.find(event.walk());
    for (const opened_walk& opened : event.opened()) {
        open_walk child(opened.node);
        child.bindings = *opened.bindings;
        if (keep_parents_) {
            child.parents.emplace_back(event.page().json(opened.record));
            if (walk != walks_.end()) {
                child.parents.insert(child.parents.end(), walk->second.parents.begin(), walk->second.parents.end());
            }
        }
        last_walk_ = std::max(last_walk_, opened.walk);
        walks_.emplace(opened.walk, std::move(child));
    }
    if (walk == walks_.end()) {
        return;
    }
    if (event.is_last()) {
        walks_.erase(walk);
    } else {
        walk->second.position = event.position();
    }
}

COREST_DECL std::string frontier::text() const
{
    detail::frontier_text::saved_frontier saved;
    saved.parents = keep_parents_;
    saved.last_walk = last_walk_;
    for (std::size_t i = 0; i < names_.size(); ++i) {
        detail::frontier_text::saved_node node;
        node.name = names_[i];
        node.pages = progress_[i].pages;
        node.records = progress_[i].records;
        node.largest_page = progress_[i].largest_page;
        saved.nodes.push_back(std::move(node));
    }
    for (const auto& [number, walk] : walks_) {
        detail::frontier_text::saved_walk one;
        one.walk = number;
        one.node = walk.node;
        one.pages = walk.position.pages;
        one.records = walk.position.records;
        one.fingerprint = walk.position.fingerprint;
        one.position = walk.position.paginator;
        for (const binding& b : walk.bindings) {
            detail::frontier_text::saved_binding value;
            value.placeholder = b.placeholder;
            value.resource = b.resource;
            value.field = b.field;
            value.json = b.json;
            value.text = b.text;
            one.bindings.push_back(std::move(value));
        }
        one.parents = walk.parents;
        saved.walks.push_back(std::move(one));
    }
    std::string text;
    append_json(text, saved);
    return text;
}

COREST_DECL frontier frontier::parse(const tree& all, std::string_view text)
{
    detail::frontier_text::saved_frontier saved;
    try {
        saved = decode<detail::frontier_text::saved_frontier>(text);
    } catch (const error& e) {
        detail::frontier_text::refuse("it is not a state's text (" + e.message() + ")");
    }
    frontier read(all, saved.parents);
    read.walks_.clear();
    if (saved.version != 1 || saved.nodes.size() != read.names_.size()) {
        detail::frontier_text::refuse("it has " + std::to_string(saved.nodes.size()) + " resources, expected "
            + std::to_string(read.names_.size()));
    }
    for (std::size_t i = 0; i < saved.nodes.size(); ++i) {
        const detail::frontier_text::saved_node& node = saved.nodes[i];
        if (node.name != read.names_[i]) {
            detail::frontier_text::refuse(
                "its resource " + std::to_string(i + 1) + " is " + node.name + ", expected " + read.names_[i]);
        }
        read.progress_[i].pages = node.pages;
        read.progress_[i].records = node.records;
        read.progress_[i].largest_page = node.largest_page;
    }
    for (detail::frontier_text::saved_walk& one : saved.walks) {
        if (one.node >= read.names_.size()) {
            detail::frontier_text::refuse("a walk belongs to no resource");
        }
        open_walk walk(static_cast<std::size_t>(one.node));
        walk.position.pages = one.pages;
        walk.position.records = one.records;
        walk.position.fingerprint = one.fingerprint;
        walk.position.paginator = std::move(one.position);
        walk.position.largest_page = read.progress_[walk.node].largest_page;
        for (detail::frontier_text::saved_binding& b : one.bindings) {
            walk.bindings.emplace_back(std::move(b.placeholder), std::move(b.resource), std::move(b.field),
                std::move(b.json), std::move(b.text));
        }
        walk.parents = std::move(one.parents);
        read.walks_.emplace(one.walk, std::move(walk));
    }
    read.last_walk_ = saved.last_walk;
    return read;
}

} // namespace corest
