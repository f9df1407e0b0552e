#pragma once

#include <corest/select/selector.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/http/detail/spilled_memory.hpp>
#include <corest/http/headers.hpp>
#include <corest/select/json_reader.hpp>
#include <corest/select/path_segment.hpp>

#include <algorithm>
#include <string>

namespace corest {

namespace detail {

namespace page_body {

inline constexpr const char* subject_name = "the body";

inline bool begins_with(std::string_view text, std::string_view word) noexcept
{
    return text.size() >= word.size() && iequals(text.substr(0, word.size()), word);
}

/// Says what a body is that cannot be read as JSON; returns where it can.
COREST_DECL void check(std::string_view body, const char* subject)
{
    std::string_view text = body;
    while (!text.empty() && (is_json_space(text.front()) || text.front() == '\0')) {
        text.remove_prefix(1);
    }
    const auto refuse = [&](const std::string& found, std::string hint) {
        throw error(errc::not_json, "expected JSON, but " + std::string(subject) + " " + found, std::move(hint));
    };
    if (text.empty()) {
        refuse("is empty", "");
    }
    if (begins_with(text, "\x1f\x8b")) {
        refuse("is compressed (gzip)", "Its Content-Encoding is not stated, or this build lacks libdeflate");
    }
    if (text.starts_with("\x28\xb5\x2f\xfd")) {
        refuse("is compressed (zstd)", "Its Content-Encoding is not stated, or this build lacks libzstd");
    }
    if (begins_with(text, "\xff\xfe") || begins_with(text, "\xfe\xff")) {
        refuse("is UTF-16 text", "JSON is UTF-8 (RFC 8259, section 8.1)");
    }
    if (text.front() == '<') {
        const std::string_view head = text.substr(0, 512);
        const bool html =
            begins_with(text, "<!doctype html") || head.find("<html") != head.npos || head.find("<HTML") != head.npos;
        refuse((html ? "is an HTML page: \"" : "is XML: \"") + printable(text) + "\"",
            html ? "Check the URL and the credentials: this is a page for people, often a login or error page"
                 : "Check whether the API must be asked for JSON (header Accept: application/json)");
    }
    try {
        validate(body, subject);
    } catch (const error&) {
        // A text of another kind is shown; a document that is broken is not, it may hold secrets.
        if (text.front() != '{' && text.front() != '[' && text.front() != '"') {
            refuse(
                "begins with \"" + printable(text) + "\"", "Check the URL, and whether the API must be asked for JSON");
        }
        throw;
    }
}

/// Cuts one body. `json_reader` reads the envelope; the ends of arrays and objects that need no look inside are found
/// by their brackets alone. What few values need a second look (a probe inside another match, an index from the end)
/// are read again.
class cutter {
public:
    cutter(json_classifier classify, std::string_view text, const char* base, const selector& records,
        std::span<const json_path> probes, std::vector<slice>& slices,
        std::vector<std::optional<std::string_view>>& values, std::vector<std::string>* warnings)
        : text_(text),
          base_(base),
          passed_({base, text.size() + static_cast<std::size_t>(text.data() - base)}),
          reader_(text, subject_name),
          scanner_(text, classify),
          records_(records),
          probes_(probes),
          slices_(slices),
          values_(values),
          warnings_(warnings)
    {
        slices_.clear();
        values_.assign(probes.size(), std::nullopt);
    }

    void cut()
    {
        if (text_.front() == '{' || text_.front() == '[') {
            try {
                cut_document();
            } catch (const error& e) {
                if (e.kind() == errc::not_json) {
                    check(text_, subject_name); // says what is wrong, and where
                }
                throw;
            }
        } else {
            check(text_, subject_name);
            for (std::size_t i = 0; i <= probes_.size(); ++i) {
                take_from({i, 0}, text_);
            }
        }
        if (matches_ == 0 && !records_.missing_is_empty) {
            if (const auto reason = explain_missing(text_, records_.path.steps(), subject_name)) {
                throw error(errc::selector_missing,
                    "the selector " + records_.path.text() + " matches nothing: " + *reason,
                    "Set the selector to where the records are:", remedy::selector);
            }
        }
    }

private:
    using kind = json_path::step::step_kind;

    /// A path that is followed, and how many of its steps were taken. 0 is the records' path, i + 1 the i-th probe's.
    struct target {
        std::size_t path;
        std::size_t step;
    };

    [[nodiscard]] const json_path& path_of(std::size_t i) const noexcept
    {
        return i == 0 ? records_.path : probes_[i - 1];
    }
    [[nodiscard]] std::span<const json_path::step> rest(target t) const noexcept
    {
        return path_of(t.path).steps().subspan(t.step);
    }

