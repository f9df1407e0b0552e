#pragma once

#include <corest/resource/tree.hpp>

#include <corest/concurrency/detail/hosted.hpp>
#include <corest/concurrency/detail/wait_list.hpp>
#include <corest/concurrency/nursery.hpp>
#include <corest/concurrency/queue.hpp>
#include <corest/error.hpp>
#include <corest/incremental/cursor_book.hpp>
#include <corest/resource/binding_rule.hpp>
#include <corest/resource/detail/seen_requests.hpp>
#include <corest/resource/frontier.hpp>
#include <corest/resource/misnamed_columns.hpp>
#include <corest/resource/walk.hpp>

#include COREST_ASIO(cancellation_state.hpp)
#include COREST_ASIO(dispatch.hpp)

#include <algorithm>
#include <deque>
#include <limits>
#include <span>
#include <string>

namespace corest {

namespace detail {

/// A page between the reader that handed it out and the consumer that answers it.
class handed_page {
public:
    handed_page(std::shared_ptr<tree_state> of_tree, std::size_t of_node, std::size_t body_size)
        : tree(std::move(of_tree)),
          node(of_node),
          bytes(body_size)
    {
    }

    std::shared_ptr<tree_state> tree;
    std::size_t node;
    std::size_t bytes;
    std::vector<opened_walk> opened;
    bool answered = false;
    wait_list answer;
};

namespace tree_reading {

/// A walk of a child that waits for a reader.
class waiting_walk {
public:
    waiting_walk(std::uint64_t walk_number, binding_list values, page of_parent, std::size_t record_index,
        walk_position from = walk_position(), std::optional<std::string> cursor_state = std::nullopt)
        : number(walk_number),
          bindings(std::move(values)),
          parent(std::move(of_parent)),
          record(record_index),
          position(std::move(from)),
          cursor(std::move(cursor_state))
    {
    }

    std::uint64_t number;
    binding_list bindings;
    page parent;
    std::size_t record;
    walk_position position;            ///< where it goes on
    std::optional<std::string> cursor; ///< of an incremental walk that goes on
};

/// A walk's place in the order of the parents, at a node whose pages come in that order.
class walk_turn {
public:
    bool ended = false;
    wait_list changed; ///< its turn may have come
};

/// A node while its tree is read.
class running_node {
public:
    explicit running_node(const tree_node& described)
        : node(described),
          cursors(std::make_shared<cursor_book>(described.content->incremental)),
          queue_size(2 * std::max<std::size_t>(described.concurrency, 1)),
          waiting(queue_size),
          seen(described.seen ? described.seen : std::make_shared<seen_requests>())
    {
    }

    running_node(const running_node&) = delete;
    running_node& operator=(const running_node&) = delete;
    /// The last who shared the tree was one of the readers, whose frame is being destroyed: there is nobody to cancel.
    ~running_node()
    {
        if (readers) {
            readers->detach();
        }
    }

    tree_node node;
    std::shared_ptr<cursor_book> cursors; ///< of its walks together
    std::vector<std::size_t> children;
    std::deque<waiting_walk> reopened; ///< left by an earlier reading, or a root's first
    std::size_t queue_size;            ///< walks that may wait in `waiting`
    queue<waiting_walk> waiting;       ///< of a child; closed when its parent has ended, or no more walks are wanted
    std::size_t unbegun = 0;           ///< walks of a child that were opened, and have not begun
    wait_list walk_begun;              ///< one of them has begun, or none will any more
    std::shared_ptr<seen_requests> seen;
    std::optional<nursery> readers;
    std::exception_ptr rejection;   ///< of one of its pages: its readers are cancelled because of it
    std::exception_ptr failure;     ///< a parent's record that lacks something; what came before it is read
    bool parent_incomplete = false; ///< a node above it has failed
    bool has_ended = false;
    std::uint64_t records = 0; ///< handed out
    std::size_t pages_in_hand = 0;
    std::size_t bytes_in_hand = 0;
    wait_list room;                               ///< a page in hand was answered
    std::deque<std::shared_ptr<walk_turn>> turns; ///< of the walks that have begun, where the node is ordered

