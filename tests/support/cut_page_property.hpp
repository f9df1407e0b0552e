#pragma once

/// \file
/// What must hold for `cut_page` and any text at all. The tests and the fuzzer share it.

#include <corest/error.hpp>
#include <corest/select/json_reader.hpp>
#include <corest/select/selector.hpp>

#include <simdjson.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cut_page_property {

inline std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view space = " \t\r\n";
    const std::size_t from = text.find_first_not_of(space);
    return from == text.npos ? std::string_view() : text.substr(from, text.find_last_not_of(space) - from + 1);
}

/// A body without the byte order mark and white space around its root.
inline std::string_view without_mark(std::string_view body)
{
    return trimmed(body.substr(body.substr(0, 3) == "\xEF\xBB\xBF" ? 3 : 0));
}

inline bool is_valid(std::string_view json)
{
    try {
        corest::validate(json);
    } catch (const corest::error&) {
        return false;
    }
    return true;
}

/// What `cut_page` makes of a body.
class outcome {
public:
    outcome(corest::detail::json_classifier classify, std::string_view text, std::string_view where,
        const std::vector<corest::json_path>& probes = {})
        : body(text)
    {
        corest::selector selected(where);
        selected.missing_is_empty = true;
        std::vector<corest::detail::slice> slices;
        std::vector<std::optional<std::string_view>> found;
        try {
            corest::detail::cut_page(classify, body, selected, probes, slices, found);
        } catch (const corest::error& e) {
            failure = e.kind();
            return;
        }
        for (const corest::detail::slice s : slices) {
            records.push_back(body.view().substr(s.offset, s.size));
        }
        values = std::move(found);
    }

    /// Whether somebody who uses all records finds out that the body is no JSON.
    [[nodiscard]] bool noticed() const
    {
        return failure || !std::all_of(records.begin(), records.end(), [](std::string_view r) { return is_valid(r); });
    }

    corest::padded_buffer body;
    std::optional<corest::errc> failure;
    std::vector<std::string_view> records;
    std::vector<std::optional<std::string_view>> values;
};

/// simdjson's view of a body: on-demand for the texts, which a DOM does not keep.
class reference {
public:
    explicit reference(std::string_view text) : padded_(text)
    {
        simdjson::dom::parser parser;
        dom_error_ = parser.parse(padded_).error();
    }

    [[nodiscard]] simdjson::error_code dom_error() const { return dom_error_; }

    /// The elements of the root array, or of the array that the last `key` of the root object has.
    /// \pre the body is valid \return empty where there is no such array
    [[nodiscard]] std::optional<std::vector<std::string>> elements(const char* key)
    {
        simdjson::ondemand::parser parser;
        simdjson::ondemand::document document;
        std::optional<std::vector<std::string>> all;
        if (parser.iterate(padded_).get(document)) {
            return all;
        }
        if (!key) {
            simdjson::ondemand::array array;
            if (!document.get_array().get(array)) {
                all = texts(array);
            }
            return all;
        }
        simdjson::ondemand::object object;
        if (document.get_object().get(object)) {
            return all;
        }
        for (auto item : object) {
            simdjson::ondemand::field field;
            std::string_view name;
            if (std::move(item).get(field) || field.unescaped_key().get(name) || name != key) {
                continue;
            }
            all.reset();
            simdjson::ondemand::array array;
            if (!field.value().get_array().get(array)) {
                all = texts(array);
            }
        }
        return all;
    }

private:
    static std::vector<std::string> texts(simdjson::ondemand::array& array)
    {
        std::vector<std::string> all;
        for (auto item : array) {
            simdjson::ondemand::value value;
            simdjson::ondemand::json_type type{};
            std::string_view text;
            if (std::move(item).get(value) || value.type().get(type)) {
                break;
            }
            if (type == simdjson::ondemand::json_type::object) {
                simdjson::ondemand::object object;
                if (value.get_object().get(object) || object.raw_json().get(text)) {
                    break;
                }
            } else if (type == simdjson::ondemand::json_type::array) {
                simdjson::ondemand::array inner;
                if (value.get_array().get(inner) || inner.raw_json().get(text)) {
                    break;
                }
            } else {
                text = value.raw_json_token();
            }
            all.emplace_back(trimmed(text));
        }
        return all;
    }

