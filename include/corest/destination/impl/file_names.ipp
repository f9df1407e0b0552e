#pragma once

// The names of all files in a directory of tables: those of users, and the hidden ones.

#include <corest/detail/text.hpp>

#include <corest/destination/impl/directory_state.ipp>
#include <corest/destination/impl/file_format.ipp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace corest::detail {

/// Names in a directory, for one format of its files.
class file_names {
public:
    explicit file_names(const file_format& format) : extension_(format.extension()), prefix_(format.hidden_prefix()) {}

    /// Of the lock, which all formats share.
    static constexpr std::string_view lock = ".corest-lock";

    /// A table's file: no character of it has a meaning in a path.
    [[nodiscard]] std::string of_table(const std::string& table) const
    {
        std::string name;
        for (const char c : table) {
            const bool plain = is_name_character(c) || c == '-' || (c == '.' && !name.empty())
                || static_cast<unsigned char>(c) >= 0x80;
            if (plain) {
                name += c;
            } else {
                name += '%';
                append_hex(name, c);
            }
        }
        return name + extension_;
    }

    /// What the names of all hidden files begin with, that of the lock aside.
    [[nodiscard]] const std::string& hidden() const noexcept { return prefix_; }
    /// What the names of all files begin with that are a run's alone.
    [[nodiscard]] std::string of_run(const std::string& run) const { return of_runs() + run + "-"; }
    /// The file in which a run collects a table's rows.
    [[nodiscard]] std::string rows(const std::string& run, const directory_kept::collected& collected) const
    {
        return of_run(run) + collecting(collected.generation, collected.table) + ".rows";
    }
    /// What stands between prefix and ending in the names of a table's hidden files.
    [[nodiscard]] std::string collecting(std::uint64_t generation, const std::string& table) const
    {
        return (generation == 0 ? std::string() : std::to_string(generation) + "-") + of_table(table);
    }
    /// The digests of a resource's walks.
    [[nodiscard]] std::string digests(const std::string& run, const std::string& resource) const
    {
        return of_run(run) + of_table(resource) + ".seen";
    }
    /// The journal of the runs.
    [[nodiscard]] std::string state() const { return prefix_ + "state"; }
    /// The cursors of the runs that are done.
    [[nodiscard]] std::string cursors() const { return prefix_ + "cursors"; }
    /// Those that are about to take their place: the journal says whether they shall.
    [[nodiscard]] std::string fresh_cursors() const { return cursors() + ".new"; }
    /// What is written down before several files change at once.
    [[nodiscard]] std::string undo() const { return prefix_ + "journal"; }
    /// A file as it was before.
    [[nodiscard]] std::string before(const std::string& file) const { return prefix_ + "before-" + file; }

    [[nodiscard]] bool is_of_run(std::string_view name) const { return name.starts_with(of_runs()); }
    /// Whether a file is only for the run that is under way: it is removed where there is none.
    [[nodiscard]] bool is_leftover(std::string_view name) const
    {
        return name.starts_with(prefix_) && !is_of_run(name) && name != state() && name != cursors()
            && name != fresh_cursors() && name != lock;
    }

private:
    [[nodiscard]] std::string of_runs() const { return prefix_ + "run-"; }

    std::string extension_;
    std::string prefix_;
};

} // namespace corest::detail
