#pragma once

/// \file
/// What a destination keeps of a run beside its rows, so that a later run goes on where it stopped. Values, without
/// I/O.
///
/// What is kept is the run's open walks (`frontier`): those that have begun and not ended, and those that stored pages
/// have opened. Whatever was opened and is not open any more is done, and needs no record.

#include <corest/config.hpp>
#include <corest/resource/walk_cursor.hpp>
#include <corest/resource/walk_digest.hpp>
#include <corest/select/page.hpp>
#include <corest/select/walk_position.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest {

/// A walk that begins: a run's root, or one that a record of a stored page opens.
class started_walk {
public:
    /// \param walk_number unique in the run
    /// \param of_resource whose collection is walked
    /// \param values see `bindings`
    started_walk(std::uint64_t walk_number, std::string of_resource, binding_list values = nullptr)
        : walk(walk_number),
          resource(std::move(of_resource)),
          bindings(std::move(values))
    {
    }

    std::uint64_t walk;    ///< its number, unique in the run
    std::string resource;  ///< whose collection is walked
    binding_list bindings; ///< what it is bound to; null at a root. With `parents`: what its parent is bound to
    /// The JSON texts of the records that it was expanded from, its parent's first. Only where it could not be bound
    /// yet.
    std::vector<std::string> parents;
    /// What tells it, and each parent that it is for, from others: where a parent may come again after a restart and
    /// its rows would then be there twice. Kept until the run is done.
    std::vector<walk_digest> digests;
};

/// Which run begins.
class run_identity {
public:
    /// \param source_name what the run reads, the same for all its runs: cursors are kept under this name
    /// \param hash of all that decides requests and rows; holds no secret
    run_identity(std::string source_name, std::string hash) : source(std::move(source_name)), plan_hash(std::move(hash))
    {
    }

    std::string source;    ///< what it reads
    std::string plan_hash; ///< of all that decides requests and rows
    bool restart = false;  ///< an earlier run is not gone on with
    /// The walks that a new run begins with.
    std::vector<started_walk> roots;
    std::string program = "corest"; ///< who runs, for who is refused meanwhile
    /// When it begins, by the wall clock.
    std::chrono::system_clock::time_point date = std::chrono::system_clock::now();
    /// An earlier run that has stored nothing for so long is not gone on with: positions and rows would be too old.
    std::chrono::seconds expiry = std::chrono::hours(24);
};

/// What a page, or a response that is to be ignored, means for the state of its run. It is committed together with the
/// page's rows.
class walk_progress {
public:
    /// \param of_resource whose page it is
    /// \param walk_number of its walk
    /// \param before pages that its walk had before it
    /// \param reached where its walk stands after it
    /// \param last no other page of the walk comes
    walk_progress(
        std::string of_resource, std::uint64_t walk_number, std::uint64_t before, walk_position reached, bool last)
        : resource(std::move(of_resource)),
          walk(walk_number),
          pages_before(before),
          position(std::move(reached)),
          is_last(last)
    {
    }

    std::string resource;       ///< whose page it is
    std::uint64_t walk;         ///< the number of its walk; 0: there is no page, and only the cursor is kept
    std::uint64_t pages_before; ///< that its walk had: there must be exactly one such walk, or nothing is stored
    walk_position position;     ///< where the walk stands after it
    bool is_last;               ///< the walk has ended
    /// The walk has begun anew, because it could not go on where it stood: what it had before is dropped (the rows
    /// themselves where they are staged and have no key), `pages_before` does not count.
    bool is_restarted = false;
    std::uint64_t records = 0;        ///< of the page
    std::vector<started_walk> opened; ///< by its records
    /// Up to where an incremental walk has come. Kept with the walk; where it is final, kept for later runs too.
    std::optional<walk_cursor> cursor;
    /// A final cursor is kept for later runs only when this run has ended well: the rows that it stands for are not
    /// visible before, or others follow from them. A run that is dropped takes it along.
    bool holds_cursor = false;
    /// The cursors of the resource that the run holds are not kept for later ones: rows are missing that follow from
    /// its own, and would not be asked for again. Only with `walk` 0, when no walk of the resource is open.
    bool forgets_cursors = false;
    /// The server says on the page that there is more than was read.
    bool says_more = false;
};

