#pragma once

#include <corest/select/record_detection.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/http/detail/spilled_memory.hpp>
#include <corest/select/envelope_names.hpp>
#include <corest/select/json_reader.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace corest {

namespace detail {

namespace record_lists {

/// Keys under which APIs put their records.
inline constexpr std::array<std::string_view, 11> usual_keys{
    "data", "items", "results", "entries", "records", "rows", "entities", "payload", "content", "objects", "values"};

/// Keys of lists that are no records.
inline constexpr std::array<std::string_view, 6> other_keys{
    "errors", "warnings", "included", "link", "links", "_links"};

/// So many keys lead to a list at the most.
inline constexpr std::size_t most_keys = 3;

template <class Names>
[[nodiscard]] bool is_one_of(const Names& names, const std::string& key)
{
    return std::find(names.begin(), names.end(), key) != names.end();
}

/// The lists in an object.
class finder {
public:
    using keys = std::vector<std::string>;

    /// \param object as a body has it: where it is large, what was looked at is let go of
    explicit finder(std::string_view object) : reader_(object), passed_(object) { look_through(); }

    /// Lists of objects, and empty ones with a usual key.
    [[nodiscard]] const std::vector<keys>& candidates() const noexcept { return candidates_; }
    /// Whether one of the candidates has a record.
    [[nodiscard]] bool has_records() const noexcept { return has_records_; }
    /// Lists of texts or numbers with a usual key.
    [[nodiscard]] const std::vector<keys>& value_lists() const noexcept { return value_lists_; }
    /// Lists of lists with a usual key.
    [[nodiscard]] const std::vector<keys>& tables() const noexcept { return tables_; }
    /// The first list of texts or numbers with another key.
    [[nodiscard]] const std::optional<keys>& other_values() const noexcept { return other_values_; }
    /// The first empty list with another key.
    [[nodiscard]] const std::optional<keys>& empty_list() const noexcept { return empty_; }
    /// The first null with a usual key, as some servers write an empty list.
    [[nodiscard]] const std::optional<keys>& null_list() const noexcept { return null_; }

private:
    /// \pre an object comes next
    void look_through()
    {
        std::string_view key;
        std::string scratch;
        reader_.begin_object();
        while (reader_.next_key(key, scratch)) {
            path_.emplace_back(key);
            look_at_value();
            path_.pop_back();
        }
    }

    void look_at_value()
    {
        const json_kind kind = reader_.kind();
        if (kind == json_kind::object && path_.size() < most_keys) {
            look_through();
        } else if (kind == json_kind::array) {
            look_at_list();
        } else {
            if (kind == json_kind::null && !null_ && is_one_of(usual_keys, path_.back())) {
                null_ = path_;
            }
            reader_.skip();
        }
    }

    void look_at_list()
    {
        reader_.begin_array();
        bool is_empty = true;
        json_kind first = json_kind::null; // of its elements that is no null
        while (reader_.next_element()) {
            is_empty = false;
            first = first == json_kind::null ? reader_.kind() : first;
            reader_.skip();
            passed_.pass(reader_.offset());
        }
        if (is_one_of(other_keys, path_.back())) {
            return;
        }
        const bool is_usual = is_one_of(usual_keys, path_.back());
        const bool is_of_objects = first == json_kind::object;
        if (is_of_objects || (is_empty && is_usual)) {
            candidates_.push_back(path_);
            has_records_ = has_records_ || is_of_objects;
        } else if (is_empty && !empty_) {
            empty_ = path_;
        } else if (!is_empty && is_usual) {
            (first == json_kind::array ? tables_ : value_lists_).push_back(path_);
        } else if (!is_empty && !other_values_) {
            other_values_ = path_;
        }
    }

