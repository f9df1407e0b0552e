/// \file
/// A fuzzer for path templates, and for the values that fill them.

#include "fuzz_target.hpp"

#include <corest/http/url.hpp>
#include <corest/resource/path_template.hpp>

#include <string>

namespace {
namespace path_template_fuzz {

using corest::errc;
using corest::path_template;
using corest::placeholder;

/// A value can end neither its segment nor the path, and leads nowhere else.
void check_value(const path_template& filled, std::string_view value)
{
    const auto path = fuzz::accepted({errc::field_missing, errc::invalid_argument},
        [&] { return filled.expand([&](const placeholder&) { return std::string(value); }); });
    if (!path || filled.placeholders().size() != 1) {
        return;
    }
    const placeholder& gap = filled.placeholders().front();
    const std::string plain = filled.expand([&](const placeholder&) { return std::string("x"); });
    const auto count = [](std::string_view text, char c) { return std::count(text.begin(), text.end(), c); };
    for (const char c : {'?', '#', '\r', '\n', '\0', ' '}) {
        fuzz::expect(count(*path, c) == count(plain, c), "a value has brought a delimiter: " + *path);
    }
    fuzz::expect(
        gap.keeps_slashes() || count(*path, '/') == count(plain, '/'), "a value has left its segment: " + *path);
}

void run(fuzz::input given)
{
    const std::string_view text = given.part();
    for (const path_template::kind kind : {path_template::kind::path, path_template::kind::text}) {
        const auto read = fuzz::accepted({errc::invalid_argument}, [&] { return path_template(text, kind); });
        if (!read) {
            continue;
        }
        if (kind == path_template::kind::path) {
            const path_template again(read->text(), kind);
            fuzz::expect(again.text() == read->text() && again.placeholders().size() == read->placeholders().size(),
                "the normal form " + read->text() + " is read as " + again.text());
            check_value(*read, given.rest());
        } else {
            (void)fuzz::accepted({errc::field_missing},
                [&] { return read->expand([&](const placeholder&) { return std::string(given.rest()); }); });
        }
    }
}

} // namespace path_template_fuzz
} // namespace

COREST_FUZZ_TARGET(path_template)
