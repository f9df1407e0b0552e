#pragma once

/// \file
/// Which tables of a run are open, which are complete and which is the last: the part of a destination's contract that
/// is the same for all of them. Does no I/O.

#include <corest/config.hpp>
#include <corest/destination/destination.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace corest {

namespace detail::ledger_rules {

/// \throws error (invalid_argument): no name, or a merge without a primary key and a merge key
COREST_DECL void check_definition(const table& t);
/// \throws error (destination_failed) where two names differ, but only in the case of ASCII letters
COREST_DECL void check_case(const std::string& known, const std::string& name, const std::string& case_blind);
/// \throws error (invalid_argument) always
[[noreturn]] COREST_DECL void throw_already_open(const std::string& name);
/// \throws error (invalid_argument) always
[[noreturn]] COREST_DECL void throw_not_open(const std::string& name);

} // namespace detail::ledger_rules

/// The tables of a run that are open, or complete and not visible yet. For one thread.
///
/// A destination asks the ledger, does what follows, and then tells the ledger that it is done; where that fails, the
/// ledger is as it was:
///
///     void open(const table& t)
///     {
///         ledger.check(t);
///         if (auto* complete = ledger.complete_entry(t.name)) { // closed, and opened again
///             make_visible(*complete);
///             ledger.remove(*complete);
///         }
///         ledger.add(t, std::make_unique<my_table>(t));
///     }
///     void write(const std::string& name, const page& rows) { ledger.open_entry(name).target().write(rows); }
///     void close(const std::string& name)
///     {
///         const auto end = ledger.end_by_close(name);
///         for (auto* entry : end.visible) {
///             make_visible(*entry);
///         }
///         ledger.conclude(end);
///     }
///     void abandon(const std::string& name)
///     {
///         if (const auto end = ledger.end_by_abandon(name)) {
///             drop(end->subject); // what is staged
///             ...                 // and the rest as above
///         }
///     }
///
/// \tparam Target what the destination keeps of each table: a file, a statement, rows
template <class Target>
class table_ledger {
public:
    /// A table of the run.
    class entry {
    public:
        /// \param opened as it was opened
        /// \param its_target what the destination keeps of it; not null
        entry(table opened, std::unique_ptr<Target> its_target)
            : definition_(std::move(opened)),
              target_(std::move(its_target))
        {
        }

        /// As it was opened.
        [[nodiscard]] const table& definition() const noexcept { return definition_; }
        /// What the destination keeps of it.
        [[nodiscard]] Target& target() const noexcept { return *target_; }
        /// Whether it is closed, and waits to become visible with the run's other tables.
        [[nodiscard]] bool is_complete() const noexcept { return complete_; }

    private:
        friend class table_ledger;
        table definition_;
        std::unique_ptr<Target> target_;
        bool complete_ = false;
    };

    /// What follows from the end of a table.
    class ending {
    public:
        entry* subject = nullptr; ///< the table that ends
        bool waits = false;       ///< it stays in the ledger, complete, until the last table of the run ends
        /// The tables that become visible, in this order: the subject, if it was closed and does not wait; if it is the
        /// last one that is open, those that have waited.
        std::vector<entry*> visible;
    };

    /// \param case_blind where names that differ only in the case of ASCII letters would meet in one table: who does
    ///        not tell them apart, as "SQLite does not tell apart"; empty where all names are different
    explicit table_ledger(std::string case_blind = {}) : case_blind_(std::move(case_blind)) {}

    /// Whether a table can be opened.
    /// \throws error (invalid_argument): it has no name, is open already, or is to be merged without a key;
    ///         error (destination_failed): its name differs from another one's only in upper and lower case
    void check(const table& t) const
    {
        detail::ledger_rules::check_definition(t);
        for (const auto& [name, known] : entries_) {
            if (name == t.name && !known->complete_) {
                detail::ledger_rules::throw_already_open(name);
            }
            if (!case_blind_.empty()) {
                detail::ledger_rules::check_case(name, t.name, case_blind_);
            }
        }
    }

    /// Takes a table in that has been opened. One of that name which was complete is forgotten: make it visible first.
    /// \pre check(t) has passed
    entry& add(table t, std::unique_ptr<Target> target)
    {
        auto fresh = std::make_unique<entry>(std::move(t), std::move(target));
        std::unique_ptr<entry>& place = entries_[fresh->definition_.name];
        place = std::move(fresh);
        return *place;
    }

    /// The table of that name that is open.
    /// \throws error (invalid_argument): there is none
    [[nodiscard]] entry& open_entry(const std::string& name) const
    {
        entry* const found = find(name, false);
        if (found == nullptr) {
            detail::ledger_rules::throw_not_open(name);
        }
        return *found;
    }

    /// The same; null where there is none.
    [[nodiscard]] entry* find_open(const std::string& name) const { return find(name, false); }

    /// The table of that name that is complete and waits for others; null where there is none.
    [[nodiscard]] entry* complete_entry(const std::string& name) const { return find(name, true); }

    /// What follows where all rows of a table are there. An append waits for the tables that are open.
    /// \throws error (invalid_argument): the table is not open
    [[nodiscard]] ending end_by_close(const std::string& name) const
    {
        ending end;
        end.subject = &open_entry(name);
        const bool last = is_last(*end.subject);
        end.waits = end.subject->definition_.disposition == write_disposition::append && !last;
        if (!end.waits) {
            end.visible.push_back(end.subject);
        }
        if (last) {
            add_complete(end.visible);
        }
        return end;
    }

    /// What follows where rows of a table are missing and will not come. Nothing where the table is not open.
    [[nodiscard]] std::optional<ending> end_by_abandon(const std::string& name) const
    {
        std::optional<ending> end;
        if (entry* const found = find(name, false)) {
            end.emplace();
            end->subject = found;
            if (is_last(*found)) {
                add_complete(end->visible);
            }
        }
        return end;
    }

    /// What an ending says has been done: forgets the tables that have ended.
    void conclude(const ending& end)
    {
        if (end.waits) {
            end.subject->complete_ = true;
            return;
        }
        for (const entry* e : end.visible) {
            if (e != end.subject) {
                remove(*e);
            }
        }
        remove(*end.subject);
    }

    /// Forgets a table. Invalidates the entry, and no other.
    void remove(const entry& e) { entries_.erase(entries_.find(e.definition_.name)); }

    /// Forgets all tables.
    void clear() noexcept { entries_.clear(); }

    /// Whether no table is open or waits.
    [[nodiscard]] bool is_empty() const noexcept { return entries_.empty(); }

    /// Calls a function with each entry, in the order of their names.
    template <class Function>
    void for_each(Function&& function) const
    {
        for (const auto& known : entries_) {
            function(*known.second);
        }
    }

private:
    [[nodiscard]] entry* find(const std::string& name, bool complete) const
    {
        const auto found = entries_.find(name);
        return found != entries_.end() && found->second->complete_ == complete ? found->second.get() : nullptr;
    }

    /// Whether no other table is open.
    [[nodiscard]] bool is_last(const entry& ends) const
    {
        return std::all_of(entries_.begin(), entries_.end(),
            [&](const auto& known) { return known.second.get() == &ends || known.second->complete_; });
    }

    void add_complete(std::vector<entry*>& visible) const
    {
        for (const auto& known : entries_) {
            if (known.second->complete_) {
                visible.push_back(known.second.get());
            }
        }
    }

    std::string case_blind_;
    std::map<std::string, std::unique_ptr<entry>> entries_;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/destination/impl/table_ledger.ipp>
#endif
