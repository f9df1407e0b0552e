#pragma once

/// \file
/// Collections, and which of them are read for each record of another: one generator of events over all of them.
///
/// Flows and dictionaries are both made of it: a flow is a tree that is one branch, a dictionary one of all its
/// resources.

#include <corest/async_generator.hpp>
#include <corest/config.hpp>
#include <corest/resource/collection.hpp>
#include <corest/resource/page_walk.hpp>
#include <corest/resource/walk_digest.hpp>
#include <corest/resource/walk_cursor.hpp>
#include <corest/select/page.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace corest {

class frontier;

namespace detail {
class handed_page;
class seen_requests;
class tree_state;
} // namespace detail

/// A collection in a tree.
class tree_node {
public:
    /// \param walked what is read
    /// \param parent_node the position of the node whose records it is read for; none at a root
    explicit tree_node(std::shared_ptr<const collection> walked, std::optional<std::size_t> parent_node = std::nullopt)
        : content(std::move(walked)),
          parent(parent_node)
    {
    }

    std::shared_ptr<const collection> content; ///< what is read; not null
    std::optional<std::size_t> parent;         ///< position in the tree; less than its own
    /// Makes the pages of a root that are not asked for, anew for each reading of the tree; none: they are asked for.
    std::function<async_generator<page>()> made_pages;
    /// How many of its walks run at once; at least 1.
    std::size_t concurrency = 8;
    /// Its pages come in the order of the parents, rather than as they arrive.
    bool ordered = false;
    /// A walk that would give the same rows as one that another parent has opened (the same first request, the same
    /// bindings) is not walked again, and counted.
    bool skip_repeated = false;
    /// Which walks were opened before, where that is kept: with `skip_repeated`, they are not walked again. Null: none.
    std::shared_ptr<detail::seen_requests> seen;
    /// A walk that is gone on with (`frontier`) begins anew where the server refuses its position, or the paginator
    /// cannot go on there: see `tree_event::is_restarted`. Else that is a failure.
    bool restarts_walks = false;
    /// Records of all its walks together. No further walk begins; with `concurrency` 1, no page beyond is requested.
    std::uint64_t limit = collection::unlimited;
    /// How many pages may have been handed out and not been accepted yet, for a node that no other is read for.
    std::size_t pages_in_hand = 8;
    /// The same in bytes of bodies; one page is always allowed.
    std::size_t bytes_in_hand = std::size_t{16} << 20;
    /// Not null: the node has failed before it began, and is not read.
    std::exception_ptr failure;
};

/// A walk that a record brought up. It begins when the page that it stands on has been accepted.
class opened_walk {
public:
    /// The members, in their order.
    opened_walk(std::size_t child_node, std::uint64_t walk_number, binding_list values, std::size_t record_index)
        : node(child_node),
          walk(walk_number),
          bindings(std::move(values)),
          record(record_index)
    {
    }

    std::size_t node;      ///< whose collection is walked
    std::uint64_t walk;    ///< its number, unique in the tree
    binding_list bindings; ///< what it is bound to; null where the record lacks that, so that it cannot begin
    bool begins = true;    ///< false: it does not begin in this reading, because its node has failed
    std::size_t record;    ///< the parent's record, as an index in the page
    /// At a node with `skip_repeated`: what tells it from others, and each record of its group from others.
    std::vector<walk_digest> digests;
};

/// What happens in a tree: a page of a node, or a node's end.
///
/// A page is answered: `accept()` when its rows are where they belong, `reject()` when they cannot be had there. The
/// walks that its records open begin when it is accepted, so a child's rows never come before its parent's. An event
/// that is destroyed unanswered is accepted by that. Like all of an event, that is for one thread at a time, which may
/// be any.
class tree_event {
public:
    /// The other one may only be destroyed.
    tree_event(tree_event&& other) noexcept = default;
    /// Events are handed on, not exchanged.
    tree_event& operator=(tree_event&& other) noexcept = delete;
    /// Accepts a page that was not answered.
    COREST_DECL ~tree_event();

    /// The node that it is about.
    [[nodiscard]] std::size_t node() const noexcept { return node_; }
    /// True at a node's end: no other event of this node comes. False: it is a page.
    [[nodiscard]] bool is_end() const noexcept { return is_end_; }

    // Of a page:

