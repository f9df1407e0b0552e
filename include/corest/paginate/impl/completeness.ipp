#pragma once

#include <corest/paginate/completeness.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/http/headers.hpp>
#include <corest/http/link_header.hpp>
#include <corest/paginate/next_link.hpp>
#include <corest/paginate/statements.hpp>
#include <corest/select/envelope_names.hpp>
#include <corest/select/json_reader.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>

namespace corest::detail {

namespace more_statements {

/// Header fields that say so. (Link and Content-Range have a form of their own.)
inline constexpr std::array known_headers{
    envelope_name{"X-Total-Count", envelope_statement::record_count},
    envelope_name{"X-Total", envelope_statement::record_count},
    envelope_name{"X-WP-Total", envelope_statement::record_count},
    envelope_name{"X-Total-Pages", envelope_statement::page_count},
    envelope_name{"X-WP-TotalPages", envelope_statement::page_count},
    envelope_name{"X-Next-Page", envelope_statement::cursor},
};

/// "true" and "false" as APIs write them; none: it is neither.
[[nodiscard]] inline std::optional<bool> truth(std::string_view json)
{
    if (json == "true" || json == "\"true\"" || json == "1") {
        return true;
    }
    return json == "false" || json == "\"false\"" || json == "0" ? std::optional(false) : std::nullopt;
}

/// The number that is the value, also as text, or in an object as `value` (`"hits": {"total": {"value": 25}}`).
[[nodiscard]] inline std::string_view number_in(std::string_view json)
{
    if (json.front() == '{') {
        static const json_path member("value");
        json_reader reader(json);
        return seek(reader, member.steps()) ? reader.skip() : std::string_view();
    }
    return json.size() > 2 && json.front() == '"' ? json.substr(1, json.size() - 2) : json;
}

/// What the server says, held against what was read.
class comparison {
public:
    explicit comparison(const walk_end& end) : end_(end) {}

    /// Takes in a number of records or pages. \param shown its name, for people
    void take_count(envelope_statement states, const std::string& shown, std::string_view digits)
    {
        const std::optional<std::uint64_t> stated = whole_number(digits);
        const bool of_records = states != envelope_statement::page_count;
        const std::uint64_t came = of_records ? end_.records : end_.pages;
        if (!stated || end_.is_record || (of_records && !end_.counts_records)) {
            return;
        }
        if (states == envelope_statement::record_count) {
            total_ = std::max(total_.value_or(0), *stated);
        }
        if (!of_records && *stated == 1) { // which has come, though it may be empty
            return;
        }
        if (*stated > came) {
            add(shown + " is " + grouped(*stated) + ", and " + counted(came, of_records ? "record" : "page") + " came");
        } else if (states == envelope_statement::record_count && *stated == came) {
            is_met_ = true;
        }
    }

    /// Takes in a clause on a cursor, number or link of the next page. An empty page is the end, whatever follows it,
    /// where it was the paginator that came to it.
    void take_next(std::string clause)
    {
        if (end_.last_records != 0 || end_.guesses_paging) {
            add(std::move(clause));
        }
    }

    /// Takes in a clause. \param is_certain a count of records that has come does not make it void
    void add(std::string clause, bool is_certain = false) { clauses_.emplace_back(std::move(clause), is_certain); }

    /// The largest count of records that is stated.
    [[nodiscard]] const std::optional<std::uint64_t>& total() const noexcept { return total_; }

    /// The clauses that count.
    [[nodiscard]] std::vector<std::string> result() &&
    {
        std::vector<std::string> all;
        for (auto& [clause, is_certain] : clauses_) {
            if (is_certain || !is_met_) {
                all.push_back(std::move(clause));
            }
        }
        return all;
    }

