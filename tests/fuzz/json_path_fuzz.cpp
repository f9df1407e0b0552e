/// \file
/// A fuzzer for JSONPath: a query and a body. Plain paths are compared with Boost.JSON.

#include "fuzz_target.hpp"

#include <corest/select/i_regexp.hpp>
#include <corest/select/json_path.hpp>
#include <corest/select/json_reader.hpp>

#include <boost/json.hpp>

#include <string>
#include <vector>

namespace {
namespace json_path_fuzz {

using corest::errc;
using corest::json_path;
namespace json = boost::json;

/// What Boost.JSON has at a path of names and indices; null where there is nothing.
const json::value* at(const json::value& root, const json_path& path)
{
    const json::value* found = &root;
    for (const json_path::step& step : path.steps()) {
        if (step.kind == json_path::step::step_kind::name) {
            found = found->is_object() ? found->get_object().if_contains(step.name) : nullptr;
        } else {
            const json::array* const elements = found->if_array();
            const auto count = static_cast<std::ptrdiff_t>(elements ? elements->size() : 0);
            const std::ptrdiff_t index = step.index < 0 ? step.index + count : step.index;
            found = index >= 0 && index < count ? &(*elements)[static_cast<std::size_t>(index)] : nullptr;
        }
        if (!found) {
            return nullptr;
        }
    }
    return found;
}

bool is_plain(const json_path& path)
{
    return std::all_of(path.steps().begin(), path.steps().end(), [](const json_path::step& s) {
        return s.kind == json_path::step::step_kind::name || s.kind == json_path::step::step_kind::index;
    });
}

void compare(const json_path& path, std::string_view body, const std::vector<std::string_view>& found)
{
    json::error_code ec;
    json::parse_options options;
    options.max_depth = 2000;
    const json::value root = json::parse(body, ec, {}, options);
    if (ec) {
        return; // corest takes numbers of any size, and half of a surrogate pair
    }
    const json::value* const expected = at(root, path);
    fuzz::expect(found.size() == (expected ? 1U : 0U), "Boost.JSON finds something else at " + path.text());
    if (expected) {
        const json::value got = json::parse(found.front(), ec, {}, options);
        fuzz::expect(!ec && got == *expected, "Boost.JSON finds another value at " + path.text());
    }
}

void check_query(const json_path& path, std::string_view body)
{
    const json_path again(path.text());
    fuzz::expect(again.text() == path.text(), "the normal form " + path.text() + " is read as " + again.text());
    const auto found = fuzz::accepted({errc::not_json}, [&] { return corest::find_all(body, path); });
    const auto found_again = fuzz::accepted({errc::not_json}, [&] { return corest::find_all(body, again); });
    fuzz::expect(found == found_again, "the normal form " + path.text() + " finds something else");
    if (!found) {
        return;
    }
    for (const std::string_view value : *found) {
        corest::validate(value);
    }
    if (is_plain(path)) {
        compare(path, body, *found);
    }
    (void)corest::detail::explain_missing(body, path.steps(), "the body");
}

void run(fuzz::input given)
{
    const std::string_view query = given.part();
    if (const auto path = fuzz::accepted({errc::invalid_argument}, [&] { return json_path(query); })) {
        check_query(*path, given.rest());
    }
    if (const auto expression = corest::detail::i_regexp::parse(query)) {
        const bool whole = expression->matches(given.rest());
        fuzz::expect(!whole || expression->occurs_in(given.rest()), "a whole text that is no part of itself");
    }
}

} // namespace json_path_fuzz
} // namespace

COREST_FUZZ_TARGET(json_path)