    [[nodiscard]] std::uint64_t records_left() const noexcept
    {
        return records < node.limit ? node.limit - records : 0; // walks at once may together bring more
    }
    /// True where a page of that size must wait until others have been answered.
    [[nodiscard]] bool is_full(std::size_t bytes) const noexcept
    {
        return pages_in_hand != 0
            && (pages_in_hand >= node.pages_in_hand || bytes_in_hand + bytes > node.bytes_in_hand);
    }
    /// No walk is opened any more; those that wait begin.
    void close_waiting()
    {
        waiting.close();
        walk_begun.notify_all();
    }
    /// No walk begins any more.
    void drop_waiting()
    {
        close_waiting();
        while (waiting.try_pop()) {
        }
    }
};

/// The page of a record that an earlier reading has kept as text, and those of the records above it.
/// \param parents the record's text, its parent's, and so on
/// \param index of the node that the record belongs to
/// \param bindings what the record's own walk is bound to, where that is kept
COREST_DECL page kept_page(const std::vector<std::string>& parents, const std::vector<tree_node>& nodes,
    std::optional<std::size_t> index, const std::vector<binding>& bindings)
{
    std::vector<std::string> names; // as `parents`
    while (names.size() < parents.size()) {
        names.push_back(index ? nodes[*index].content->name : std::string());
        index = index ? nodes[*index].parent : std::nullopt;
    }
    std::shared_ptr<const page_data> above;
    for (std::size_t i = parents.size(); i-- > 0;) {
        auto data = std::make_shared<page_data>();
        data->body.append(parents[i]);
        data->records.push_back({0, parents[i].size()});
        data->resource = names[i];
        data->parent_page = std::move(above);
        if (i == 0 && !bindings.empty()) {
            data->bindings = std::make_shared<const std::vector<binding>>(bindings);
        }
        above = std::move(data);
    }
    return page(std::move(above));
}

/// Says of an error which resource it is about, unless it says so already.
COREST_DECL void add_resource(error& e, const collection& content)
{
    error_context context;
    context.resource = content.name;
    e.add(context);
}

} // namespace tree_reading

/// A tree while it is read: what its coroutines and its events share.
class tree_state : public std::enable_shared_from_this<tree_state> {
public:
    tree_state(const std::vector<tree_node>& described, std::function<bool(const std::exception_ptr&)> fatal,
        const frontier* rest)
        : is_fatal(std::move(fatal))
    {
        for (const tree_node& n : described) {
            nodes.push_back(std::make_unique<tree_reading::running_node>(n));
            if (n.parent) {
                nodes[*n.parent]->children.push_back(nodes.size() - 1);
            }
        }
        if (rest != nullptr) {
            resume(described, *rest);
            return;
        }
        for (const auto& n : nodes) { // numbered as `frontier` does
            if (!n->node.parent) {
                n->reopened.emplace_back(++last_walk, nullptr, page(), 0);
            }
        }
    }

    tree_state(const tree_state&) = delete;
    tree_state& operator=(const tree_state&) = delete;
    /// As `running_node`'s.
    ~tree_state()
    {
        if (all) {
            all->detach();
        }
    }

    std::vector<std::unique_ptr<tree_reading::running_node>> nodes;
    std::function<bool(const std::exception_ptr&)> is_fatal;
    /// Where the tree runs; its consumer may be elsewhere. Serial; set when it begins, before there are events.
    net::any_io_executor home;
    /// Has no bound of its own: what nodes may have in it is bounded.
    queue<tree_event> events{std::numeric_limits<std::size_t>::max()};
    std::optional<nursery> all;
    std::uint64_t last_walk = 0;
    std::size_t ended = 0;
    bool is_cancelled = false;

    /// Ends all nodes. The readers are told at once, so that none of them sends another request meanwhile.
    void cancel() noexcept
    {
        is_cancelled = true;
        for (const auto& n : nodes) {
            if (n->readers) {
                n->readers->cancel();
            }
        }
        all->cancel();
    }