    /// Whether the rest is not followed on the way, but in the text of the value that it begins at.
    [[nodiscard]] bool begins_with_segment(target t) const noexcept
    {
        const auto steps = rest(t);
        return !steps.empty() && steps.front().kind == kind::segment;
    }

    void cut_document()
    {
        const bool array = text_.front() == '[';
        bool root_array = false;
        targets_.reserve(2 * probes_.size() + 2);
        for (std::size_t i = 0; i <= probes_.size(); ++i) {
            if (begins_with_segment({i, 0})) {
                take_from({i, 0}, text_);
            } else if (!rest({i, 0}).empty()) {
                targets_.push_back({i, 0});
            } else if (i == 0 && array) {
                root_array = true;
            } else {
                take({i, 0}, text_);
            }
        }
        const std::size_t count = targets_.size();
        if (root_array) {
            take_elements(0);
            take_others(0, count, text_);
        } else if (array) {
            walk_array(0, count, 0);
        } else {
            walk_object(0, count, 0);
        }
        reader_.finish();
    }

    /// Takes the value that comes next. An array's or object's end is found by its brackets.
    /// \param depth how many arrays and objects it is in
    /// \return its text
    std::string_view take_value(std::int64_t depth)
    {
        const std::size_t start = reader_.offset();
        if (start == text_.size() || (text_[start] != '{' && text_[start] != '[')) {
            return reader_.skip();
        }
        const char* const begin = text_.data() + start;
        const char* const end = scanner_.skip(begin, depth);
        if (!end) {
            break_off();
        }
        reader_.pass(static_cast<std::size_t>(end - text_.data()));
        return {begin, static_cast<std::size_t>(end - begin)};
    }

    [[noreturn]] static void break_off() { throw error(errc::not_json, "the body is not valid JSON"); }

    void add(std::string_view record)
    {
        const auto offset = static_cast<std::size_t>(record.data() - base_);
        slices_.push_back({offset, record.size()});
        passed_.pass(offset);
    }

    /// Follows the targets from `first` to `last` into the object that comes next.
    void walk_object(std::size_t first, std::size_t last, std::int64_t depth)
    {
        const std::size_t records_before = slices_.size();
        const std::size_t matches_before = matches_;
        std::string_view key;
        reader_.begin_object();
        while (reader_.next_key(key, key_)) {
            const std::size_t next = targets_.size();
            for (std::size_t i = first; i < last; ++i) {
                const target t = targets_[i];
                const json_path::step& step = path_of(t.path).steps()[t.step];
                if (step.kind == kind::wildcard) {
                    targets_.push_back({t.path, t.step + 1});
                } else if (step.kind == kind::name && step.name == key) {
                    // A repeated key: the last one counts, as JSON readers have it.
                    if (t.path == 0) {
                        slices_.resize(records_before);
                        matches_ = matches_before;
                    } else {
                        values_[t.path - 1].reset();
                    }
                    targets_.push_back({t.path, t.step + 1});
                }
            }
            enter(next, depth + 1);
        }
    }

    void walk_array(std::size_t first, std::size_t last, std::int64_t depth)
    {
        const bool from_end = std::any_of(targets_.begin() + static_cast<std::ptrdiff_t>(first),
            targets_.begin() + static_cast<std::ptrdiff_t>(last), [&](target t) {
                const json_path::step& step = path_of(t.path).steps()[t.step];
                return step.kind == kind::index && step.index < 0;
            });
        if (from_end) {
            take_others(first, last, take_value(depth));
            return;
        }
        std::ptrdiff_t index = 0;
        reader_.begin_array();
        while (reader_.next_element()) {
            const std::size_t next = targets_.size();
            for (std::size_t i = first; i < last; ++i) {
                const target t = targets_[i];
                const json_path::step& step = path_of(t.path).steps()[t.step];
                if (step.kind == kind::wildcard || (step.kind == kind::index && step.index == index)) {
                    targets_.push_back({t.path, t.step + 1});
                }
            }
            enter(next, depth + 1);
            ++index;
        }
    }

    /// Looks into the value that comes next for the targets from `first` on, and removes them.
    void enter(std::size_t first, std::int64_t depth)
    {
        const std::size_t last = targets_.size();
        if (first == last) {
            take_value(depth);
            return;
        }
        const json_kind type = reader_.kind();
        const bool ends = std::any_of(targets_.begin() + static_cast<std::ptrdiff_t>(first), targets_.end(),
            [&](target t) { return rest(t).empty() || begins_with_segment(t); });
        const bool is_list = ends && last - first == 1 && targets_[first].path == 0 && rest(targets_[first]).empty();
        if (is_list && !ends_in_elements() && type == json_kind::array) {
            take_elements(depth);
        } else if (ends) {
            take_others(first, last, take_value(depth));
        } else if (type == json_kind::object) {
            walk_object(first, last, depth);
        } else if (type == json_kind::array) {
            walk_array(first, last, depth);
        } else {
            take_value(depth);
        }
        targets_.resize(first);
    }