    simdjson::padded_string padded_;
    simdjson::error_code dom_error_ = simdjson::SUCCESS;
};

/// A body whose root's arrays and objects are empty, but for those that hold records.
/// \param text the body without what surrounds its root
inline std::string without_skipped(
    corest::detail::json_classifier classify, std::string_view body, std::string_view text, const outcome& data)
{
    const outcome members(classify, body, "*");
    std::string rest(text);
    for (auto member = members.records.rbegin(); member != members.records.rend(); ++member) {
        const std::ptrdiff_t from = member->data() - members.body.data();
        const bool holds_records = std::any_of(data.records.begin(), data.records.end(), [&](std::string_view record) {
            const std::ptrdiff_t at = record.data() - data.body.data();
            return at >= from && at < from + static_cast<std::ptrdiff_t>(member->size());
        });
        if ((member->front() == '[' || member->front() == '{') && !holds_records) {
            rest.replace(static_cast<std::size_t>(from - (text.data() - body.data())), member->size(), "[]");
        }
    }
    return rest;
}

/// Checks one body with one classifier.
/// \param valid whether it is valid JSON
/// \return what is wrong, empty where all is well
inline std::string check(
    const corest::detail::json_classifier_entry& way, std::string_view body, bool valid, reference& simd)
{
    const std::string_view text = without_mark(body);
    const auto wrong = [&](const std::string& what) {
        return std::string(way.name) + ": " + what + " in " + std::string(body);
    };
    const std::vector<corest::json_path> probes{"total", "links.next", "data[0].id", "data[-1]", "$"};
    const outcome root(way.classify, body, "$", probes);
    const outcome members(way.classify, body, "*", probes);
    const outcome data(way.classify, body, "data", probes);
    if (!valid) {
        if (!root.noticed() || !members.noticed()) {
            return wrong("broken text not noticed");
        }
        // Without that, what is broken is in an array or object that was passed over.
        if (!data.noticed() && !is_valid(without_skipped(way.classify, body, text, data))) {
            return wrong("broken envelope not noticed");
        }
        return {};
    }

    if (root.failure == corest::errc::not_json || members.failure || data.failure == corest::errc::not_json) {
        return wrong("valid text refused");
    }
    const auto compare = [&](const outcome& got, const char* key) -> std::string {
        const auto expected = simd.elements(key);
        if (expected && !std::equal(expected->begin(), expected->end(), got.records.begin(), got.records.end())) {
            return wrong(std::string("other records than simdjson's at ") + (key ? key : "$"));
        }
        return {};
    };
    for (const std::string& difference : {compare(root, nullptr), compare(data, "data")}) {
        if (!difference.empty()) {
            return difference;
        }
    }
    const auto all = corest::find_all(text, "*");
    if (!std::equal(all.begin(), all.end(), members.records.begin(), members.records.end())) {
        return wrong("other members than json_reader's");
    }
    for (const outcome* got : {&root, &members, &data}) {
        for (std::size_t i = 0; i < probes.size() && !got->failure; ++i) {
            const auto found = corest::find_all(text, probes[i]);
            const std::optional<std::string_view> expected =
                found.empty() ? std::nullopt : std::optional(found.front());
            if (got->values[i] != expected) {
                return wrong("another value of " + probes[i].text());
            }
        }
    }
    return {};
}

/// Checks one body with every classifier of this machine.
/// \return what is wrong, empty where all is well
inline std::string check(std::string_view body)
{
    const std::string_view text = without_mark(body);
    const bool valid = is_valid(text);
    reference simd(text);
    // What RFC 8259 leaves open json_reader accepts: numbers of any size, half of a surrogate pair.
    const simdjson::error_code refused = simd.dom_error();
    if (valid && refused != simdjson::SUCCESS && refused != simdjson::NUMBER_ERROR && refused != simdjson::STRING_ERROR
        && refused != simdjson::DEPTH_ERROR)
    {
        return "json_reader accepts what simdjson refuses: " + std::string(body);
    }
    if (!valid && refused == simdjson::SUCCESS) {
        return "json_reader refuses what simdjson accepts: " + std::string(body);
    }
    for (const corest::detail::json_classifier_entry& way : corest::detail::json_classifiers()) {
        std::string wrong = check(way, body, valid, simd);
        if (!wrong.empty()) {
            return wrong;
        }
    }
    return {};
}

} // namespace cut_page_property
