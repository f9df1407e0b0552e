#pragma once

#include <corest/source/run/row_nesting.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/select/json_reader.hpp>
#include <corest/select/record.hpp>
#include <corest/source/plan/nested_columns.hpp>

#include <algorithm>
#include <memory>
#include <utility>

namespace corest::source::detail {

/// Makes the rows of one page.
class row_nesting::page_reader {
public:
    page_reader(row_nesting& names, const page& rows) : names_(names), rows_(rows)
    {
        tables_.emplace_back(names.root_, names.root_, 0);
        tables_.front().body.reserve(rows.body().size());
    }

    nested_rows read(binding_list bindings)
    {
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            try {
                add_row(0, rows_.json(i), names_.levels_, nullptr);
            } catch (const error& e) {
                throw corest::detail::locate(e, rows_, i);
            }
        }
        nested_rows made;
        auto top = rows_.data()->without_records();
        top->bindings = std::move(bindings);
        made.rows = tables_.front().finish(std::move(top));
        for (std::size_t t = 1; t < tables_.size(); ++t) {
            auto data = std::make_shared<corest::detail::page_data>();
            data->number = rows_.number();
            data->resource = tables_[t].name;
            data->url = rows_.url();
            data->status = rows_.status();
            page below = tables_[t].finish(std::move(data));
            made.nested.emplace_back(
                tables_[t].name, std::move(below), tables_[t].parent, std::move(tables_[t].parents));
        }
        return made;
    }

private:
    /// The rows of a table.
    class table_rows {
    public:
        table_rows(std::string its_name, std::string its_path, std::size_t its_parent)
            : name(std::move(its_name)),
              path(std::move(its_path)),
              parent(its_parent)
        {
        }

        page finish(std::shared_ptr<corest::detail::page_data> data)
        {
            body += "]";
            data->body.append(body);
            data->records = std::move(records);
            return page(std::move(data));
        }

        std::string name;
        std::string path; ///< the name, before it was shortened
        std::size_t parent;
        std::string body = "[";
        std::vector<corest::detail::slice> records;
        std::vector<std::size_t> parents;
    };

    /// Where a row that is no record stands.
    class place {
    public:
        std::string_view parent_id;
        std::string_view root_id;
        std::size_t parent = 0; ///< the position of the row that it is in
        std::size_t index = 0;  ///< in the list
    };

    /// An object whose members are columns of the row.
    class part {
    public:
        std::string_view json;
        std::size_t levels; ///< that may lie below it
        std::string path;   ///< before the names of its members; empty for the row itself
    };

    /// A member of a row that is a list.
    class list {
    public:
        const column* of;
        std::string_view json;
    };

    /// \param levels that may lie below it
    /// \param at null at the top
    void add_row(std::size_t t, std::string_view json, std::size_t levels, const place* at)
    {
        const std::size_t position = tables_[t].records.size();
        tables_[t].body += position == 0 ? "" : ",";
        const std::size_t begin = tables_[t].body.size();
        std::string id; // its own, where a record at the top has one
        std::vector<list> lists = add_members(t, json, levels, at == nullptr ? &id : nullptr);
        if (at != nullptr) {
            id = nested_row_id(at->parent_id, tables_[t].name, at->index);
        } else if (id.empty()) {
            names_.ids_.append_to(id);
        }
        add_ids(t, id, at);
        tables_[t].records.push_back({begin, tables_[t].body.size() - begin});
        if (at != nullptr) {
            tables_[t].parents.push_back(at->parent);
        }
        for (const list& one : lists) {
            place below;
            below.parent_id = id;
            below.root_id = at == nullptr ? std::string_view(id) : at->root_id;
            below.parent = position;
            add_list(table_of(t, *one.of), one.json, levels - 1, below);
        }
    }

    /// Writes the members of a row. \return those that are lists of rows
    /// \param[out] id at the top: that of the record, where it has one; else null
    std::vector<list> add_members(std::size_t t, std::string_view json, std::size_t levels, std::string* id)
    {
        ++names_.row_;
        std::vector<list> lists;
        std::vector<part> parts;
        parts.push_back(part{json, levels, {}});
        std::string& body = tables_[t].body;
        body += '{';
        while (!parts.empty()) {
            const part current = std::move(parts.back());
            parts.pop_back();
            json_reader in(current.json, "the record");
            std::string_view field;
            in.begin_object();
            while (in.next_key(field, scratch_)) {
                const column& c = names_.column_of(current.path, field);
                const json_kind kind = in.kind();
                if (id != nullptr && kind == json_kind::string && c.path == nested_column::row_id) {
                    id->assign(in.string(scratch_));
                    continue;
                }
                const std::string_view value = in.skip();
                if (kind == json_kind::null) {
                    continue;
                }
                const bool is_open = current.levels != 0 && !(id != nullptr && c.stays_json);
                if (is_open && kind == json_kind::object) {
                    parts.push_back(part{value, current.levels - 1, c.path + "__"});
                    continue;
                }
                if (is_open && kind == json_kind::array) {
                    add_list_of(lists, c, value);
                    continue;
                }
                take(c);
                body += c.name_json;
                body += ':';
                body += value;
                body += ',';
            }
            in.finish();
        }
        return lists;
    }

