#pragma once

/// \file
/// The destinations that `--to` knows.

#include <corest/destination/destination.hpp>
#include <corest/net.hpp>

#include <string>
#include <string_view>

namespace cli {

/// The destination that a text names: `sqlite:FILE`, `postgresql://...`, `duckdb:FILE`, `ndjson:DIR`, `csv:DIR`,
/// `parquet:DIR` or `-` (NDJSON on standard output).
/// \param several more than one table is written: on standard output each line then says which one
/// \throws corest::error (invalid_argument) listing the forms that are known, or naming an option that is not
[[nodiscard]] corest::any_destination make_destination(std::string_view text, bool several);

/// What a destination keeps of runs. \pre it keeps progress
[[nodiscard]] corest::net::awaitable<corest::destination_state> read_state(corest::any_destination keeper);

/// The text without what may be a password: of an address without user and options, of settings nothing.
[[nodiscard]] std::string shown_destination(std::string_view text);

/// The forms and their options, one per line, for `--help`.
[[nodiscard]] std::string destination_forms();

/// What the texts of `--to` begin with, for completion: "sqlite:".
[[nodiscard]] std::vector<std::string> destination_prefixes();

} // namespace cli