    /// Makes the event of a page.
    [[nodiscard]] tree_event page_event(std::size_t index, std::uint64_t walk, walk_step step)
    {
        tree_event event(index);
        event.walk_ = walk;
        event.handed_ = std::make_shared<handed_page>(shared_from_this(), index, step.page.body().size());
        event.page_ = std::move(step.page);
        event.position_ = std::move(step.position);
        event.cursor_ = std::move(step.cursor);
        event.is_last_ = step.last;
        event.says_more_ = step.says_more;
        if (event.page_) {
            open_walks(index, event.page_, event.handed_->opened);
        }
        return event;
    }

    /// Says that the walk has begun anew with this page.
    static void mark_restarted(tree_event& event) { event.is_restarted_ = true; }

    static const std::shared_ptr<handed_page>& handed(const tree_event& event) { return event.handed_; }

    void hand_out(tree_event event)
    {
        tree_reading::running_node& n = *nodes[event.node_];
        n.records += event.page_.size();
        ++n.pages_in_hand;
        n.bytes_in_hand += event.handed_->bytes;
        static_cast<void>(events.try_push(std::move(event)));
    }

    /// Takes the consumer's answer to a page, where the tree runs.
    static void answer(std::shared_ptr<handed_page> page, const std::exception_ptr& rejection = nullptr)
    {
        const net::any_io_executor& home = page->tree->home;
        net::dispatch(home, [answered = std::move(page), rejection] {
            tree_state& tree = *answered->tree;
            if (rejection && !answered->answered) {
                tree.reject(answered->node, rejection);
            }
            tree.answer(*answered);
        });
    }

    void answer(handed_page& page) noexcept
    {
        if (!std::exchange(page.answered, true)) {
            tree_reading::running_node& n = *nodes[page.node];
            --n.pages_in_hand;
            n.bytes_in_hand -= page.bytes;
            page.answer.notify_all();
            n.room.notify_all();
        }
    }

    /// A node's page could not be taken.
    void reject(std::size_t index, const std::exception_ptr& reason)
    {
        tree_reading::running_node& n = *nodes[index];
        if (n.has_ended) {
            return;
        }
        n.rejection = n.rejection ? n.rejection : reason;
        n.drop_waiting();
        if (n.readers) {
            n.readers->cancel();
        }
    }

    /// A node has ended: says so, and lets its children come to their ends.
    void end(std::size_t index, const std::exception_ptr& failure) noexcept
    {
        tree_reading::running_node& n = *nodes[index];
        if (std::exchange(n.has_ended, true)) {
            return;
        }
        tree_event event(index);
        event.is_end_ = true;
        event.failure_ = failure;
        event.is_complete_ = !failure && !n.parent_incomplete;
        if (const auto reached = n.cursors->state(); reached && event.is_complete_ && n.records_left() != 0) {
            event.cursor_ = walk_cursor(n.node.content->incremental->field, std::string(), reached->text(), true);
        }
        for (const std::size_t child : n.children) {
            nodes[child]->parent_incomplete = nodes[child]->parent_incomplete || !event.is_complete_;
            nodes[child]->close_waiting();
        }
        static_cast<void>(events.try_push(std::move(event)));
        if (++ended == nodes.size()) {
            events.close();
        }
        // Not a cancellation: it may be that of a frame which goes away with the io_context.
        if (failure && !is_cancellation(failure) && !is_cancelled && is_fatal && is_fatal(failure)) {
            cancel();
        }
    }

private:
    void resume(const std::vector<tree_node>& described, const frontier& rest)
    {
        last_walk = rest.last_walk();
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            const node_progress& reached = rest.progress().at(i);
            nodes[i]->records = reached.records;
            described[i].content->statistics->largest_page.raise(static_cast<std::size_t>(reached.largest_page));
        }
        for (const auto& [number, walk] : rest.walks()) {
            reopen(number, walk, described.at(walk.node), described);
        }
    }

