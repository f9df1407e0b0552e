#pragma once

// What a directory of files keeps of its runs, as values: in memory, and as lines of its journal.

#include <corest/destination/destination.hpp>
#include <corest/destination/progress.hpp>
#include <corest/detail/text.hpp>
#include <corest/detail/utf8.hpp>
#include <corest/error.hpp>
#include <corest/select/decode.hpp>
#include <corest/select/encode.hpp>
#include <corest/select/json_reader.hpp>

#include <boost/describe/class.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace corest::detail {

namespace directory_kept {

// What the journal's lines consist of. Members are written and read by their names.

struct run {
    std::string id;
    std::string source;
    std::string plan_hash;
    bool is_done = false;
    std::int64_t began = 0;  ///< seconds since 1970
    std::int64_t active = 0; ///< likewise, to the minute
};
BOOST_DESCRIBE_STRUCT(run, (), (id, source, plan_hash, is_done, began, active))

struct resource {
    std::string name;
    std::string state;
    std::uint64_t pages = 0;
    std::uint64_t rows = 0;
    std::uint64_t walks_done = 0;
    std::uint64_t largest_page = 0;
    std::optional<std::uint64_t> incomplete; ///< none: 0
};
BOOST_DESCRIBE_STRUCT(resource, (), (name, state, pages, rows, walks_done, largest_page, incomplete))

struct walk {
    std::uint64_t number = 0;
    std::string resource;
    std::optional<json_text> bindings; ///< as `bindings_text` makes it
    std::vector<std::string> parents;
};
BOOST_DESCRIBE_STRUCT(walk, (), (number, resource, bindings, parents))

/// Where a walk stands.
struct stand {
    std::uint64_t walk = 0;
    std::uint64_t pages = 0;
    std::uint64_t records = 0;
    std::uint64_t fingerprint = 0;
    std::optional<std::string> position;
    std::optional<std::string> position_bytes; ///< in its place where it is not UTF-8: hexadecimal
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(stand, (), (walk, pages, records, fingerprint, position, position_bytes, cursor))

/// The file in which the rows of a table are collected.
struct collected {
    std::string table;
    std::string resource;
    std::string disposition;
    std::uint64_t generation = 0; ///< how often it has been begun anew: a part of its name
    std::uint64_t size = 0;
    // Of the table's own file when it was copied, in an append; what tells whether it is still the same.
    std::uint64_t base_size = 0;
    std::uint64_t base_number = 0;
    std::int64_t base_time = 0;
    std::uint64_t first = 0;          ///< where the new rows begin
    std::vector<std::string> columns; ///< that the file gets whatever rows come, where its format has columns
    std::optional<std::string> types; ///< where they have types, too: as `typed_columns::to_json` makes it
    /// The other resources whose rows they are; none: there is no other.
    std::optional<std::vector<std::string>> further_resources;

    /// All resources whose rows they are.
    [[nodiscard]] std::vector<std::string> resource_names() const
    {
        std::vector<std::string> names{resource};
        if (further_resources) {
            names.insert(names.end(), further_resources->begin(), further_resources->end());
        }
        return names;
    }
};
BOOST_DESCRIBE_STRUCT(collected, (),
    (table, resource, disposition, generation, size, base_size, base_number, base_time, first, columns, types,
        further_resources))

/// A file that grows.
struct growth {
    std::string name; ///< of the table, or of the resource
    std::uint64_t size = 0;
};
BOOST_DESCRIBE_STRUCT(growth, (), (name, size))

/// A cursor that becomes that of its source when the run is done.
struct cursor {
    std::uint64_t walk = 0;
    std::string resource;
    std::string field;
    std::string partition;
    std::string state;
};
BOOST_DESCRIBE_STRUCT(cursor, (), (walk, resource, field, partition, state))

struct renaming {
    std::string from;
    std::string to;
};
BOOST_DESCRIBE_STRUCT(renaming, (), (from, to))

/// Files take the place of others: decided, and done or to be done by who reads it.
struct publication {
    std::vector<renaming> files;     ///< their names in the directory
    std::vector<std::string> tables; ///< whose rows are visible then
    bool is_whole = false;           ///< their resources are published; else more rows may come
    bool is_done = false;            ///< so is all of the run: it only has to be said to be done
};
BOOST_DESCRIBE_STRUCT(publication, (), (files, tables, is_whole, is_done))

template <class T>
void add(std::string& line, std::string_view kind, const T& value)
{
    line += line.empty() ? "[{\"" : ",{\"";
    line += kind;
    line += "\":";
    append_json(line, value);
    line += '}';
}

inline std::string of_hexadecimal(std::string_view text)
{
    std::string bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        const auto high = lower_hex_digits.find(text[i]);
        const auto low = lower_hex_digits.find(text[i + 1]);
        bytes += static_cast<char>(high << 4U | low);
    }
    return bytes;
}

} // namespace directory_kept

