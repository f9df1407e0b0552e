#pragma once

/// \file
/// The names by which APIs say how a list goes on, how long it is, and how the request went: what an envelope has
/// beside its records.

#include <corest/detail/text.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace corest::detail {

/// What a member of an envelope says.
enum class envelope_statement {
    cursor,       ///< which page comes next: a cursor, a number or a link
    flag,         ///< whether there is more
    last_flag,    ///< whether this page is the last one
    page_count,   ///< how many pages there are
    record_count, ///< how many records there are
    count,        ///< how many records there are, or how many are on this page
    place,        ///< which part this is: a limit, an offset, the links of other pages
    status,       ///< how the request went
    identity,     ///< what this is: a record may have it as well
};

/// A name by which APIs say something of a list.
class envelope_name {
public:
    constexpr envelope_name(std::string_view n, envelope_statement s, bool of_records = false)
        : name(n),
          states(s),
          may_be_of_record(of_records)
    {
    }
    std::string_view name; ///< in lower case without `_` and `-`
    envelope_statement states;
    bool may_be_of_record; ///< of those that say that there is more: a record may have such a member as well
};

inline constexpr std::array envelope_names{
    envelope_name{"next", envelope_statement::cursor, true},
    envelope_name{"nextcursor", envelope_statement::cursor},
    envelope_name{"nextcursormark", envelope_statement::cursor},
    envelope_name{"nextpage", envelope_statement::cursor},
    envelope_name{"nextpagecursor", envelope_statement::cursor},
    envelope_name{"nextpageid", envelope_statement::cursor},
    envelope_name{"nextpagenumber", envelope_statement::cursor},
    envelope_name{"nextpagetoken", envelope_statement::cursor},
    envelope_name{"nextpageuri", envelope_statement::cursor},
    envelope_name{"nextpageurl", envelope_statement::cursor},
    envelope_name{"nexttoken", envelope_statement::cursor},
    envelope_name{"nexturl", envelope_statement::cursor, true},
    envelope_name{"nexturi", envelope_statement::cursor, true},
    envelope_name{"nexthref", envelope_statement::cursor, true},
    envelope_name{"nextlink", envelope_statement::cursor, true},
    envelope_name{"nextoffset", envelope_statement::cursor, true},
    envelope_name{"nextmarker", envelope_statement::cursor},
    envelope_name{"nextkey", envelope_statement::cursor, true},
    envelope_name{"nextstart", envelope_statement::cursor, true},
    envelope_name{"nextstartkey", envelope_statement::cursor},
    envelope_name{"nextstartingindex", envelope_statement::cursor},
    envelope_name{"nextcontinuationtoken", envelope_statement::cursor},
    envelope_name{"@odata.nextlink", envelope_statement::cursor},
    envelope_name{"odata.nextlink", envelope_statement::cursor},
    envelope_name{"continuationtoken", envelope_statement::cursor},
    envelope_name{"continue", envelope_statement::cursor, true},
    envelope_name{"lastevaluatedkey", envelope_statement::cursor},
    envelope_name{"hasmore", envelope_statement::flag},
    envelope_name{"hasmoreitems", envelope_statement::flag},
    envelope_name{"hasmorepages", envelope_statement::flag},
    envelope_name{"hasmoreresults", envelope_statement::flag},
    envelope_name{"hasnext", envelope_statement::flag},
    envelope_name{"hasnextpage", envelope_statement::flag},
    envelope_name{"istruncated", envelope_statement::flag},
    envelope_name{"more", envelope_statement::flag, true},
    envelope_name{"moreavailable", envelope_statement::flag},
    envelope_name{"moreitemsincollection", envelope_statement::flag},
    envelope_name{"exceededtransferlimit", envelope_statement::flag},
    envelope_name{"islast", envelope_statement::last_flag, true},
    envelope_name{"islastpage", envelope_statement::last_flag},
    envelope_name{"last", envelope_statement::last_flag, true},
    envelope_name{"totalpages", envelope_statement::page_count},
    envelope_name{"pagecount", envelope_statement::page_count},
    envelope_name{"pages", envelope_statement::page_count},
    envelope_name{"lastpage", envelope_statement::page_count},
    envelope_name{"nbpages", envelope_statement::page_count},
    envelope_name{"total", envelope_statement::record_count},
    envelope_name{"totalcount", envelope_statement::record_count},
    envelope_name{"totalitems", envelope_statement::record_count},
    envelope_name{"totalrecords", envelope_statement::record_count},
    envelope_name{"totalresults", envelope_statement::record_count},
    envelope_name{"totalelements", envelope_statement::record_count},
    envelope_name{"totalentries", envelope_statement::record_count},
    envelope_name{"totalhits", envelope_statement::record_count},
    envelope_name{"totalsize", envelope_statement::record_count},
    envelope_name{"@odata.count", envelope_statement::record_count},
    envelope_name{"odata.count", envelope_statement::record_count},
    envelope_name{"numfound", envelope_statement::record_count},
    envelope_name{"nbhits", envelope_statement::record_count},
    envelope_name{"totalrows", envelope_statement::record_count},
    envelope_name{"count", envelope_statement::count},
    envelope_name{"keycount", envelope_statement::count},
    envelope_name{"resultcount", envelope_statement::count},
    envelope_name{"cursor", envelope_statement::place},
    envelope_name{"currentpage", envelope_statement::place},
    envelope_name{"firstpage", envelope_statement::place},
    envelope_name{"hasprev", envelope_statement::place},
    envelope_name{"hasprevious", envelope_statement::place},
    envelope_name{"hasprevpage", envelope_statement::place},
    envelope_name{"haspreviouspage", envelope_statement::place},
    envelope_name{"limit", envelope_statement::place},
    envelope_name{"itemsperpage", envelope_statement::place},
    envelope_name{"maxitems", envelope_statement::place},
    envelope_name{"maxkeys", envelope_statement::place},
    envelope_name{"maxresults", envelope_statement::place},
    envelope_name{"offset", envelope_statement::place},
    envelope_name{"@odata.context", envelope_statement::place},
    envelope_name{"start", envelope_statement::place},
    envelope_name{"startat", envelope_statement::place},
    envelope_name{"startindex", envelope_statement::place},
    envelope_name{"page", envelope_statement::place},
    envelope_name{"pagenumber", envelope_statement::place},
    envelope_name{"pagesize", envelope_statement::place},
    envelope_name{"perpage", envelope_statement::place},
    envelope_name{"prev", envelope_statement::place},
    envelope_name{"prevcursor", envelope_statement::place},
    envelope_name{"previous", envelope_statement::place},
    envelope_name{"previouscursor", envelope_statement::place},
    envelope_name{"prevpage", envelope_statement::place},
    envelope_name{"previouspage", envelope_statement::place},
    envelope_name{"prevpageurl", envelope_statement::place},
    envelope_name{"code", envelope_statement::status},
    envelope_name{"error", envelope_statement::status},
    envelope_name{"errors", envelope_statement::status},
    envelope_name{"message", envelope_statement::status},
    envelope_name{"msg", envelope_statement::status},
    envelope_name{"ok", envelope_statement::status},
    envelope_name{"requestid", envelope_statement::status},
    envelope_name{"status", envelope_statement::status},
    envelope_name{"success", envelope_statement::status},
    envelope_name{"timedout", envelope_statement::status},
    envelope_name{"took", envelope_statement::status},
    envelope_name{"warnings", envelope_statement::status},
    envelope_name{"href", envelope_statement::identity},
    envelope_name{"apiversion", envelope_statement::identity},
    envelope_name{"kind", envelope_statement::identity},
    envelope_name{"object", envelope_statement::identity},
    envelope_name{"query", envelope_statement::identity},
    envelope_name{"self", envelope_statement::identity},
    envelope_name{"size", envelope_statement::identity},
    envelope_name{"timestamp", envelope_statement::identity},
    envelope_name{"type", envelope_statement::identity},
    envelope_name{"url", envelope_statement::identity},
    envelope_name{"version", envelope_statement::identity},
};

