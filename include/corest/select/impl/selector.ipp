#pragma once

#include <corest/select/selector.hpp>

#include <corest/error.hpp>
#include <corest/http/headers.hpp>
#include <corest/select/json_reader.hpp>

#include <simdjson.h>

#include <algorithm>
#include <string>

namespace corest {

namespace detail {

inline constexpr const char* the_body = "the body";

inline bool begins_with(std::string_view text, std::string_view word) noexcept
{
    return text.size() >= word.size() && iequals(text.substr(0, word.size()), word);
}

/// Says what a body is that cannot be read as JSON; returns where it can.
COREST_DECL void check_body(std::string_view body, const char* subject)
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

/// Cuts one body. simdjson walks the envelope and finds the records' ends; what few values need a second look (a probe
/// inside another match, an index from the end) are read again by `json_reader`.
class page_cutter {
public:
    page_cutter(std::string_view text, const char* base, const selector& records, std::span<const json_path> probes,
        std::vector<slice>& slices, std::vector<std::optional<std::string_view>>& values,
        std::vector<std::string>* warnings)
        : text_(text),
          base_(base),
          records_(records),
          probes_(probes),
          slices_(slices),
          values_(values),
          warnings_(warnings)
    {
        slices_.clear();
        values_.assign(probes.size(), std::nullopt);
    }

    void cut(simdjson::ondemand::parser& parser)
    {
        if (text_.front() == '{' || text_.front() == '[') {
            try {
                if (const simdjson::error_code wrong = cut_document(parser)) {
                    error_context where;
                    where.cause = simdjson::error_message(wrong);
                    throw error(errc::not_json, "the body is not valid JSON", {}, where);
                }
            } catch (const error& e) {
                if (e.kind() == errc::not_json) {
                    check_body(text_, the_body); // says what is wrong, and where
                }
                throw;
            }
        } else {
            check_body(text_, the_body);
            for (std::size_t i = 0; i <= probes_.size(); ++i) {
                take_from({i, 0}, text_);
            }
        }
        if (matches_ == 0 && !records_.missing_is_empty) {
            if (const auto reason = explain_missing(text_, records_.path.steps(), the_body)) {
                throw error(errc::selector_missing,
                    "the selector " + records_.path.text() + " matches nothing: " + *reason,
                    "Set the selector to where the records are");
            }
        }
    }

private:
    using kind = json_path::step::kind;

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

    simdjson::error_code cut_document(simdjson::ondemand::parser& parser)
    {
        simdjson::ondemand::document document;
        const simdjson::padded_string_view padded(text_.data(), text_.size(), text_.size() + padded_buffer::padding);
        if (const auto wrong = parser.iterate(padded).get(document)) {
            return wrong;
        }
        std::size_t count = 0;
        bool root_array = false;
        for (std::size_t i = 0; i <= probes_.size(); ++i) {
            if (!rest({i, 0}).empty()) {
                targets_.push_back({i, 0});
                ++count;
            } else if (i == 0 && text_.front() == '[') {
                root_array = true;
            } else {
                take({i, 0}, text_);
            }
        }
        if (text_.front() == '{') {
            simdjson::ondemand::object object;
            if (const auto wrong = document.get_object().get(object)) {
                return wrong;
            }
            if (const auto wrong = walk(object, 0, count)) {
                return wrong;
            }
        } else {
            simdjson::ondemand::array array;
            if (const auto wrong = document.get_array().get(array)) {
                return wrong;
            }
            if (root_array) {
                if (const auto wrong = take_elements(array)) {
                    return wrong;
                }
                take_others(0, count, text_);
            } else if (const auto wrong = walk(array, 0, count)) {
                return wrong;
            }
        }
        const char* more = nullptr;
        const auto location = document.current_location().get(more);
        return location == simdjson::OUT_OF_BOUNDS ? simdjson::SUCCESS : simdjson::TAPE_ERROR;
    }

