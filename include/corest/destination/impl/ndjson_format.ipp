#pragma once

// A table's file as lines of JSON.

#include <corest/destination/bound_columns.hpp>
#include <corest/destination/destination.hpp>
#include <corest/destination/ndjson_line.hpp>
#include <corest/error.hpp>

#include <corest/destination/impl/file_format.ipp>
#include <corest/destination/impl/posix_file.ipp>

#include <fcntl.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corest::detail {

class ndjson_format final : public file_format {
public:
    [[nodiscard]] std::string_view extension() const noexcept override { return ".ndjson"; }
    [[nodiscard]] std::string hidden_prefix() const override { return ".corest-"; }
    [[nodiscard]] bool is_lines() const noexcept override { return true; }

    [[nodiscard]] std::string append_row(std::string& lines, const table& t, std::string_view record,
        const std::vector<bound_column>& members) const override
    {
        return ndjson_line::append_row(lines, t, record, members);
    }

    [[nodiscard]] std::optional<std::string> key(const table& t, std::string_view line) const override
    {
        std::string lacking;
        return ndjson_line::key(line, t.primary_key, {}, lacking);
    }

    [[nodiscard]] bool write_empty(const std::string&, const file_contents&) const override { return false; }

    [[nodiscard]] table_count count(const std::string& path, const table& t) const override
    {
        row_counter rows(t);
        line_reader lines(path);
        while (const auto line = lines.next()) {
            if (!line->empty()) {
                rows.add(t.primary_key.empty() ? std::nullopt : key(t, *line));
            }
        }
        return rows.counted();
    }

    void write(const std::string& path, const file_contents& contents) const override
    {
        output_file output(path, O_TRUNC);
        if (!contents.old_file.empty()) {
            copy_lines(output, contents.old_file, 0, surviving_old(contents));
        }
        copy_lines(output, contents.collected, contents.first, contents.surviving_new());
        output.finish();
    }

private:
    /// Of the lines of the old file; empty: all of them.
    [[nodiscard]] std::vector<bool> surviving_old(const file_contents& contents) const
    {
        if (contents.keys == nullptr) {
            return {};
        }
        row_keys rows;
        line_reader old(contents.old_file);
        while (const auto line = old.next()) {
            throw_if_interrupted();
            if (line->empty()) {
                rows.add_nothing();
                continue;
            }
            std::optional<std::string> found;
            try {
                found = key(*contents.definition, *line);
            } catch (const error& e) {
                throw error(errc::destination_failed,
                    "line " + std::to_string(rows.size() + 1) + " of '" + contents.old_file
                        + "' cannot be merged with: " + e.message(),
                    "Mend or remove that line, or load with the write disposition replace");
            }
            rows.add(found);
        }
        return contents.surviving_old(rows);
    }

    void copy_lines(
        output_file& output, const std::string& input, std::uint64_t first, const std::vector<bool>& surviving) const
    {
        line_reader lines(input, first);
        for (std::size_t i = 0; const auto line = lines.next(); ++i) {
            throw_if_interrupted();
            if (surviving.empty() || surviving[i]) {
                output.append(*line);
                output.append("\n");
            }
        }
    }
};

} // namespace corest::detail