    void reopen(
        std::uint64_t number, const open_walk& walk, const tree_node& node, const std::vector<tree_node>& described)
    {
        if ((node.skip_repeated && !node.seen) || (node.made_pages && walk.position.pages != 0)) {
            throw error(errc::invalid_argument, "a walk of " + node.content->name + " cannot be gone on with",
                "Which walks have been read, and pages that are made, are not part of what is kept");
        }
        tree_reading::running_node& n = *nodes[walk.node];
        const page parent = tree_reading::kept_page(walk.parents, described, node.parent, walk.parent_bindings);
        binding_list bindings;
        if (node.parent && walk.bindings.empty() && parent) { // it could not be bound before
            try {
                bindings = bind_record(parent[0], node.content->bindings);
                if (node.content->group_size != 1) {
                    bindings = join_bindings(std::span<const binding_list>(&bindings, 1));
                }
            } catch (error& e) {
                tree_reading::add_resource(e, *node.content);
                n.failure = std::current_exception();
                return;
            }
        } else if (node.parent) {
            bindings = std::make_shared<const std::vector<binding>>(walk.bindings);
        }
        n.reopened.emplace_back(number, std::move(bindings), parent, 0, walk.position, walk.cursor);
    }

    /// Finds the walks that a page's records open. A record that lacks what a child is bound to ends that child, once
    /// the walks before it have been read.
    void open_walks(std::size_t index, const page& parents, std::vector<opened_walk>& opened)
    {
        for (std::size_t record = 0; record < parents.size(); ++record) {
            for (const std::size_t child : nodes[index]->children) {
                const collection& content = *nodes[child]->node.content;
                if (content.group_size == 1 && !is_skipped(content, parents[record])) {
                    open_walk(child, record, opened, [&] { return bind_record(parents[record], content.bindings); });
                }
            }
        }
        for (const std::size_t child : nodes[index]->children) {
            const collection& content = *nodes[child]->node.content;
            if (content.group_size != 1) { // its rows have no columns of the parent
                open_groups(child, parents, opened);
            } else if (!parents.empty()) {
                content.statistics->warnings.add(misnamed_columns(parents[0], content.bindings));
            }
        }
    }

    /// Whether a child is not read for a record, since a placeholder's field is missing. Counts it.
    [[nodiscard]] static bool is_skipped(const collection& child, const record& parent)
    {
        const bool is_lacking = child.skips_lacking && lacks_value(parent, child.bindings);
        if (is_lacking) {
            ++child.statistics->lacking;
        }
        return is_lacking;
    }

    /// Finds the walks of a child that are for several records each. Groups end with the page: its walks are committed
    /// with it.
    void open_groups(std::size_t child, const page& parents, std::vector<opened_walk>& opened)
    {
        const collection& content = *nodes[child]->node.content;
        std::vector<binding_list> group;
        std::vector<walk_digest> members;
        std::size_t first = 0;
        const auto open_group = [&] {
            if (!group.empty()) {
                const std::size_t before = opened.size();
                open_walk(child, first, opened, [&] { return join_bindings(group); });
                if (opened.size() != before) {
                    std::vector<walk_digest>& known = opened.back().digests;
                    known.insert(known.end(), members.begin(), members.end());
                }
                group.clear();
                members.clear();
            }
        };
        for (std::size_t record = 0; record < parents.size(); ++record) {
            if (is_skipped(content, parents[record])) {
                continue;
            }
            binding_list one;
            std::exception_ptr failure;
            bool is_new = true;
            try {
                one = bind_record(parents[record], content.bindings);
                one = join_bindings(std::span<const binding_list>(&one, 1)); // what cannot be joined stands alone
                if (nodes[child]->node.skip_repeated) {
                    members.push_back(member_digest(child, *one));
                    is_new = nodes[child]->seen->insert(members.back());
                }
            } catch (const error&) {
                failure = std::current_exception();
            }
            if (failure) {
                open_group();
                open_walk(child, record, opened, [&]() -> binding_list { std::rethrow_exception(failure); });
                continue;
            }
            if (!is_new) {
                members.pop_back();
                ++content.statistics->repeated;
                continue;
            }
            first = group.empty() ? record : first;
            group.push_back(std::move(one));
            if (group.size() == content.group_size) {
                open_group();
            }
        }
        open_group();
    }

