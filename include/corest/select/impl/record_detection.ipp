#pragma once

#include <corest/select/record_detection.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/http/detail/spilled_memory.hpp>
#include <corest/select/json_reader.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>
#include <vector>

namespace corest {

namespace detail {

namespace record_lists {

/// Keys under which APIs put their records.
inline constexpr std::array<std::string_view, 11> usual_keys{
    "data", "items", "results", "entries", "records", "rows", "entities", "payload", "content", "objects", "values"};

/// Keys of lists that are no records.
inline constexpr std::array<std::string_view, 2> other_keys{"errors", "warnings"};

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
    /// The first empty list with another key.
    [[nodiscard]] const std::optional<keys>& empty_list() const noexcept { return empty_; }

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
            reader_.skip();
        }
    }

    void look_at_list()
    {
        reader_.begin_array();
        const bool is_empty = !reader_.next_element();
        const bool is_of_objects = !is_empty && reader_.kind() == json_kind::object;
        for (bool more = !is_empty; more; more = reader_.next_element()) {
            reader_.skip();
            passed_.pass(reader_.offset());
        }
        if (is_one_of(other_keys, path_.back())) {
            return;
        }
        if (is_empty ? is_one_of(usual_keys, path_.back()) : is_of_objects) {
            candidates_.push_back(path_);
            has_records_ = has_records_ || is_of_objects;
        } else if (is_empty && !empty_) {
            empty_ = path_;
        }
    }

    json_reader reader_;
    released_behind passed_;
    keys path_;
    std::vector<keys> candidates_;
    bool has_records_ = false;
    std::optional<keys> empty_;
};

/// Names of what envelopes say beside their records, in lower case without `_` and `-`; other ones begin with one of
/// `envelope_beginnings`.
inline constexpr std::array<std::string_view, 22> envelope_names{"code", "cursor", "error", "errors", "href", "kind",
    "limit", "message", "object", "offset", "ok", "perpage", "query", "requestid", "self", "size", "status", "success",
    "timestamp", "type", "url", "version"};
inline constexpr std::array<std::string_view, 8> envelope_beginnings{
    "count", "hasmore", "hasnext", "hasprev", "next", "page", "prev", "total"};

/// Whether an object has a text, number or truth value under a name that is none of an envelope's.
COREST_DECL bool has_own_values(std::string_view object)
{
    json_reader reader(object);
    std::string_view key;
    std::string scratch;
    reader.begin_object();
    while (reader.next_key(key, scratch)) {
        std::string name = lower(key);
        std::erase_if(name, [](char c) { return c == '_' || c == '-'; });
        const json_kind kind = reader.kind();
        const bool is_value = kind != json_kind::object && kind != json_kind::array && kind != json_kind::null;
        const bool is_of_envelope = is_one_of(envelope_names, name)
            || std::any_of(envelope_beginnings.begin(), envelope_beginnings.end(),
                [&](std::string_view beginning) { return name.starts_with(beginning); });
        if (is_value && !is_of_envelope) {
            return true;
        }
        reader.skip();
    }
    return false;
}

[[nodiscard]] inline json_path to_path(const finder::keys& keys)
{
    return json_path::of_keys(keys);
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
        throw error(errc::selector_missing,
            "the body has several lists that could be the records: "
                + join(candidates, ", ", [](const finder::keys& each) { return to_path(each).text(); }),
            "Set the selector to where the records are:", remedy::selector);
    }
    return to_path(left.front());
}

/// Where the records are in an object; none: the object is the record.
/// \param[out] is_certain false where another page may say otherwise
/// \param[out] is_empty no list in it has a record
COREST_DECL std::optional<json_path> find(std::string_view object, bool& is_certain, bool& is_empty)
{
    const finder lists(object);
    is_empty = !lists.has_records();
    is_certain = !lists.candidates().empty() || !lists.empty_list();
    if (!lists.candidates().empty()) {
        return choose(lists.candidates());
    }
    return lists.empty_list() ? std::optional(to_path(*lists.empty_list())) : std::nullopt;
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
    bool is_certain = false;
    bool is_empty = false;
    std::optional<json_path> found;
    try {
        found = detail::record_lists::find(body.substr(begin), is_certain, is_empty);
    } catch (const error& e) {
        if (e.kind() == errc::not_json) {
            return selector(); // who cuts it says where it is broken
        }
        throw;
    }
    if (form_) { // the first page was a list, or had none
        if (form_ == form::list || (found && is_certain)) {
            throw error(errc::selector_missing,
                form_ == form::list ? std::string("the page is no list, as the first one was")
                                    : "the page has a list at " + found->text() + ", which the first page had not",
                "Set the selector to where the records are:", remedy::selector);
        }
        return selector();
    }
    if (found && is_empty && detail::record_lists::has_own_values(body.substr(begin))) {
        if (warnings != nullptr) {
            warnings->push_back("a page is an object with values of its own and an empty list, " + found->text()
                + (is_certain
                        ? ": it was taken for a page without records; if the object is the record, $ is the selector"
                        : ": it was taken for a record; if that list is where the records are, it is the selector"));
        }
        if (!is_certain) { // its name is not one of those under which APIs put their records
            found.reset();
            is_certain = true;
        }
    }
    if (is_certain) {
        decided = true;
        form_ = found ? form::path : form::object;
        path_ = found.value_or(json_path());
    }
    return found ? selector(*found) : selector();
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