    /// Looks through the members of an object, and of those in it that lead to the records or are usual places.
    /// \param path what leads from this object to the records; empty in a usual place, and in a record
    /// \param depth how many usual places it is in
    void read_object(
        std::string_view object, const std::string& prefix, std::span<const json_path::step> path, unsigned depth = 0)
    {
        constexpr unsigned deepest = 2;   // meta.pagination.links
        std::vector<std::string> cursors; // which a flag that says no would make void
        bool says_no = false;
        json_reader reader(object);
        std::string_view key;
        std::string scratch;
        reader.begin_object();
        while (reader.next_key(key, scratch)) {
            const std::string_view value = reader.skip();
            if (value.front() == '{') {
                if (end_.is_record && levels_ < deepest_data && (levels_ != 0 || key == "data")) { // as GraphQL answers
                    ++levels_;
                    read_object(value, prefix + printable(key) + ".", {}, 1);
                    --levels_;
                    continue;
                }
                const bool leads = path.size() > 1 && path.front().name == key;
                const bool may_be_place = depth <= deepest && (depth != 0 || !path.empty() || end_.is_record);
                if (leads || (may_be_place && is_envelope_object(key))) {
                    read_object(value, prefix + printable(key) + ".",
                        leads ? path.subspan(1) : std::span<const json_path::step>(), leads ? depth : depth + 1);
                    continue;
                }
            }
            if (value.front() == '[' && is_envelope_object(key) && has_next_link(value)) {
                cursors.push_back(prefix + printable(key) + " names a further page");
                continue;
            }
            const envelope_name* const known = find_envelope_name(key);
            if (known == nullptr || (end_.is_record && known->may_be_of_record)) {
                continue;
            }
            const std::string shown = prefix + printable(key);
            switch (known->states) {
            case envelope_statement::count:
            case envelope_statement::record_count:
            case envelope_statement::page_count:
                take_count(known->states, shown, number_in(value));
                break;
            case envelope_statement::flag:
            case envelope_statement::last_flag:
                if (const std::optional<bool> said = truth(value)) {
                    const bool says_more = *said == (known->states == envelope_statement::flag);
                    says_no = says_no || !says_more;
                    if (says_more) {
                        add(shown + " is " + (*said ? "true" : "false"), true);
                    }
                }
                break;
            case envelope_statement::cursor:
                if (names_page(value)) {
                    cursors.push_back(shown + " names a further page" + way_to(value, prefix, key));
                }
                break;
            case envelope_statement::place: // "offset": "itr8/rec5" is one to go on at
                if (plain_key(key).text() == "offset" && value.front() == '"' && !whole_number(number_in(value))
                    && !is_blank(value))
                {
                    cursors.push_back(shown + " names a further page");
                }
                break;
            case envelope_statement::status:
            case envelope_statement::identity:
                break;
            }
        }
        for (std::string& clause : cursors) {
            if (!says_no) {
                take_next(std::move(clause));
            }
        }
    }

private:
    /// A text or number that is no blank, or a link object with an address or a cursor.
    [[nodiscard]] static bool names_page(std::string_view value)
    {
        if (value.front() == '{') {
            bool has_member = false;
            bool has_address = false; // a title beside an address that is null is none
            bool names_one = false;
            json_reader reader(value);
            std::string_view key;
            std::string scratch;
            reader.begin_object();
            while (reader.next_key(key, scratch)) {
                const bool is_address = key == "href" || key == "link" || key == "url";
                const bool is_filled = !is_blank(reader.skip());
                has_address = has_address || is_address;
                names_one = names_one || (is_address && is_filled);
                has_member = has_member || is_filled;
            }
            return has_address ? names_one : has_member;
        }
        return !is_blank(value) && value != "true" && value.front() != '[';
    }

    /// Whether one of a list of links leads to the next page: `[{"rel": "next", "href": ...}]`.
    [[nodiscard]] static bool has_next_link(std::string_view list)
    {
        static const std::array relations{json_path("rel"), json_path("relation")};
        json_reader reader(list);
        reader.begin_array();
        while (reader.next_element()) {
            const bool is_object = reader.kind() == json_kind::object;
            const std::string_view link = reader.skip();
            for (const json_path& relation : relations) {
                json_reader member(link);
                if (is_object && seek(member, relation.steps()) && member.skip() == "\"next\"" && names_page(link)) {
                    return true;
                }
            }
        }
        return false;
    }

    /// How a link is followed that was not, since it leads to another origin; empty where it is none.
    [[nodiscard]] static std::string way_to(std::string_view value, const std::string& prefix, std::string_view key)
    {
        if (value.front() != '"' || !is_url_reference(to_text(value))) {
            return {};
        }
        return ", which \"paginator\": {\"type\": \"json_link\", \"next_url_path\": \""
            + (is_plain_name(key) ? prefix + std::string(key) : "$." + prefix + "['" + std::string(key) + "']")
            + "\"} follows";
    }