/// How far a resource of a run is.
enum class stored_resource_state {
    loading,  ///< rows are missing
    complete, ///< all rows are there; staged ones become visible at the end of the run
    published ///< all rows are visible
};

/// "loading", "complete" or "published".
[[nodiscard]] COREST_DECL std::string_view to_string(stored_resource_state s) noexcept;
/// The state of that name; `loading` for any other text.
[[nodiscard]] COREST_DECL stored_resource_state stored_resource_state_of(std::string_view name) noexcept;

/// What a resource of a run has come to.
class stored_resource {
public:
    std::string name;      ///< of the resource, or of a nested table
    std::string nested_in; ///< of a nested table, as `begin` has it: the table at the top; empty of a resource
    stored_resource_state state = stored_resource_state::loading; ///< how far it is
    std::uint64_t pages = 0;                                      ///< stored, of all its walks
    std::uint64_t rows = 0;                                       ///< on them
    std::uint64_t walks_done = 0;                                 ///< that have ended
    std::uint64_t largest_page = 0;                               ///< the most records that one of its pages had
    std::uint64_t incomplete = 0; ///< of how many walks, or windows of one, the server says that there is more
};

/// A walk of a run that has not ended.
class stored_walk {
public:
    std::uint64_t walk = 0;            ///< its number
    std::string resource;              ///< whose collection is walked
    std::vector<binding> bindings;     ///< as `started_walk::bindings`; empty at a root
    std::vector<std::string> parents;  ///< as `started_walk::parents`
    walk_position position;            ///< after its last page that was stored
    std::optional<std::string> cursor; ///< the state of an incremental walk after that page
};

/// A run that a destination knows: the one that begins, with what an earlier process has done of it.
class stored_run {
public:
    std::string id;        ///< unique
    std::string source;    ///< see `run_identity`
    std::string plan_hash; ///< see `run_identity`
    /// It was begun by an earlier process, and is gone on with; else it has just begun.
    bool is_resumed = false;
    bool is_done = false;                           ///< it has ended well
    std::chrono::system_clock::time_point began{};  ///< by the wall clock
    std::chrono::system_clock::time_point active{}; ///< when it last stored a page, or ended; to the minute
    std::vector<stored_resource> resources;         ///< those that have been opened, or have stored pages
    std::vector<stored_walk> walks;                 ///< that are open, by their numbers
};

/// A cursor of an incremental resource, as later runs find it.
class stored_cursor {
public:
    std::string source;    ///< whose run has kept it
    std::string resource;  ///< whose cursor it is
    std::string field;     ///< the cursor's path in a record
    std::string partition; ///< JSON: what the walk is bound to; empty at a root
    std::string state;     ///< JSON
};

/// All that a destination knows besides its rows.
class destination_state {
public:
    std::vector<stored_run> runs;       ///< the latest one last; of those that are done only some
    std::vector<stored_cursor> cursors; ///< by source, resource, field and partition
};

/// Bindings as JSON text, and such a text read again: for destinations that keep them.
[[nodiscard]] COREST_DECL std::string bindings_text(const std::vector<binding>& bindings);
/// \throws error (destination_failed) where it is no such text
[[nodiscard]] COREST_DECL std::vector<binding> read_bindings(std::string_view text);
/// Texts as a JSON array, for the records that a walk was expanded from.
[[nodiscard]] COREST_DECL std::string parents_text(const std::vector<std::string>& parents);
/// \throws error (destination_failed) where it is no such text
[[nodiscard]] COREST_DECL std::vector<std::string> read_parents(std::string_view text);

/// The run that one of this identity goes on with, were it begun now: the latest that is not done, of the same source
/// and plan, and not too old.
/// \return null: there is none, and it begins anew
[[nodiscard]] inline const stored_run* find_unfinished(const destination_state& state, const run_identity& run)
{
    const stored_run* found = nullptr;
    for (const stored_run& known : state.runs) {
        const bool is_of_plan = known.source == run.source && known.plan_hash == run.plan_hash;
        if (is_of_plan && !known.is_done && !run.restart && known.active >= run.date - run.expiry) {
            found = &known;
        }
    }
    return found;
}

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/destination/impl/progress.ipp>
#endif