    /// The records' array: the hot path.
    void take_elements(std::int64_t depth)
    {
        ++matches_;
        reader_.begin_array();
        while (reader_.next_element()) {
            const std::string_view record = take_value(depth + 1);
            if (slices_.empty()) {
                reserve_slices(slices_, text_.size(), reader_.position(), record.size());
            }
            add(record);
            take_containers(depth + 1);
        }
    }

    /// Takes the arrays and objects that follow with nothing but a comma and white space before each.
    void take_containers(std::int64_t depth)
    {
        const char* const end = text_.data() + text_.size();
        const char* taken = text_.data() + reader_.position();
        for (;;) {
            const char* p = skip_json_space(taken, end);
            if (p == end || *p != ',') {
                break;
            }
            p = skip_json_space(p + 1, end);
            if (p == end || (*p != '{' && *p != '[')) {
                break;
            }
            taken = scanner_.skip(p, depth);
            if (!taken) {
                break_off();
            }
            add({p, static_cast<std::size_t>(taken - p)});
        }
        reader_.pass(static_cast<std::size_t>(taken - text_.data()));
    }

    [[nodiscard]] static const char* skip_json_space(const char* p, const char* end) noexcept
    {
        while (p != end && is_json_space(*p)) {
            ++p;
        }
        return p;
    }

    void take_others(std::size_t first, std::size_t last, std::string_view text)
    {
        for (std::size_t i = first; i < last; ++i) {
            take_from(targets_[i], text);
        }
    }

    /// Follows the rest of a target's path in a text.
    void take_from(target t, std::string_view text)
    {
        if (rest(t).empty()) {
            take(t, text);
            return;
        }
        std::vector<std::string_view> found;
        find_all(text, rest(t), found, text_);
        for (const std::string_view match : found) {
            take(t, match);
        }
    }

    /// Whether each match is one record, whatever it is.
    [[nodiscard]] bool ends_in_elements() const noexcept
    {
        const auto steps = records_.path.steps();
        return !steps.empty()
            && (steps.back().kind == kind::wildcard
                || (steps.back().kind == kind::segment && steps.back().segment->sifts()));
    }

    /// A match of a target's whole path.
    void take(target t, std::string_view text)
    {
        if (t.path != 0) {
            std::optional<std::string_view>& value = values_[t.path - 1];
            value = value ? *value : text;
            return;
        }
        ++matches_;
        json_reader reader(text, subject_name);
        if (ends_in_elements()) {
            add(text);
            return;
        }
        switch (reader.kind()) {
        case json_kind::object:
            add(text);
            break;
        case json_kind::array:
            reader.begin_array();
            while (reader.next_element()) {
                add(reader.skip());
            }
            break;
        case json_kind::null:
            if (warnings_) {
                warnings_->push_back("the selector " + records_.path.text() + " leads to null: taken as no records");
            }
            break;
        default:
            throw error(errc::wrong_type,
                "the selector " + records_.path.text() + " leads to " + std::string(describe(reader.kind()))
                    + ", expected an array of records or an object",
                "Set the selector to where the records are:", remedy::selector);
        }
    }

    std::string_view text_;
    const char* base_;
    released_behind passed_;
    json_reader reader_;
    json_scanner scanner_;
    const selector& records_;
    std::span<const json_path> probes_;
    std::vector<slice>& slices_;
    std::vector<std::optional<std::string_view>>& values_;
    std::vector<std::string>* warnings_;
    std::vector<target> targets_;
    std::string key_;
    std::size_t matches_ = 0;
};

} // namespace page_body

COREST_DECL void cut_page(json_classifier classify, const padded_buffer& body, const selector& records,
    std::span<const json_path> probes, std::vector<slice>& slices, std::vector<std::optional<std::string_view>>& values,
    std::vector<std::string>* warnings)
{
    std::string_view text = without_byte_order_mark(body.view());
    while (!text.empty() && is_json_space(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && is_json_space(text.back())) {
        text.remove_suffix(1);
    }
    if (text.empty()) {
        page_body::check(text, page_body::subject_name);
    }
    page_body::cutter(classify, text, body.data(), records, probes, slices, values, warnings).cut();
}

} // namespace detail

COREST_DECL void cut_page(const padded_buffer& body, const selector& records, std::span<const json_path> probes,
    std::vector<detail::slice>& slices, std::vector<std::optional<std::string_view>>& values,
    std::vector<std::string>* warnings)
{
    detail::cut_page(detail::json_classifiers().front().classify, body, records, probes, slices, values, warnings);
}

} // namespace corest
