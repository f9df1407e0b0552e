#pragma once

#include <corest/paginate/completeness.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/http/headers.hpp>
#include <corest/http/link_header.hpp>
#include <corest/paginate/next_link.hpp>
#include <corest/paginate/statements.hpp>
#include <corest/select/json_reader.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <span>

namespace corest::detail {

namespace more_statements {

/// What a statement counts or names.
enum class statement { cursor, flag, page_count, record_count };

class known_name {
public:
    constexpr known_name(std::string_view n, statement s) : name(n), states(s) {}
    std::string_view name;
    statement states;
};

/// Names by which APIs say that there is more, in lower case without `_` and `-`.
inline constexpr std::array known_names{
    known_name{"next", statement::cursor},
    known_name{"nextcursor", statement::cursor},
    known_name{"nextpage", statement::cursor},
    known_name{"nextpagetoken", statement::cursor},
    known_name{"nexttoken", statement::cursor},
    known_name{"nexturl", statement::cursor},
    known_name{"nextpageurl", statement::cursor},
    known_name{"nextlink", statement::cursor},
    known_name{"nextoffset", statement::cursor},
    known_name{"@odata.nextlink", statement::cursor},
    known_name{"odata.nextlink", statement::cursor},
    known_name{"continuationtoken", statement::cursor},
    known_name{"hasmore", statement::flag},
    known_name{"hasnext", statement::flag},
    known_name{"hasnextpage", statement::flag},
    known_name{"totalpages", statement::page_count},
    known_name{"pagecount", statement::page_count},
    known_name{"pages", statement::page_count},
    known_name{"lastpage", statement::page_count},
    known_name{"total", statement::record_count},
    known_name{"totalcount", statement::record_count},
    known_name{"totalitems", statement::record_count},
    known_name{"totalrecords", statement::record_count},
    known_name{"totalresults", statement::record_count},
    known_name{"totalelements", statement::record_count},
};

/// Header fields that say so. (Link and Content-Range have a form of their own.)
inline constexpr std::array known_headers{
    known_name{"X-Total-Count", statement::record_count},
    known_name{"X-Total", statement::record_count},
    known_name{"X-Total-Pages", statement::page_count},
    known_name{"X-Next-Page", statement::cursor},
};

/// What a name states; `known_names.end()`: nothing that is known.
inline const known_name* find_known(std::string_view name)
{
    std::array<char, 20> letters; // more than the longest one has
    std::size_t size = 0;
    for (const char c : name) {
        if (c != '_' && c != '-') {
            if (size == letters.size()) {
                return known_names.end();
            }
            letters[size++] = ascii_lower(c);
        }
    }
    const std::string_view plain(letters.data(), size);
    return std::find_if(known_names.begin(), known_names.end(), [&](const known_name& n) { return n.name == plain; });
}

/// Objects in which such names are found.
inline constexpr std::array<std::string_view, 15> places{"info", "response_metadata", "collection", "meta", "metadata",
    "_meta", "pagination", "paging", "page_info", "pageInfo", "page", "cursor", "cursors", "links", "_links"};

/// What the server says, held against what was read.
class comparison {
public:
    explicit comparison(const walk_end& end) : end_(end) {}

    /// Takes in a number of records or pages. \param shown its name, for people
    void take_count(statement states, const std::string& shown, std::string_view digits)
    {
        const std::optional<std::uint64_t> stated = whole_number(digits);
        const bool of_records = states == statement::record_count;
        const std::uint64_t came = of_records ? end_.records : end_.pages;
        if (!stated) {
            return;
        }
        if (of_records) {
            total_ = std::max(total_.value_or(0), *stated);
        }
        if (*stated > came) {
            add(shown + " is " + grouped(*stated) + ", and " + counted(came, of_records ? "record" : "page") + " came");
        } else if (of_records && *stated == came && came != 0) {
            is_met_ = true;
        }
    }

    /// Takes in a clause on a cursor, number or link of the next page. An empty page is the end, whatever follows it.
    void take_next(std::string clause)
    {
        if (end_.last_records != 0) {
            add(std::move(clause));
        }
    }

    void add(std::string clause) { clauses_.push_back(std::move(clause)); }

    /// The largest count of records that is stated.
    [[nodiscard]] const std::optional<std::uint64_t>& total() const noexcept { return total_; }

    /// The clauses that count.
    [[nodiscard]] std::vector<std::string> result() &&
    {
        return is_met_ ? std::vector<std::string>() : std::move(clauses_);
    }

    /// Looks through the members of an object, and of those in it that lead to the records or are usual places.
    /// \param path what leads from this object to the records; empty in a usual place
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
                const bool leads = path.size() > 1 && path.front().name == key;
                const bool may_be_place = !path.empty() || (depth != 0 && depth <= deepest);
                if (leads || (may_be_place && std::find(places.begin(), places.end(), key) != places.end())) {
                    read_object(value, prefix + printable(key) + ".",
                        leads ? path.subspan(1) : std::span<const json_path::step>(), leads ? depth : depth + 1);
                    continue;
                }
            }
            const auto known = find_known(key);
            if (known == known_names.end()) {
                continue;
            }
            const std::string shown = prefix + printable(key);
            switch (known->states) {
            case statement::record_count:
            case statement::page_count:
                take_count(known->states, shown, value);
                break;
            case statement::flag:
                says_no = says_no || value == "false";
                if (value == "true") {
                    add(shown + " is true");
                }
                break;
            case statement::cursor:
                if (names_page(value)) {
                    cursors.push_back(shown + " names a further page" + way_to(value, prefix, key));
                }
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
            static const std::array members{json_path("href"), json_path("link"), json_path("after")};
            return std::any_of(members.begin(), members.end(), [&](const json_path& member) {
                json_reader reader(value);
                return seek(reader, member.steps()) && !is_blank(reader.skip());
            });
        }
        return !is_blank(value) && value != "true" && value.front() != '[';
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
    std::vector<std::string> clauses_;
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
    for (const known_name& known : known_headers) {
        const std::string_view value = all.find(known.name).value_or("");
        if (value.empty()) {
            continue;
        }
        const std::string shown = "the header " + std::string(known.name);
        if (known.states == statement::cursor) {
            found.take_next(shown + " names a further page");
        } else {
            found.take_count(known.states, shown, value);
        }
    }
    const std::string_view range = all.find("Content-Range").value_or("");
    if (range.find('/') != range.npos && !iequals(range.substr(0, 6), "bytes ")) { // those are none of records
        found.take_count(
            statement::record_count, "the size in the header Content-Range", range.substr(range.find('/') + 1));
    }
    if (const auto link = find_link(all.joined("Link"), "next"); link && !link->empty()) {
        found.take_next("the header Link names a further page");
    }
}

} // namespace more_statements

COREST_DECL bool is_more_flag(std::string_view name)
{
    const auto known = more_statements::find_known(name);
    return known != more_statements::known_names.end() && known->states == more_statements::statement::flag;
}

COREST_DECL std::string envelope_of(
    std::string_view body, const json_path& records_path, std::size_t first, std::size_t last)
{
    auto names = records_path.steps();
    if (!names.empty() && names.back().kind == json_path::step::step_kind::wildcard) {
        names = names.first(names.size() - 1);
    }
    const bool plain = std::all_of(names.begin(), names.end(),
        [](const json_path::step& s) { return s.kind == json_path::step::step_kind::name; });
    if (names.empty() || !plain) {
        return {};
    }
    std::string envelope(body.substr(0, first));
    envelope += body.substr(last);
    return envelope;
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

} // namespace corest::detail