/// A run of a directory of files. Its lines are written by `add_all`, and what changes by who changes it.
class directory_run {
public:
    /// A walk that is open.
    class open_walk {
    public:
        directory_kept::walk kept;
        directory_kept::stand stand;
    };
    using cursor_key = std::tuple<std::string, std::string, std::string>; // resource, field, partition

    directory_kept::run kept;
    std::map<std::string, directory_kept::resource> resources;
    std::map<std::uint64_t, open_walk> walks;
    std::map<std::string, directory_kept::collected> tables;
    std::map<std::string, std::uint64_t> seen; ///< by resource: how long its file of digests is
    std::map<cursor_key, directory_kept::cursor> cursors;

    [[nodiscard]] directory_kept::resource& resource(const std::string& name)
    {
        directory_kept::resource& found = resources[name];
        if (found.name.empty()) {
            found.name = name;
            found.state = to_string(stored_resource_state::loading);
        }
        return found;
    }

    /// What follows from a publication.
    void take(const directory_kept::publication& done)
    {
        for (const std::string& table : done.tables) {
            directory_kept::collected& rows = tables[table];
            if (done.is_whole) {
                for (const std::string& name : rows.resource_names()) {
                    resource(name).state = to_string(stored_resource_state::published);
                }
                tables.erase(table);
            } else {
                ++rows.generation;
                rows.size = 0;
            }
        }
        if (done.is_done) {
            for (auto& known : resources) {
                known.second.state = to_string(stored_resource_state::published);
            }
            walks.clear();
            tables.clear();
            seen.clear();
            cursors.clear();
        }
    }

    /// All of it as lines.
    template <class Function>
    void add_all(Function&& add_line) const
    {
        std::string line;
        const auto end_line = [&] {
            if (!line.empty()) {
                add_line(line + "]");
            }
            line.clear();
            directory_kept::add(line, "in", kept.id);
        };
        directory_kept::add(line, "run", kept);
        for (const auto& known : resources) {
            directory_kept::add(line, "resource", known.second);
        }
        for (const auto& known : tables) {
            directory_kept::add(line, "collected", known.second);
        }
        for (const auto& [name, size] : seen) {
            directory_kept::growth one;
            one.name = name;
            one.size = size;
            directory_kept::add(line, "seen", one);
        }
        for (const auto& known : walks) {
            directory_kept::add(line, "walk", known.second.kept);
            if (known.second.stand.pages != 0) {
                directory_kept::add(line, "stand", known.second.stand);
            }
            if (line.size() > 100000) {
                end_line();
            }
        }
        for (const auto& known : cursors) {
            directory_kept::add(line, "cursor", known.second);
            if (line.size() > 100000) {
                end_line();
            }
        }
        end_line();
    }

    /// The cursors of a resource are not kept for later runs.
    void forget_cursors(const std::string& of_resource)
    {
        std::erase_if(cursors, [&](const auto& c) { return c.second.resource == of_resource; });
    }

    [[nodiscard]] stored_run told() const
    {
        stored_run run;
        run.id = kept.id;
        run.source = kept.source;
        run.plan_hash = kept.plan_hash;
        run.is_done = kept.is_done;
        run.began = std::chrono::system_clock::time_point(std::chrono::seconds(kept.began));
        run.active = std::chrono::system_clock::time_point(std::chrono::seconds(kept.active));
        for (const auto& known : resources) {
            const directory_kept::resource& r = known.second;
            stored_resource one;
            one.name = r.name;
            one.state = stored_resource_state_of(r.state);
            one.pages = r.pages;
            one.rows = r.rows;
            one.walks_done = r.walks_done;
            one.largest_page = r.largest_page;
            one.incomplete = r.incomplete.value_or(0);
            run.resources.push_back(std::move(one));
        }
        for (const auto& [number, known] : walks) {
            stored_walk one;
            one.walk = number;
            one.resource = known.kept.resource;
            if (known.kept.bindings) {
                one.bindings = read_bindings(known.kept.bindings->json);
            }
            one.parents = known.kept.parents;
            one.position.pages = known.stand.pages;
            one.position.records = known.stand.records;
            one.position.fingerprint = known.stand.fingerprint;
            one.position.paginator = known.stand.position;
            if (known.stand.position_bytes) {
                one.position.paginator = directory_kept::of_hexadecimal(*known.stand.position_bytes);
            }
            if (const auto r = resources.find(one.resource); r != resources.end()) {
                one.position.largest_page = r->second.largest_page;
            }
            one.cursor = known.stand.cursor;
            run.walks.push_back(std::move(one));
        }
        return run;
    }
};