    /// Notes a list; of two in the same member the last one counts.
    static void add_list_of(std::vector<list>& lists, const column& c, std::string_view json)
    {
        const auto known = std::find_if(lists.begin(), lists.end(), [&](const list& one) { return one.of == &c; });
        if (known != lists.end()) {
            known->json = json;
            return;
        }
        const auto same =
            std::find_if(lists.begin(), lists.end(), [&](const list& one) { return one.of->name == c.name; });
        if (same != lists.end()) {
            throw both("table", *same->of, c);
        }
        lists.push_back(list{&c, json});
    }

    /// Takes note that the row has a column.
    void take(const column& c)
    {
        if (c.is_taken) {
            throw error(errc::wrong_type,
                "the record has a field " + corest::detail::in_quotes(c.name)
                    + ", and max_table_nesting adds a column of that name",
                "Rename the field (processing_steps), or set max_table_nesting to 0");
        }
        if (names_.seen_[c.place] == names_.row_ && names_.seen_as_[c.place] != &c) {
            throw both("column", *names_.seen_as_[c.place], c);
        }
        names_.seen_[c.place] = names_.row_;
        names_.seen_as_[c.place] = &c;
    }

    [[nodiscard]] static error both(const std::string& what, const column& one, const column& other)
    {
        return error(errc::wrong_type,
            "the fields " + corest::detail::in_quotes(one.shown) + " and " + corest::detail::in_quotes(other.shown)
                + " of a record would both be the " + what + " " + corest::detail::in_quotes(other.name),
            "Leave one of them out, or set max_table_nesting to 0");
    }

    /// Writes what tells a row from others, and where it stands; and ends it.
    void add_ids(std::size_t t, const std::string& id, const place* at)
    {
        std::string& body = tables_[t].body;
        const auto add = [&](std::string_view name, std::string_view value) {
            append_quoted(body, name);
            body += ':';
            append_quoted(body, value);
            body += ',';
        };
        if (at != nullptr) {
            if (names_.has_root_id_) {
                add(nested_column::root_id, at->root_id);
            }
            add(nested_column::parent_id, at->parent_id);
            body += '"';
            body += nested_column::list_index;
            body += "\":";
            body += std::to_string(at->index);
            body += ',';
        }
        add(nested_column::row_id, id);
        body.back() = '}';
    }

    void add_list(std::size_t t, std::string_view json, std::size_t levels, place at)
    {
        json_reader in(json, "the list");
        in.begin_array();
        while (in.next_element()) {
            const json_kind kind = in.kind();
            const std::string_view element = in.skip();
            if (kind == json_kind::object) {
                add_row(t, element, levels, &at);
            } else {
                const bool is_list = kind == json_kind::array;
                std::string row = is_list ? R"({"list":)" : R"({"value":)";
                row += element;
                row += '}';
                add_row(t, row, is_list && levels != 0 ? levels - 1 : 0, &at);
            }
            ++at.index;
        }
        in.finish();
    }

    /// The table of the rows of a list. \param parent the table that has the list \param of the member that it is
    [[nodiscard]] std::size_t table_of(std::size_t parent, const column& of)
    {
        const std::string path = tables_[parent].path + "__" + of.path;
        const std::string name = corest::schema::path_name(names_.convention_, path, names_.longest_);
        const auto known =
            std::find_if(tables_.begin(), tables_.end(), [&](const table_rows& one) { return one.name == name; });
        if (known == tables_.end()) {
            tables_.emplace_back(name, path, parent);
            return tables_.size() - 1;
        }
        if (known->path != path || known->parent != parent || known == tables_.begin()) {
            throw error(errc::wrong_type,
                "two lists of a record, at " + corest::detail::in_quotes(known->path) + " and "
                    + corest::detail::in_quotes(path) + ", would both be the table " + corest::detail::in_quotes(name),
                "Leave one of them out, or set max_table_nesting to less");
        }
        return static_cast<std::size_t>(known - tables_.begin());
    }

    row_nesting& names_;
    const page& rows_;
    std::vector<table_rows> tables_; ///< the first one is that at the top
    std::string scratch_;
};

COREST_DECL row_nesting::row_nesting(
    const table& root, corest::schema::naming convention, std::size_t longest, std::size_t levels)
    : root_(root.name),
      convention_(convention),
      longest_(longest),
      levels_(levels),
      has_root_id_(root.disposition == write_disposition::merge)
{
    if (root.schema) {
        for (const corest::schema::column& c : root.schema->columns) {
            if (c.type == corest::schema::data_type::json) {
                json_columns_.insert(c.name);
            }
        }
    }
}

COREST_DECL nested_rows row_nesting::apply(const page& rows, binding_list bindings)
{
    return page_reader(*this, rows).read(std::move(bindings));
}

COREST_DECL const row_nesting::column& row_nesting::column_of(const std::string& path, std::string_view field)
{
    key_.assign(path);
    key_ += '\0';
    key_ += field;
    const auto [known, is_new] = columns_.try_emplace(key_);
    column& c = known->second;
    if (is_new) {
        const std::string own = corest::schema::name_by(convention_, field, longest_);
        c.path = path + (own.empty() ? "_empty" : own);
        c.name = path.empty() ? c.path : corest::schema::path_name(convention_, c.path, longest_);
        append_quoted(c.name_json, c.name);
        c.shown = path + std::string(field);
        c.is_taken = nested_column::is_one(c.name);
        c.stays_json = json_columns_.count(c.name) != 0;
        c.place = places_.try_emplace(c.name, places_.size()).first->second;
        if (c.place == seen_.size()) {
            seen_.push_back(0);
            seen_as_.push_back(nullptr);
        }
    }
    return c;
}

} // namespace corest::source::detail