    /// What a record is known by that is part of a group.
    [[nodiscard]] walk_digest member_digest(std::size_t child, std::vector<binding> values) const
    {
        const request asked = initial_request(*nodes[child]->node.content, values);
        values.emplace_back(
            std::string(), std::string(), std::string(), "null", std::string()); // no whole walk's digest
        return seen_requests::digest_of(asked, values);
    }

    /// Opens a walk of a child, unless no more of its records are wanted.
    /// \param index the record on the parent's page \param bind gives what the walk is bound to
    template <class Bind>
    void open_walk(std::size_t child, std::size_t index, std::vector<opened_walk>& opened, Bind bind)
    {
        tree_reading::running_node& c = *nodes[child];
        const bool begins = !c.failure && !c.waiting.is_closed(); // else it is only said what is left to read
        if (!begins && c.records_left() == 0) {
            return;
        }
        const collection& content = *c.node.content;
        opened_walk walk(child, 0, nullptr, index);
        walk.begins = begins;
        try {
            walk.bindings = bind();
            if (c.node.skip_repeated) {
                walk.digests.push_back(
                    seen_requests::digest_of(initial_request(content, *walk.bindings), *walk.bindings));
                if (!c.seen->insert(walk.digests.front())) {
                    ++content.statistics->repeated;
                    return;
                }
            }
        } catch (error& e) {
            walk.begins = false;
            if (!c.failure) {
                tree_reading::add_resource(e, content);
                c.failure = std::current_exception();
            }
        }
        walk.walk = ++last_walk;
        opened.push_back(std::move(walk));
    }
};

namespace tree_reading {

/// Ends a node when the coroutine that runs it is gone, also if it was never started.
class node_end {
public:
    node_end(std::shared_ptr<tree_state> of_tree, std::size_t of_node) noexcept
        : tree(std::move(of_tree)),
          node(of_node)
    {
    }
    node_end(node_end&&) noexcept = default;
    node_end& operator=(node_end&&) = delete;
    ~node_end()
    {
        if (tree) {
            tree->end(node, std::make_exception_ptr(system_error(net::error::operation_aborted)));
        }
    }

