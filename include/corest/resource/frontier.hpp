#pragma once

/// \file
/// The open walks of a tree: all that has to be kept to go on reading it later.

#include <corest/config.hpp>
#include <corest/select/page.hpp>
#include <corest/select/walk_position.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corest {

class tree;
class tree_event;

/// A walk that has been opened and has not ended.
class open_walk {
public:
    /// \param node_index of the node whose collection is walked
    explicit open_walk(std::size_t node_index) : node(node_index) {}

    std::size_t node;              ///< whose collection is walked
    std::vector<binding> bindings; ///< what it is bound to; none at a root
    /// The JSON texts of the records that it was expanded from: its parent's, that one's parent's, and so on. None at a
    /// root, and where they are not kept.
    std::vector<std::string> parents;
    /// What its parent is bound to, where the walk itself could not be bound and `parents` says what it is for.
    std::vector<binding> parent_bindings;
    walk_position position; ///< after the last page that was taken
    /// The state of its `walk_cursor` after that page; none where it has none.
    std::optional<std::string> cursor;
};

/// What the whole of a node has come to.
class node_progress {
public:
    std::uint64_t pages = 0;        ///< taken, of all its walks
    std::uint64_t records = 0;      ///< on them
    std::uint64_t largest_page = 0; ///< the most records that one of them had
};

/// What is left to read of a tree, after some of its events.
///
/// Only what is open is kept: the walks that have begun and not ended, and those that the records of pages that were
/// taken have opened. So its size is that of a page, a queue and the requests under way for each level of the tree, and
/// does not grow with the number of parents. A tree that is read from it brings what has not come yet: no page comes
/// again, and none is missing.
///
/// (A source whose offsets move while it is not read shows records twice or not at all, as it does to a reader who is
/// not interrupted.)
class frontier {
public:
    /// Everything is left to read.
    /// \param all the tree
    /// \param keep_parents whether the parents' records are kept, for `record::parent()`
    COREST_DECL explicit frontier(const tree& all, bool keep_parents = false);

    /// What somebody else has kept of the same tree.
    /// \param all the tree
    /// \param open the walks that are open, by their numbers
    /// \param reached what the nodes have come to, in the tree's order
    /// \param last the number of the walk that was opened last
    COREST_DECL frontier(const tree& all, std::map<std::uint64_t, open_walk> open, std::vector<node_progress> reached,
        std::uint64_t last);

    /// Takes in an event: the walk goes on behind the page, or has ended; what the page's records open is open.
    COREST_DECL void take(const tree_event& event);

    /// True where nothing is left.
    [[nodiscard]] bool empty() const noexcept { return walks_.empty(); }
    /// What is open, by the walks' numbers.
    [[nodiscard]] const std::map<std::uint64_t, open_walk>& walks() const noexcept { return walks_; }
    /// What the nodes have come to, in the tree's order.
    [[nodiscard]] const std::vector<node_progress>& progress() const noexcept { return progress_; }
    /// The number of the walk that was opened last.
    [[nodiscard]] std::uint64_t last_walk() const noexcept { return last_walk_; }

    /// All of it as JSON, and such a text read again: see resource/frontier_text.hpp.
    friend std::string frontier_text(const frontier& rest);
    /// See resource/frontier_text.hpp.
    friend frontier read_frontier(const tree& all, std::string_view text);

private:
    std::vector<std::string> names_; ///< of the nodes' collections
    bool keep_parents_;
    std::map<std::uint64_t, open_walk> walks_;
    std::vector<node_progress> progress_;
    std::uint64_t last_walk_ = 0;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/resource/impl/frontier.ipp>
#endif