/// The runs that a directory knows, the latest one last; and what a publication of one of them has left to be done.
class directory_state {
public:
    std::list<directory_run> runs;
    std::vector<directory_kept::renaming> undone;

    /// Takes in a line of the journal. \throws error (not_json, wrong_type, field_missing)
    void take(std::string_view line)
    {
        std::string_view kind;
        std::string scratch;
        json_reader in(line, "the journal");
        directory_run* run = nullptr;
        in.begin_array();
        while (in.next_element()) {
            in.begin_object();
            while (in.next_key(kind, scratch)) {
                take_part(run, kind, in);
            }
        }
        in.finish();
    }

    /// All of it as lines. \pre nothing is left to be done
    template <class Function>
    void add_all(Function&& add_line) const
    {
        for (const directory_run& r : runs) {
            r.add_all(add_line);
        }
    }

    [[nodiscard]] directory_run* find(std::string_view id)
    {
        const auto found =
            std::find_if(runs.begin(), runs.end(), [&](const directory_run& r) { return r.kept.id == id; });
        return found == runs.end() ? nullptr : &*found;
    }

private:
    void take_part(directory_run*& run, std::string_view kind, json_reader& in)
    {
        if (kind == "in") {
            run = &known(decode<std::string>(in));
        } else if (kind == "run") {
            auto kept = decode<directory_kept::run>(in);
            run = &known(kept.id);
            run->kept = std::move(kept);
        } else if (kind == "published") {
            static_cast<void>(in.boolean());
            undone.clear();
        } else if (run != nullptr) {
            take_part_of(*run, kind, in);
        } else {
            in.skip();
        }
    }

    void take_part_of(directory_run& run, std::string_view kind, json_reader& in)
    {
        if (kind == "resource") {
            auto kept = decode<directory_kept::resource>(in);
            run.resources[kept.name] = kept;
        } else if (kind == "walk") {
            auto kept = decode<directory_kept::walk>(in);
            directory_run::open_walk& walk = run.walks[kept.number];
            walk.stand.walk = kept.number;
            walk.kept = std::move(kept);
        } else if (kind == "stand") {
            auto stand = decode<directory_kept::stand>(in);
            directory_run::open_walk& walk = run.walks[stand.walk];
            walk.kept.number = stand.walk;
            walk.stand = std::move(stand);
        } else if (kind == "ended") {
            run.walks.erase(in.uint64());
        } else if (kind == "collected") {
            auto kept = decode<directory_kept::collected>(in);
            run.tables[kept.table] = kept;
        } else if (kind == "size") {
            const auto grown = decode<directory_kept::growth>(in);
            run.tables[grown.name].size = grown.size;
        } else if (kind == "seen") {
            const auto grown = decode<directory_kept::growth>(in);
            run.seen[grown.name] = grown.size;
        } else if (kind == "cursor") {
            auto kept = decode<directory_kept::cursor>(in);
            run.cursors[{kept.resource, kept.field, kept.partition}] = kept;
        } else if (kind == "restarted") { // the walk's cursors do not count any more
            const std::uint64_t number = in.uint64();
            std::erase_if(run.cursors, [&](const auto& c) { return c.second.walk == number; });
        } else if (kind == "forgotten") {
            run.forget_cursors(decode<std::string>(in));
        } else if (kind == "publication") {
            const auto done = decode<directory_kept::publication>(in);
            run.take(done);
            undone = done.files;
        } else {
            in.skip();
        }
    }

    [[nodiscard]] directory_run& known(const std::string& id)
    {
        if (directory_run* const found = find(id)) {
            return *found;
        }
        runs.emplace_back();
        runs.back().kept.id = id;
        return runs.back();
    }
};

/// What a cursor of an earlier run is found by: source, resource, field, partition.
using directory_cursor_key = std::tuple<std::string, std::string, std::string, std::string>;

} // namespace corest::detail