    std::shared_ptr<tree_state> tree;
    std::size_t node;
};

/// Waits until the walks that began before this one have ended.
COREST_DECL net::awaitable<void> wait_for_turn(running_node& n, std::shared_ptr<walk_turn> turn)
{
    while (n.turns.front() != turn) {
        const bool notified = co_await turn->changed.wait();
        throw_unless_notified(notified);
    }
}

/// Lets the walks that come after this one have their turn.
COREST_DECL void end_turn(running_node& n, walk_turn& turn)
{
    turn.ended = true;
    while (!n.turns.empty() && n.turns.front()->ended) {
        n.turns.pop_front();
    }
    if (!n.turns.empty()) {
        n.turns.front()->changed.notify_all();
    }
}

/// Waits until the children have begun with most of what was opened for them. So no more is open below a node than what
/// one of its pages opens and a queue, however many of its walks run at once.
COREST_DECL net::awaitable<void> wait_for_children(tree_state& tree, const std::vector<opened_walk>& opened)
{
    for (std::size_t i = 0; i < opened.size();) {
        running_node& child = *tree.nodes[opened[i].node];
        if (!opened[i].begins || child.waiting.is_closed() || child.unbegun <= child.queue_size) {
            ++i;
            continue;
        }
        const bool notified = co_await child.walk_begun.wait();
        throw_unless_notified(notified);
        i = 0; // meanwhile another page may have opened walks of the others
    }
    for (const opened_walk& each : opened) {
        tree.nodes[each.node]->unbegun += each.begins ? 1 : 0;
    }
}

/// Hands a page to the consumer, and what it opens to the children's readers, as soon as there is room for them.
COREST_DECL net::awaitable<void> hand_out(tree_state& tree, tree_event event)
{
    running_node& n = *tree.nodes[event.node()];
    const std::shared_ptr<handed_page> handed = tree_state::handed(event);
    while (n.children.empty() && n.is_full(handed->bytes)) {
        const bool notified = co_await n.room.wait();
        throw_unless_notified(notified);
    }
    co_await wait_for_children(tree, handed->opened);
    const page parents = event.page();
    tree.hand_out(std::move(event));
    if (n.children.empty()) {
        co_return;
    }
    while (!handed->answered) {
        const bool notified = co_await handed->answer.wait();
        throw_unless_notified(notified);
    }
    for (const opened_walk& opened : handed->opened) {
        if (!opened.begins) {
            continue;
        }
        waiting_walk walk(opened.walk, opened.bindings, parents, opened.record);
        // It is closed where the child has failed, or has all the records that it may have.
        static_cast<void>(co_await tree.nodes[opened.node]->waiting.push(std::move(walk)));
    }
    // A record that lacks what a child is bound to: the child has been given all that came before it.
    for (const std::size_t child : n.children) {
        if (tree.nodes[child]->failure) {
            tree.nodes[child]->close_waiting();
        }
    }
}

/// Pages that are made as the steps of a walk. Which one is the last is not known.
COREST_DECL async_generator<walk_step> made_steps(async_generator<page> pages)
{
    walk_position position;
    while (auto made = co_await pages.pull()) {
        ++position.pages;
        position.records += made->size();
        walk_step step(std::move(*made), position, false);
        co_yield std::move(step);
    }
}

/// Begins a walk, or goes on with it. \return none where the paginator cannot go on there
COREST_DECL std::optional<async_generator<walk_step>> start_walk(const running_node& n, const waiting_walk& walk)
{
    if (n.node.made_pages) {
        return made_steps(n.node.made_pages());
    }
    page_walk pages(n.node.content, walk.bindings, walk.parent, walk.record);
    pages.share(n.cursors);
    const std::uint64_t left = n.records_left();
    const std::uint64_t before = walk.position.records;
    pages.cut_limit(left > collection::unlimited - before ? collection::unlimited : before + left);
    if (!pages.resume(walk.position, walk.cursor)) {
        return std::nullopt;
    }
    return walk_steps(std::move(pages));
}

/// Begins a walk anew that was to go on.
COREST_DECL async_generator<walk_step> restart_walk(running_node& n, waiting_walk& walk)
{
    n.records -= std::min(n.records, walk.position.records); // they come again
    walk.position = walk_position();
    walk.cursor.reset();
    return std::move(*start_walk(n, walk));
}

/// Whether a failure of a walk that goes on may be that of its position: the server does not know it any more, or what
/// it stood for has moved, so that the page that was taken last comes again.
COREST_DECL bool is_refused_position(const error& e)
{
    const unsigned status = e.context().status;
    return e.kind() == errc::no_progress
        || (e.kind() == errc::unexpected_status && (status == 400 || status == 404 || status == 410 || status == 422));
}

/// Reads one walk to its end.
COREST_DECL net::awaitable<void> read_walk(
    std::shared_ptr<tree_state> tree, std::size_t index, waiting_walk walk, std::shared_ptr<walk_turn> turn)
{
    running_node& n = *tree->nodes[index];
    std::exception_ptr failure;
    std::optional<async_generator<walk_step>> steps;
    try {
        const bool may_restart = n.node.restarts_walks && walk.position.pages != 0;
        bool is_restarted = false;
        if (auto started = start_walk(n, walk)) {
            steps.emplace(std::move(*started));
        } else if (may_restart) {
            is_restarted = true;
            steps.emplace(restart_walk(n, walk));
        } else {
            throw error(errc::invalid_argument, "the paginator cannot go on where an earlier walk stood",
                "Give it position() and resume(), or start from the beginning");
        }
        for (bool is_first = true;; is_first = false) {
            std::optional<walk_step> step;
            bool is_refused = false;
            try {
                step = co_await steps->next();
            } catch (const error& e) {
                is_refused = is_first && may_restart && !is_restarted && is_refused_position(e);
                if (!is_refused) {
                    throw;
                }
            }
            if (is_refused) {
                co_await steps->close();
                is_restarted = true;
                steps.emplace(restart_walk(n, walk));
                step = co_await steps->next();
            }
            if (!step) {
                break;
            }
            if (turn) {
                co_await wait_for_turn(n, turn);
            }
            tree_event event = tree->page_event(index, walk.number, std::move(*step));
            if (is_first && is_restarted) {
                tree_state::mark_restarted(event);
            }
            co_await hand_out(*tree, std::move(event));
        }
    } catch (error& e) {
        add_resource(e, *n.node.content);
        failure = std::current_exception();
    } catch (...) {
        failure = std::current_exception();
    }
    if (failure) {
        if (turn && !is_cancellation(failure)) {
            co_await wait_for_turn(n, turn); // what the walks before it bring comes before its failure
        }
        co_await net::this_coro::throw_if_cancelled(false);
        if (steps) {
            co_await steps->close(); // requests ahead may be under way
        }
        std::rethrow_exception(failure);
    }
}

/// Reads the one walk of a root.
COREST_DECL net::awaitable<void> read_root(std::shared_ptr<tree_state> tree, std::size_t index)
{
    running_node& n = *tree->nodes[index];
    while (!n.reopened.empty()) {
        waiting_walk walk(std::move(n.reopened.front()));
        n.reopened.pop_front();
        co_await read_walk(tree, index, std::move(walk), nullptr);
    }
}

/// Has the walks of a child read that an earlier reading has left. It is awaited where the child's parent is read, so
/// that the child does not end before them.
COREST_DECL net::awaitable<void> reopen(std::shared_ptr<tree_state> tree, std::size_t child)
{
    running_node& n = *tree->nodes[child];
    while (!n.reopened.empty()) {
        waiting_walk walk(std::move(n.reopened.front()));
        n.reopened.pop_front();
        ++n.unbegun;
        static_cast<void>(co_await n.waiting.push(std::move(walk)));
    }
}

/// Reads one walk of a child after another.
COREST_DECL net::awaitable<void> read_children(std::shared_ptr<tree_state> tree, std::size_t index)
{
    running_node& n = *tree->nodes[index];
    while (auto walk = co_await n.waiting.pop()) {
        --n.unbegun;
        n.walk_begun.notify_all();
        if (n.records_left() == 0) {
            n.drop_waiting();
            co_return;
        }
        std::shared_ptr<walk_turn> turn;
        if (n.node.ordered) {
            turn = std::make_shared<walk_turn>();
            n.turns.push_back(turn);
        }
        co_await read_walk(tree, index, std::move(*walk), turn);
        if (turn) {
            end_turn(n, *turn);
        }
    }
}

/// Reads a node to its end, with as many walks at once as it may have.
COREST_DECL net::awaitable<void> read_node(std::shared_ptr<tree_state> tree, std::size_t index)
{
    running_node& n = *tree->nodes[index];
    if (n.node.failure) {
        std::rethrow_exception(n.node.failure);
    }
    n.readers.emplace(co_await net::this_coro::executor);
    for (const std::size_t child : n.children)
    { // before any that this node opens: they come in the order of the parents
        co_await reopen(tree, child);
    }
    if (!n.node.parent) {
        n.readers->spawn(read_root(tree, index));
    } else {
        for (std::size_t i = 0; i < std::max<std::size_t>(n.node.concurrency, 1); ++i) {
            n.readers->spawn(read_children(tree, index));
        }
    }
    co_await n.readers->join();
}

/// One node from its first walk to its end, which it says in any case.
COREST_DECL net::awaitable<void> run_node(node_end end)
{
    running_node& n = *end.tree->nodes[end.node];
    std::exception_ptr failure;
    try {
        co_await read_node(end.tree, end.node);
    } catch (...) {
        failure = std::current_exception();
    }
    n.drop_waiting();
    if (n.rejection) {
        failure = n.rejection; // the cancellation of its readers followed from it
    } else if (n.failure && (!failure || is_cancellation(failure))) {
        failure = n.failure;
    } else if (end.tree->is_cancelled && !failure) {
        failure = std::make_exception_ptr(system_error(net::error::operation_aborted));
    }
    end.tree->end(end.node, failure);
}

/// Cancels what works for a generator when the generator is gone, and forgets the events that nobody will ask for.
class cancels_tree {
public:
    explicit cancels_tree(std::shared_ptr<tree_state> tree) noexcept : tree_(std::move(tree)) {}
    cancels_tree(const cancels_tree&) = delete;
    cancels_tree& operator=(const cancels_tree&) = delete;
    ~cancels_tree()
    {
        tree_->cancel();
        tree_->events.close();
        while (tree_->events.try_pop()) {
        }
    }

private:
    std::shared_ptr<tree_state> tree_;
};

/// Adds what else has come meanwhile, as long as it is not much.
COREST_DECL void complete_lot(queue<tree_event>& from, std::vector<tree_event>& lot)
{
    constexpr std::size_t most_bytes = std::size_t{1} << 20;
    std::size_t bytes = lot.front().page().body().size();
    while (bytes < most_bytes) {
        auto more = from.try_pop();
        if (!more) {
            return;
        }
        bytes += more->page().body().size();
        lot.push_back(std::move(*more));
    }
}

COREST_DECL async_generator<std::vector<tree_event>> events(std::shared_ptr<tree_state> tree)
{
    tree->home = co_await net::this_coro::executor;
    tree->all.emplace(tree->home);
    const cancels_tree guard(tree);
    for (std::size_t i = 0; i < tree->nodes.size(); ++i) {
        node_end end(tree, i);
        tree->all->spawn(run_node(std::move(end)));
    }
    std::exception_ptr failure;
    try {
        while (auto event = co_await tree->events.pop()) {
            std::vector<tree_event> lot;
            lot.push_back(std::move(*event));
            complete_lot(tree->events, lot);
            co_yield std::move(lot);
        }
    } catch (...) {
        failure = std::current_exception();
        tree->cancel();
    }
    // The thread may have been cancelled, and its co_awaits would throw before the readers have been waited for.
    const bool throws = co_await net::this_coro::throw_if_cancelled();
    co_await net::this_coro::throw_if_cancelled(false);
    try {
        co_await tree->all->join();
    } catch (...) {
        failure = failure ? failure : std::current_exception();
    }
    co_await net::this_coro::throw_if_cancelled(throws);
    if (failure) {
        std::rethrow_exception(failure);
    }
}

} // namespace tree_reading

COREST_DECL async_generator<std::vector<tree_event>> event_lots(
    const tree& all, std::function<bool(const std::exception_ptr&)> is_fatal, const frontier* rest)
{
    auto state = std::make_shared<tree_state>(all.nodes(), std::move(is_fatal), rest);
    if (all.nodes().empty()) {
        state->events.close();
    }
    return tree_reading::events(std::move(state));
}

} // namespace detail