    /// The text of a value, which is consumed.
    static simdjson::error_code text_of(simdjson::ondemand::value& value, std::string_view& text)
    {
        simdjson::ondemand::json_type type{};
        if (const auto wrong = value.type().get(type)) {
            return wrong;
        }
        if (type == simdjson::ondemand::json_type::object) {
            simdjson::ondemand::object object;
            if (const auto wrong = value.get_object().get(object)) {
                return wrong;
            }
            if (const auto wrong = object.raw_json().get(text)) {
                return wrong;
            }
        } else if (type == simdjson::ondemand::json_type::array) {
            simdjson::ondemand::array array;
            if (const auto wrong = value.get_array().get(array)) {
                return wrong;
            }
            if (const auto wrong = array.raw_json().get(text)) {
                return wrong;
            }
        } else {
            // simdjson has not looked at it: `tru` must not pass.
            const std::string_view token = value.raw_json_token();
            json_reader reader(token, the_body);
            text = reader.skip();
            reader.finish();
        }
        while (!text.empty() && is_json_space(text.back())) {
            text.remove_suffix(1);
        }
        return simdjson::SUCCESS;
    }

    void add(std::string_view record)
    {
        slices_.push_back({static_cast<std::size_t>(record.data() - base_), record.size()});
    }

    /// Follows the targets from `first` to `last` into an object.
    simdjson::error_code walk(simdjson::ondemand::object& object, std::size_t first, std::size_t last)
    {
        const std::size_t records_before = slices_.size();
        const std::size_t matches_before = matches_;
        for (auto item : object) {
            simdjson::ondemand::field field;
            if (const auto wrong = std::move(item).get(field)) {
                return wrong;
            }
            const std::string_view key = key_of(field);
            const std::size_t next = targets_.size();
            for (std::size_t i = first; i < last; ++i) {
                const target t = targets_[i];
                const json_path::step& step = path_of(t.path).steps()[t.step];
                if (step.what == kind::wildcard) {
                    targets_.push_back({t.path, t.step + 1});
                } else if (step.what == kind::name && step.name == key) {
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
            if (const auto wrong = enter(field.value(), next)) {
                return wrong;
            }
        }
        return simdjson::SUCCESS;
    }

    simdjson::error_code walk(simdjson::ondemand::array& array, std::size_t first, std::size_t last)
    {
        const bool from_end = std::any_of(targets_.begin() + static_cast<std::ptrdiff_t>(first),
            targets_.begin() + static_cast<std::ptrdiff_t>(last), [&](target t) {
                const json_path::step& step = path_of(t.path).steps()[t.step];
                return step.what == kind::index && step.index < 0;
            });
        if (from_end) {
            std::string_view text;
            if (const auto wrong = array.raw_json().get(text)) {
                return wrong;
            }
            take_others(first, last, text);
            return simdjson::SUCCESS;
        }
        std::ptrdiff_t index = 0;
        for (auto item : array) {
            simdjson::ondemand::value value;
            if (const auto wrong = std::move(item).get(value)) {
                return wrong;
            }
            const std::size_t next = targets_.size();
            for (std::size_t i = first; i < last; ++i) {
                const target t = targets_[i];
                const json_path::step& step = path_of(t.path).steps()[t.step];
                if (step.what == kind::wildcard || (step.what == kind::index && step.index == index)) {
                    targets_.push_back({t.path, t.step + 1});
                }
            }
            if (const auto wrong = enter(value, next)) {
                return wrong;
            }
            ++index;
        }
        return simdjson::SUCCESS;
    }

    /// Looks into a value for the targets from `first` on, and removes them.
    simdjson::error_code enter(simdjson::ondemand::value& value, std::size_t first)
    {
        const std::size_t last = targets_.size();
        if (first == last) {
            return simdjson::SUCCESS;
        }
        simdjson::error_code wrong = simdjson::SUCCESS;
        std::string_view text;
        simdjson::ondemand::json_type type{};
        wrong = value.type().get(type);
        const bool ends = std::any_of(targets_.begin() + static_cast<std::ptrdiff_t>(first), targets_.end(),
            [&](target t) { return rest(t).empty(); });
        if (wrong) {
            return wrong;
        }
        if (ends && last - first == 1 && targets_[first].path == 0 && !ends_in_wildcard()
            && type == simdjson::ondemand::json_type::array)
        {
            simdjson::ondemand::array array;
            wrong = value.get_array().get(array);
            wrong = wrong ? wrong : take_elements(array);
        } else if (ends) {
            wrong = text_of(value, text);
            if (!wrong) {
                take_others(first, last, text);
            }
        } else if (type == simdjson::ondemand::json_type::object) {
            simdjson::ondemand::object object;
            wrong = value.get_object().get(object);
            wrong = wrong ? wrong : walk(object, first, last);
        } else if (type == simdjson::ondemand::json_type::array) {
            simdjson::ondemand::array array;
            wrong = value.get_array().get(array);
            wrong = wrong ? wrong : walk(array, first, last);
        }
        targets_.resize(first);
        return wrong;
    }

    /// The records' array: the hot path.
    simdjson::error_code take_elements(simdjson::ondemand::array& array)
    {
        ++matches_;
        for (auto item : array) {
            simdjson::ondemand::value value;
            if (const auto wrong = std::move(item).get(value)) {
                return wrong;
            }
            std::string_view text;
            if (const auto wrong = text_of(value, text)) {
                return wrong;
            }
            add(text);
        }
        return simdjson::SUCCESS;
    }

    /// A key, decoded.
    std::string_view key_of(simdjson::ondemand::field& field)
    {
        const char* const from = reinterpret_cast<const char*>(field.key().raw());
        const char* p = from;
        bool escaped = false;
        while (*p != '"') { // stage 1 has seen the closing quote
            escaped = escaped || *p == '\\';
            p += *p == '\\' ? 2 : 1;
        }
        const std::string_view inside(from, static_cast<std::size_t>(p - from));
        if (!escaped) {
            return inside;
        }
        json_reader checked(std::string_view(from - 1, inside.size() + 2), the_body);
        return checked.string(key_);
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
        find_all(text, rest(t), found);
        for (const std::string_view match : found) {
            take(t, match);
        }
    }

    [[nodiscard]] bool ends_in_wildcard() const noexcept
    {
        const auto steps = records_.path.steps();
        return !steps.empty() && steps.back().what == kind::wildcard;
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
        json_reader reader(text, the_body);
        if (ends_in_wildcard()) {
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
                "Set the selector to where the records are");
        }
    }

    std::string_view text_;
    const char* base_;
    const selector& records_;
    std::span<const json_path> probes_;
    std::vector<slice>& slices_;
    std::vector<std::optional<std::string_view>>& values_;
    std::vector<std::string>* warnings_;
    std::vector<target> targets_;
    std::string key_;
    std::size_t matches_ = 0;
};

} // namespace detail

COREST_DECL void cut_page(const padded_buffer& body, const selector& records, std::span<const json_path> probes,
    std::vector<detail::slice>& slices, std::vector<std::optional<std::string_view>>& values,
    std::vector<std::string>* warnings)
{
    static_assert(padded_buffer::padding >= simdjson::SIMDJSON_PADDING);
    // A thread keeps the parser's memory (some six times a body's size), but not that of an unusually large body.
    constexpr std::size_t kept = std::size_t{8} << 20;
    static thread_local simdjson::ondemand::parser shared;

    std::string_view text = body.view();
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.substr(0, 3) == byte_order_mark) {
        text.remove_prefix(3);
    }
    while (!text.empty() && detail::is_json_space(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && detail::is_json_space(text.back())) {
        text.remove_suffix(1);
    }
    if (text.empty()) {
        detail::check_body(text, detail::the_body);
    }
    detail::page_cutter cutter(text, body.data(), records, probes, slices, values, warnings);
    if (text.size() <= kept) {
        cutter.cut(shared);
    } else {
        simdjson::ondemand::parser own;
        cutter.cut(own);
    }
}

} // namespace corest
