/// \file
/// A fuzzer for bodies that are rows in lines: comma-separated values and JSON lines.

#include "fuzz_target.hpp"

#include <corest/destination/csv_line.hpp>
#include <corest/detail/csv_reader.hpp>
#include <corest/select/csv_rows.hpp>
#include <corest/select/json_lines.hpp>
#include <corest/select/json_reader.hpp>

#include <string>
#include <vector>

namespace {
namespace rows_fuzz {

using corest::errc;

std::string rows_of(std::string_view table)
{
    return std::string(corest::csv_rows().to_json_lines(table).view());
}

/// The same table as corest writes it.
std::string written_again(std::string_view table)
{
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    corest::detail::csv_reader in(table.substr(table.starts_with(mark) ? mark.size() : 0), ',', errc::not_json);
    std::string out(mark); // the first name may begin with another one
    while (in.next_record()) {
        const char* separator = "";
        while (const auto value = in.next_value()) {
            out += std::exchange(separator, ",");
            corest::detail::csv_line::append_value(out, value->text);
        }
        out += corest::detail::csv_line::end;
    }
    return out;
}

void check_table(std::string_view table)
{
    const auto rows = fuzz::accepted({errc::not_json}, [&] { return rows_of(table); });
    if (!rows) {
        return;
    }
    for (std::string_view rest = *rows; !rest.empty();) {
        const std::size_t end = rest.find('\n');
        fuzz::expect(end != rest.npos, "a row without a line's end");
        corest::validate(rest.substr(0, end));
        rest.remove_prefix(end + 1);
    }
    fuzz::expect(rows_of(written_again(table)) == *rows, "a table is read as another one when it is written again");
}

/// One value a line, no line left out.
void check_lines(std::string_view text)
{
    const corest::padded_buffer body(text);
    std::vector<corest::detail::slice> slices;
    const auto taken = fuzz::accepted({errc::not_json}, [&] {
        corest::cut_json_lines(body, corest::selector(), slices);
        return true;
    });
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    std::size_t values = 0;
    bool all_valid = true;
    for (std::string_view rest = text.substr(text.starts_with(mark) ? mark.size() : 0); !rest.empty();) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (line.find_first_not_of(" \t\r") != line.npos) {
            ++values;
            all_valid = all_valid && fuzz::accepted({errc::not_json}, [&] {
                corest::validate(line);
                return true;
            });
        }
    }
    fuzz::expect(!all_valid || taken, "lines that are JSON are refused");
    fuzz::expect(!taken || slices.size() == values, "a line is left out");
}

void run(fuzz::input given)
{
    const std::string_view text = given.rest();
    check_table(text);
    check_lines(text);
}

} // namespace rows_fuzz
} // namespace

COREST_FUZZ_TARGET(rows)
