#pragma once

#include <corest/resource/frontier_text.hpp>

#include <corest/detail/text.hpp>
#include <corest/detail/utf8.hpp>
#include <corest/error.hpp>
#include <corest/resource/tree.hpp>
#include <corest/select/decode.hpp>
#include <corest/select/detail/kept_binding.hpp>
#include <corest/select/encode.hpp>

#include <boost/describe/class.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace corest {

namespace detail {

namespace saved_state {

// The text's form. Members are written and read by their names.

struct saved_walk {
    std::uint64_t walk = 0;
    std::uint64_t node = 0;
    std::uint64_t pages = 0;
    std::uint64_t records = 0;
    std::uint64_t fingerprint = 0;
    std::optional<std::string> position;
    std::optional<std::string> cursor;
    std::vector<kept_binding> bindings;
    std::vector<std::string> parents;
    std::optional<std::vector<kept_binding>> parent_bindings; ///< none where there are none
};
BOOST_DESCRIBE_STRUCT(
    saved_walk, (), (walk, node, pages, records, fingerprint, position, cursor, bindings, parents, parent_bindings))

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

} // namespace saved_state

} // namespace detail

COREST_DECL std::string frontier_text(const frontier& rest)
{
    detail::saved_state::saved_frontier saved;
    saved.parents = rest.keep_parents_;
    saved.last_walk = rest.last_walk_;
    for (std::size_t i = 0; i < rest.names_.size(); ++i) {
        detail::saved_state::saved_node node;
        node.name = rest.names_[i];
        node.pages = rest.progress_[i].pages;
        node.records = rest.progress_[i].records;
        node.largest_page = rest.progress_[i].largest_page;
        saved.nodes.push_back(std::move(node));
    }
    for (const auto& [number, walk] : rest.walks_) {
        detail::saved_state::saved_walk one;
        one.walk = number;
        one.node = walk.node;
        one.pages = walk.position.pages;
        one.records = walk.position.records;
        one.fingerprint = walk.position.fingerprint;
        one.position = walk.position.paginator;
        one.cursor = walk.cursor;
        if (one.position && !detail::is_utf8(*one.position)) {
            throw error(errc::invalid_argument,
                "where a walk of " + rest.names_[walk.node] + " stands cannot be kept as text",
                "The server gives a cursor that is not UTF-8");
        }
        one.bindings = detail::to_kept(walk.bindings);
        one.parents = walk.parents;
        if (!walk.parent_bindings.empty()) {
            one.parent_bindings = detail::to_kept(walk.parent_bindings);
        }
        saved.walks.push_back(std::move(one));
    }
    std::string text;
    append_json(text, saved);
    return text;
}

COREST_DECL frontier read_frontier(const tree& all, std::string_view text)
{
    detail::saved_state::saved_frontier saved;
    try {
        saved = decode<detail::saved_state::saved_frontier>(text);
    } catch (const error& e) {
        detail::saved_state::refuse("it is not a state's text (" + e.message() + ")");
    }
    frontier read(all, saved.parents);
    read.walks_.clear();
    if (saved.version != 1 || saved.nodes.size() != read.names_.size()) {
        detail::saved_state::refuse("it has " + detail::counted(saved.nodes.size(), "resource") + ", expected "
            + std::to_string(read.names_.size()));
    }
    for (std::size_t i = 0; i < saved.nodes.size(); ++i) {
        const detail::saved_state::saved_node& node = saved.nodes[i];
        if (node.name != read.names_[i]) {
            detail::saved_state::refuse(
                "its resource " + std::to_string(i + 1) + " is " + node.name + ", expected " + read.names_[i]);
        }
        read.progress_[i].pages = node.pages;
        read.progress_[i].records = node.records;
        read.progress_[i].largest_page = node.largest_page;
    }
    for (detail::saved_state::saved_walk& one : saved.walks) {
        if (one.node >= read.names_.size()) {
            detail::saved_state::refuse("a walk belongs to no resource");
        }
        open_walk walk(static_cast<std::size_t>(one.node));
        walk.position.pages = one.pages;
        walk.position.records = one.records;
        walk.position.fingerprint = one.fingerprint;
        walk.position.paginator = std::move(one.position);
        walk.cursor = std::move(one.cursor);
        walk.position.largest_page = read.progress_[walk.node].largest_page;
        walk.bindings = detail::from_kept(std::move(one.bindings));
        walk.parents = std::move(one.parents);
        if (one.parent_bindings) {
            walk.parent_bindings = detail::from_kept(std::move(*one.parent_bindings));
        }
        read.walks_.emplace(one.walk, std::move(walk));
    }
    read.last_walk_ = saved.last_walk;
    return read;
}

} // namespace corest
