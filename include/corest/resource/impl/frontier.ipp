#pragma once

#include <corest/resource/frontier.hpp>

#include <corest/resource/collection.hpp>
#include <corest/resource/tree.hpp>
#include <corest/select/record.hpp>

#include <algorithm>
#include <utility>

namespace corest {

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

COREST_DECL frontier::frontier(
    const tree& all, std::map<std::uint64_t, open_walk> open, std::vector<node_progress> reached, std::uint64_t last)
    : keep_parents_(false),
      walks_(std::move(open)),
      progress_(std::move(reached)),
      last_walk_(last)
{
    progress_.resize(all.nodes().size());
    for (const tree_node& node : all.nodes()) {
        names_.push_back(node.content->name);
    }
    for (const auto& [number, walk] : walks_) {
        last_walk_ = std::max(last_walk_, number);
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
        if (opened.bindings) {
            child.bindings = *opened.bindings;
        }
        if (keep_parents_ || !opened.bindings) {
            child.parents.emplace_back(event.page().json(opened.record));
            child.parent_bindings = opened.bindings ? std::vector<binding>() : event.page().bindings();
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
        if (event.cursor()) {
            walk->second.cursor = event.cursor()->state;
        }
    }
}

} // namespace corest