    /// The number of its walk, unique in the tree.
    [[nodiscard]] std::uint64_t walk() const noexcept { return walk_; }
    /// Its records; without data where the response was to be ignored.
    [[nodiscard]] const corest::page& page() const noexcept { return page_; }
    /// Where the walk stands after it.
    [[nodiscard]] const walk_position& position() const noexcept { return position_; }
    /// How far its walk has come in the cursor field, where it is incremental: to be kept with the page's rows. At the
    /// end of a node that is complete: what is to be kept of all its walks together, where that is asked for.
    [[nodiscard]] const std::optional<walk_cursor>& cursor() const noexcept { return cursor_; }
    /// True where it is the last one of its walk.
    [[nodiscard]] bool is_last() const noexcept { return is_last_; }
    /// True where the server says on it that there is more than its walk, or a window of it, has read.
    [[nodiscard]] bool says_more() const noexcept { return says_more_; }
    /// True where its walk was to go on (`frontier`) and could not: this is its first page, and what it brought before
    /// comes again.
    [[nodiscard]] bool is_restarted() const noexcept { return is_restarted_; }
    /// The walks that its records open, of all children, in the order of the records.
    [[nodiscard]] COREST_DECL const std::vector<opened_walk>& opened() const noexcept;
    /// The page is where it belongs.
    COREST_DECL void accept();
    /// The page cannot be taken: its node ends with this failure. What is below it ends as incomplete.
    COREST_DECL void reject(const std::exception_ptr& failure);

    // Of an end:

    /// What the node failed with; null where it came to its end. `operation_aborted` where it was ended from outside.
    [[nodiscard]] const std::exception_ptr& failure() const noexcept { return failure_; }
    /// True where all its records have come: neither it nor a node above it has failed.
    [[nodiscard]] bool is_complete() const noexcept { return is_complete_; }

private:
    friend class detail::tree_state;

    explicit tree_event(std::size_t index) noexcept : node_(index) {}

    std::size_t node_;
    bool is_end_ = false;
    std::uint64_t walk_ = 0;
    corest::page page_;
    walk_position position_;
    std::optional<walk_cursor> cursor_;
    bool is_last_ = false;
    bool says_more_ = false;
    bool is_restarted_ = false;
    std::exception_ptr failure_;
    bool is_complete_ = false;
    bool is_answered_ = false;
    std::shared_ptr<detail::handed_page> handed_; ///< null at an end
};

/// A forest of collections. A value; every call of `events` starts walks of its own.
class tree {
public:
    /// Adds a collection. \param node its parent must have been added before \return its position
    /// \throws error (invalid_argument) where there is no such parent
    COREST_DECL std::size_t add(tree_node node);
    /// All nodes, in the order in which they were added: parents before their children.
    [[nodiscard]] const std::vector<tree_node>& nodes() const noexcept { return nodes_; }
    /// A node, to change it.
    [[nodiscard]] tree_node& node(std::size_t index) { return nodes_.at(index); }

    /// Walks over everything: the roots, and for each record of a page that was accepted the walks of the children.
    ///
    /// What it holds is bounded, whatever the number of parents and pages: of each walk that runs a page and the
    /// requests under way, and for each node a queue of walks. A failure ends its node, and what is below it is read as
    /// far as it was opened and ends incomplete; the others go on. Nothing is thrown but `operation_aborted` when the
    /// consumer is cancelled; then, and with `close()`, everything that it started has ended.
    /// \param is_fatal true where a failure concerns all nodes: the others end with `operation_aborted`; may be empty
    /// \param home where it runs, one handler at a time; empty: on the executor of the first `next()`, or on a strand
    ///        over it where that is not known to be serial. Each `next()` may come from anywhere
    /// \param rest what is left to read, of a tree with the same nodes; null: everything. Not needed once this returns
    [[nodiscard]] COREST_DECL async_generator<tree_event> events(
        std::function<bool(const std::exception_ptr&)> is_fatal = {}, net::any_io_executor home = {},
        const frontier* rest = nullptr) const;

private:
    std::vector<tree_node> nodes_;
};

namespace detail {

/// What `tree::events` gives, where it runs: several events at once where several have come. All of it runs on the
/// executor of the first `next()`, which must run one handler at a time.
[[nodiscard]] COREST_DECL async_generator<std::vector<tree_event>> event_lots(
    const tree& all, std::function<bool(const std::exception_ptr&)> is_fatal = {}, const frontier* rest = nullptr);

} // namespace detail

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/resource/impl/tree.ipp>
#endif