    json_reader reader_;
    released_behind passed_;
    keys path_;
    std::vector<keys> candidates_;
    bool has_records_ = false;
    std::vector<keys> value_lists_;
    std::vector<keys> tables_;
    std::optional<keys> other_values_;
    std::optional<keys> empty_;
    std::optional<keys> null_;
};

/// What an object has beside a list, or a place for one; of several members the one that comes last here.
enum class company {
    none,       ///< nothing, or nothing but how the request went
    statements, ///< how the list goes on: a total, a next page, a limit
    doubtful,   ///< what an envelope may have, and a record as well: a type, a url
    own,        ///< values of its own
};

/// Whether a name and a value are a count of none: `"total_orders": 0`, `"orders_count": 0`.
[[nodiscard]] inline bool is_count_of_none(std::string_view key, std::string_view value)
{
    const std::string name = lower(key);
    return value == "0"
        && (name.starts_with("total") || name.starts_with("count") || name.ends_with("total") || name.ends_with("count")
            || envelope_statement_of(key) == envelope_statement::record_count);
}

/// What a member with a text, number or truth value is.
[[nodiscard]] inline company judge_value(std::string_view key, json_kind kind, std::string_view value)
{
    const std::optional<envelope_statement> states = envelope_statement_of(key);
    if (!states) {
        return is_count_of_none(key, value) ? company::none : company::own;
    }
    const std::string text = lower(kind == json_kind::string ? to_text(value) : std::string(value));
    switch (*states) {
    case envelope_statement::count: // alone they may be the record: an endpoint that counts
    case envelope_statement::record_count:
    case envelope_statement::page_count:
        return company::none;
    case envelope_statement::flag:
    case envelope_statement::last_flag: // "last" may be a name
        return text == "true" || text == "false" || text == "0" || text == "1" ? company::statements : company::own;
    case envelope_statement::status: {
        const bool is_good = kind == json_kind::string ? text.empty() || text == "ok" || text == "success"
                                                       : text != "false" || lower(key).starts_with("err");
        return is_good ? company::none : company::doubtful;
    }
    case envelope_statement::identity:
        return company::doubtful;
    default:
        return company::statements;
    }
}

/// What is beside a list.
class surroundings {
public:
    company found = company::none;
    bool count_none = false; ///< a count of records that is 0
    bool has_id = false;     ///< which is hardly an envelope's
    bool has_null = false;
};

/// What an object has beside what stands at a path in it.
/// \param path the keys of a list that is left to lead there; empty: all members are looked at
COREST_DECL surroundings look_around(std::string_view object, std::span<const std::string> path)
{
    surroundings all;
    json_reader reader(object);
    std::string_view key;
    std::string scratch;
    reader.begin_object();
    while (reader.next_key(key, scratch)) {
        const bool leads = !path.empty() && key == path.front();
        const std::string name(key);
        const json_kind kind = reader.kind();
        const std::string_view value = reader.skip();
        const auto states = envelope_statement_of(name);
        const auto is_empty = [&] { return value.find_first_not_of(" \t\r\n", 1) == value.size() - 1; };
        company each = company::none;
        if (leads && path.size() == 1) {
            continue;
        }
        switch (kind) {
        case json_kind::object:
            if (leads) {
                const surroundings deeper = look_around(value, path.subspan(1));
                all.count_none = all.count_none || deeper.count_none;
                all.has_id = all.has_id || deeper.has_id;
                each = deeper.found;
            } else if (!is_empty()) {
                const bool is_known = states == envelope_statement::cursor || is_envelope_object(name);
                const bool is_doubtful = name == "info" || name == "collection" || states == envelope_statement::status;
                each = is_doubtful ? company::doubtful : is_known ? company::statements : company::own;
            }
            break;
        case json_kind::array:
            each = is_empty() || is_one_of(other_keys, name) ? company::none : company::doubtful;
            break;
        case json_kind::null:
            all.has_null = true;
            if (states == envelope_statement::cursor || states == envelope_statement::place) {
                each = company::statements;
            }
            break;
        default:
            all.count_none = all.count_none || is_count_of_none(name, value);
            all.has_id = all.has_id || lower(name) == "id";
            each = judge_value(name, kind, value);
            break;
        }
        all.found = std::max(all.found, each);
    }
    return all;
}

[[nodiscard]] inline json_path to_path(const finder::keys& keys)
{
    return json_path::of_keys(keys);
}

[[noreturn]] COREST_DECL void refuse(const std::vector<finder::keys>& candidates)
{
    throw error(errc::selector_missing,
        "the body has several lists that could be the records: "
            + join(candidates, ", ", [](const finder::keys& each) { return to_path(each).text(); }),
        "Set the selector to where the records are:", remedy::selector);
}

/// Which of several it is. \throws error (selector_missing) where that cannot be told
COREST_DECL json_path choose(const std::vector<finder::keys>& candidates)
{
    std::vector<finder::keys> usual;
    for (const finder::keys& each : candidates) {
        if (is_one_of(usual_keys, each.back()) && (usual.empty() || each.size() <= usual.front().size())) {
            if (!usual.empty() && each.size() < usual.front().size()) {
                usual.clear();
            }
            usual.push_back(each);
        }
    }
    const std::vector<finder::keys>& left = candidates.size() == 1 ? candidates : usual;
    if (left.size() != 1) {
        refuse(candidates);
    }
    return to_path(left.front());
}

/// What was found in an object.
class finding {
public:
    std::optional<json_path> path; ///< where the records are; none: the object is the record
    bool is_certain = true;        ///< false: another page may say otherwise
    std::string warning;           ///< what should be said of it; empty: nothing
};

/// \throws error (selector_missing) where it cannot be told
COREST_DECL finding find(std::string_view object)
{
    const finder lists(object);
    finding found;
    const auto take = [&](const finder::keys& keys, bool is_certain) {
        found.path = to_path(keys);
        found.is_certain = is_certain;
    };
    const auto warn = [&](const std::string& seen, const char* taken) { found.warning = "a page is " + seen + taken; };
    constexpr const char* for_no_records =
        ": it was taken for a page without records; if the object is the record, $ is the selector";
    constexpr const char* for_a_record =
        ": it was taken for a record; if that list is where the records are, it is the selector";
    const auto with_empty = [](const char* what, const finder::keys& list) {
        return "an object with " + std::string(what) + " and an empty list, " + to_path(list).text();
    };
    constexpr const char* own_values = "values of its own";
    constexpr const char* doubtful_values = "values that may be its own";

    if (!lists.candidates().empty()) {
        std::vector<finder::keys> all = lists.candidates();
        if (!lists.has_records()) {
            all.insert(all.end(), lists.value_lists().begin(), lists.value_lists().end());
        }
        if (!lists.tables().empty() && !is_one_of(usual_keys, all.front().back())) {
            all.push_back(lists.tables().front());
            refuse(all);
        }
        found.path = choose(all);
        if (!lists.has_records()) {
            const surroundings beside = look_around(object, all.front());
            if (beside.found == company::own && (beside.has_id || !beside.count_none)) {
                warn(with_empty(own_values, all.front()), for_no_records);
            }
        } else if (lists.empty_list() && found.path == to_path(lists.candidates().front())
            && !is_one_of(usual_keys, lists.candidates().front().back()))
        {
            found.is_certain = false; // the empty one may have the records of other pages
            warn("an object with a list of objects, " + found.path->text() + ", and an empty one, "
                    + to_path(*lists.empty_list()).text(),
                ": the first was taken for the records; if that is wrong, the other is the selector");
        }
        return found;
    }
    if (lists.value_lists().size() == 1) {
        const finder::keys& list = lists.value_lists().front();
        const company beside = look_around(object, list).found;
        if (beside <= company::statements) {
            take(list, true);
        } else if (beside == company::doubtful) {
            warn("an object with " + std::string(doubtful_values) + " and a list of values, " + to_path(list).text(),
                for_a_record);
        }
        return found;
    }
    if (lists.empty_list()) {
        const finder::keys& list = *lists.empty_list();
        const surroundings beside = look_around(object, list);
        found.is_certain = false;
        if (beside.found == company::own && !beside.count_none) { // its name is not a usual one
            warn(with_empty(own_values, list), for_a_record);
            return found;
        }
        take(list, false);
        if (beside.found >= company::doubtful) {
            warn(with_empty(beside.found == company::own ? own_values : doubtful_values, list), for_no_records);
        }
        return found;
    }
    const surroundings beside = look_around(object, lists.null_list() ? *lists.null_list() : finder::keys());
    if (lists.null_list() && beside.found <= company::doubtful) {
        take(*lists.null_list(), false);
        if (beside.found == company::doubtful) {
            warn("an object with " + std::string(doubtful_values) + " and null at " + found.path->text(),
                for_no_records);
        }
    } else if (beside.found == company::statements && !lists.other_values()) {
        found.path = record_detection::nowhere();
        found.is_certain = false;
        warn("an object that has no list and says only how one goes on", for_no_records);
    } else if (beside.found == company::none && beside.has_null) {
        found.path = record_detection::nowhere();
        found.is_certain = false;
        warn("an object of nothing but null", for_no_records);
    } else if (lists.other_values() && look_around(object, *lists.other_values()).found <= company::statements) {
        warn("an object of a list of values, " + to_path(*lists.other_values()).text(), for_a_record);
    }
    return found;
}

} // namespace record_lists

} // namespace detail