COREST_DECL tree_event::~tree_event()
{
    accept();
}

COREST_DECL const std::vector<opened_walk>& tree_event::opened() const noexcept
{
    static const std::vector<opened_walk> none;
    return handed_ ? handed_->opened : none;
}

COREST_DECL void tree_event::accept()
{
    if (handed_ && !std::exchange(is_answered_, true)) {
        detail::tree_state::answer(handed_);
    }
}

COREST_DECL void tree_event::reject(const std::exception_ptr& failure)
{
    if (handed_ && !std::exchange(is_answered_, true)) {
        detail::tree_state::answer(handed_, failure);
    }
}

COREST_DECL std::size_t tree::add(tree_node node)
{
    if (node.parent && *node.parent >= nodes_.size()) {
        throw error(errc::invalid_argument,
            "a tree has no node " + std::to_string(*node.parent) + " to be the parent of " + node.content->name,
            "Add parents before their children");
    }
    nodes_.push_back(std::move(node));
    return nodes_.size() - 1;
}

COREST_DECL async_generator<tree_event> tree::events(
    std::function<bool(const std::exception_ptr&)> is_fatal, net::any_io_executor home, const frontier* rest) const
{
    return detail::hosted_lots(detail::event_lots(*this, std::move(is_fatal), rest), std::move(home));
}

} // namespace corest