/// Objects in which such names are found, in lower case without `_` and `-`.
inline constexpr std::array<std::string_view, 18> envelope_objects{"info", "additionaldata", "resultinfo",
    "responseheader", "searchinfo", "shards", "responsemetadata", "collection", "meta", "metadata", "pagination",
    "paging", "pager", "pageinfo", "page", "cursor", "cursors", "links"};

/// A key in lower case without `_` and `-`, as the names above are written.
class plain_key {
public:
    explicit plain_key(std::string_view key)
    {
        for (const char c : key) {
            if (c == '_' || c == '-') {
                continue;
            }
            if (size_ == letters_.size()) {
                size_ = 0; // longer than any name
                return;
            }
            letters_[size_++] = ascii_lower(c);
        }
    }

    [[nodiscard]] std::string_view text() const noexcept { return {letters_.data(), size_}; }

private:
    std::array<char, 24> letters_; // more than the longest name has
    std::size_t size_ = 0;
};

/// The name that a key is; null: none that is known.
[[nodiscard]] inline const envelope_name* find_envelope_name(std::string_view key)
{
    const plain_key plain(key);
    const auto known = std::find_if(envelope_names.begin(), envelope_names.end(),
        [name = plain.text()](const envelope_name& each) { return each.name == name; });
    return known == envelope_names.end() ? nullptr : &*known;
}

/// What a member of an envelope with this key says; none: nothing that is known.
[[nodiscard]] inline std::optional<envelope_statement> envelope_statement_of(std::string_view key)
{
    const envelope_name* const known = find_envelope_name(key);
    return known == nullptr ? std::nullopt : std::optional(known->states);
}

/// Whether an object with this key, in an envelope, is one that says how the list goes on: `meta`, `pagination`, ...
[[nodiscard]] inline bool is_envelope_object(std::string_view key)
{
    const plain_key plain(key);
    return std::find(envelope_objects.begin(), envelope_objects.end(), plain.text()) != envelope_objects.end();
}

} // namespace corest::detail