COREST_DECL selector record_detection::records_in(
    std::string_view body, bool& decided, std::vector<std::string>* warnings)
{
    decided = false;
    body = detail::without_byte_order_mark(body);
    const auto begin = body.find_first_not_of(" \t\r\n");
    const char first = begin == body.npos ? '\0' : body[begin];
    if (first != '{' && first != '[') {
        return selector(); // who cuts it says what it is
    }
    const std::lock_guard lock(access_);
    if (form_ == form::path) {
        return selector(path_);
    }
    if (first == '[') {
        if (form_ == form::object) {
            throw error(errc::selector_missing, "the page is a list, and the first page was one record",
                "Set the selector to where the records are:", remedy::selector);
        }
        decided = !form_;
        form_ = form::list;
        return selector();
    }
    detail::record_lists::finding found;
    try {
        found = detail::record_lists::find(body.substr(begin));
    } catch (const error& e) {
        if (e.kind() == errc::not_json) {
            return selector(); // who cuts it says where it is broken
        }
        throw;
    }
    if (form_) { // the first page was a list, or had none
        if (form_ == form::list || (found.path && found.is_certain)) {
            throw error(errc::selector_missing,
                form_ == form::list ? std::string("the page is no list, as the first one was")
                                    : "the page has a list at " + found.path->text() + ", which the first page had not",
                "Set the selector to where the records are:", remedy::selector);
        }
        return selector();
    }
    if (!found.warning.empty() && warnings != nullptr) {
        warnings->push_back(found.warning);
    }
    if (found.is_certain) {
        decided = true;
        form_ = found.path ? form::path : form::object;
        path_ = found.path.value_or(json_path());
    }
    if (!found.path) {
        return selector();
    }
    selector records(*found.path);
    records.missing_is_empty = !found.is_certain;
    return records;
}

COREST_DECL const json_path& record_detection::nowhere()
{
    static const json_path path("$['no records are looked for']");
    return path;
}

COREST_DECL std::optional<json_path> record_detection::path() const
{
    const std::lock_guard lock(access_);
    return form_ ? std::optional(path_) : std::nullopt;
}

COREST_DECL bool record_detection::is_one_record() const
{
    const std::lock_guard lock(access_);
    return form_ == form::object;
}

} // namespace corest
