/// \file
/// A fuzzer for the reader of JSON and what is found with it: compact text, texts in quotes, places for messages, the
/// records of a page. (tests/fuzz/cut_page_fuzz.cpp compares it with simdjson.)

#include "fuzz_target.hpp"

#include <corest/detail/utf8.hpp>
#include <corest/select/json_reader.hpp>
#include <corest/select/record_detection.hpp>

#include <string>

namespace {
namespace json_fuzz {

using corest::errc;

bool is_valid(std::string_view json)
{
    return fuzz::accepted({errc::not_json}, [&] {
        corest::validate(json);
        return true;
    }).has_value();
}

void check_compact(std::string_view json, bool valid)
{
    std::string compact = "before";
    const auto made = fuzz::accepted({errc::not_json}, [&] {
        corest::append_minified(compact, json);
        return true;
    });
    fuzz::expect(made.has_value() == valid && (made || compact == "before"), "compact text of what is no JSON");
    if (!made) {
        return;
    }
    compact.erase(0, 6);
    std::string again;
    corest::append_minified(again, compact);
    fuzz::expect(again == compact && compact.find('\n') == compact.npos, "compact text becomes another one");
    fuzz::expect(is_valid(compact), "compact text is none");
}

void check_quoted(std::string_view text)
{
    std::string quoted;
    corest::append_quoted(quoted, text);
    if (is_valid(quoted)) { // it is UTF-8
        fuzz::expect(corest::to_text(quoted) == text, "a text in quotes is read as another one");
    }
}

void run(fuzz::input given)
{
    const std::size_t place = given.choice(256);
    const std::string_view text = given.rest();
    const bool valid = is_valid(text);
    check_compact(text, valid);
    check_quoted(text);
    if (valid) {
        (void)corest::detail::path_at(text, std::min(place, text.size()));
        (void)corest::to_text(text);
        (void)corest::detail::describe_content(text);
        corest::record_detection detection;
        bool decided = false;
        const auto found = fuzz::accepted(
            {errc::selector_missing, errc::not_json}, [&] { return detection.records_in(text, decided); });
        if (found && decided) {
            fuzz::expect(!corest::find_all(text, found->path).empty(), "records at no place: " + found->path.text());
        }
    }
}

} // namespace json_fuzz
} // namespace

COREST_FUZZ_TARGET(json)