    const walk_end& end_;
    std::vector<std::pair<std::string, bool>> clauses_; ///< and whether it is certain
    static constexpr unsigned deepest_data = 5;         // data.viewer.issues.pageInfo
    unsigned levels_ = 0;                               ///< in how many objects of a record's data it is
    bool is_met_ = false;
    std::optional<std::uint64_t> total_;
};

/// False for most fields that are of no interest here.
inline bool may_state(std::string_view name)
{
    constexpr std::string_view range = "Content-Range";
    return !name.empty()
        && (ascii_lower(name[0]) == 'x' || (ascii_lower(name[0]) == 'l' && name.size() == 4)
            || (ascii_lower(name[0]) == 'c' && name.size() == range.size()));
}

COREST_DECL void read_headers(const walk_end& end, comparison& found)
{
    const headers& all = *end.headers;
    // Few responses have one of these fields, and many walks are of a single page: a look at the first letters will do.
    if (std::none_of(all.begin(), all.end(), [](const header& h) { return may_state(h.name); })) {
        return;
    }
    for (const envelope_name& known : known_headers) {
        const std::string_view value = all.find(known.name).value_or("");
        if (value.empty()) {
            continue;
        }
        const std::string shown = "the header " + std::string(known.name);
        if (known.states == envelope_statement::cursor) {
            found.take_next(shown + " names a further page");
        } else {
            found.take_count(known.states, shown, value);
        }
    }
    const std::string_view range = all.find("Content-Range").value_or("");
    if (range.find('/') != range.npos && !iequals(range.substr(0, 6), "bytes ")) { // those are none of records
        found.take_count(envelope_statement::record_count, "the size in the header Content-Range",
            range.substr(range.find('/') + 1));
    }
    if (const auto link = find_link(all.joined("Link"), "next"); link && !link->empty()) {
        found.take_next("the header Link names a further page");
    }
}

} // namespace more_statements

namespace more_statements {

/// The steps of a path but for a last `[*]`, which says no more than that the list has elements.
[[nodiscard]] inline std::span<const json_path::step> steps_to_list(const json_path& path)
{
    const auto steps = path.steps();
    const bool has_elements = !steps.empty() && steps.back().kind == json_path::step::step_kind::wildcard;
    return has_elements ? steps.first(steps.size() - 1) : steps;
}

} // namespace more_statements

COREST_DECL std::string envelope_of(
    std::string_view body, const json_path& records_path, std::size_t first, std::size_t last)
{
    if (more_statements::steps_to_list(records_path).empty()) {
        return {};
    }
    std::string envelope(body.substr(0, first));
    const std::size_t before = envelope.find_last_not_of(" \t\r\n");
    if (before != envelope.npos && envelope[before] == ':') { // one object stood here, and no list
        envelope += "null";
    }
    envelope += body.substr(last);
    return envelope;
}

COREST_DECL bool is_counted_path(const json_path& records_path, bool is_list)
{
    using kinds = json_path::step::step_kind;
    const auto steps = records_path.steps();
    const auto is = [](kinds kind) { return [kind](const json_path::step& s) { return s.kind == kind; }; };
    const auto inner = more_statements::steps_to_list(records_path);
    if (std::all_of(inner.begin(), inner.end(), is(kinds::name))) {
        return is_list || inner.size() != steps.size();
    }
    // One of each element, as `edges[*].node`.
    return !is_list && inner.size() == steps.size()
        && std::all_of(steps.begin(), steps.end(),
            [&](const json_path::step& s) { return is(kinds::name)(s) || is(kinds::wildcard)(s); })
        && std::count_if(steps.begin(), steps.end(), is(kinds::wildcard)) == 1;
}

COREST_DECL server_statements read_statements(const walk_end& end)
{
    more_statements::comparison found(end);
    if (end.headers != nullptr) {
        more_statements::read_headers(end, found);
    }
    const auto begin = end.envelope.find('{');
    if (begin != end.envelope.npos) {
        try {
            found.read_object(end.envelope.substr(begin), "", end.records_path->steps());
        } catch (const error&) {
            // Of what no path leads into only the brackets were looked at: what is broken there says nothing.
        }
    }
    server_statements all;
    all.total = found.total();
    all.unmet = std::move(found).result();
    return all;
}

COREST_DECL std::string next_page_stated_in(std::string_view object)
{
    static const json_path whole;
    walk_end end;
    end.records = 1;
    end.pages = 1;
    end.last_records = 1;
    end.envelope = object;
    end.records_path = &whole;
    end.is_record = true;
    return join(read_statements(end).unmet);
}

} // namespace corest::detail
