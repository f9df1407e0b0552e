#pragma once

/// \file
/// Reads CSV that tests have had written, with NULL and an empty text told apart. It shares no code with what writes
/// it.

#include <cstddef>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

/// The records of a CSV text (RFC 4180, lines end with CRLF), the header among them. What is not between quotes and
/// empty is NULL.
/// \throws std::runtime_error where it is none
inline std::vector<std::vector<std::optional<std::string>>> csv_records(const std::string& text)
{
    std::vector<std::vector<std::optional<std::string>>> records;
    std::size_t at = 0;
    const auto take = [&](const char* expected) {
        const std::string wanted(expected);
        const bool there = text.compare(at, wanted.size(), wanted) == 0;
        at += there ? wanted.size() : 0;
        return there;
    };
    while (at < text.size()) {
        std::vector<std::optional<std::string>> record(1);
        for (;;) {
            if (take("\"")) {
                record.back().emplace();
                for (;;) {
                    if (at == text.size()) {
                        throw std::runtime_error("a quote is open at the end");
                    }
                    if (take("\"\"")) {
                        *record.back() += '"';
                    } else if (take("\"")) {
                        break;
                    } else {
                        *record.back() += text[at++];
                    }
                }
            } else {
                const std::size_t end = text.find_first_of(",\"\r\n", at);
                if (end == std::string::npos) {
                    throw std::runtime_error("the last line does not end");
                }
                if (end != at) {
                    record.back() = text.substr(at, end - at);
                }
                at = end;
            }
            if (take(",")) {
                record.emplace_back();
            } else if (take("\r\n")) {
                break;
            } else {
                throw std::runtime_error("a comma or the end of the line is missing at " + std::to_string(at));
            }
        }
        records.push_back(std::move(record));
    }
    return records;
}

/// The rows of a CSV text: of each the columns that are not NULL.
/// \throws std::runtime_error where a record has not a value for each column
inline std::vector<std::map<std::string, std::string>> csv_rows(const std::string& text)
{
    std::vector<std::map<std::string, std::string>> rows;
    const auto records = csv_records(text);
    for (std::size_t i = 1; i < records.size(); ++i) {
        if (records[i].size() != records[0].size()) {
            throw std::runtime_error("record " + std::to_string(i) + " has another width than the header");
        }
        std::map<std::string, std::string>& row = rows.emplace_back();
        for (std::size_t c = 0; c < records[i].size(); ++c) {
            if (records[i][c]) {
                row[records[0][c].value_or("")] = *records[i][c];
            }
        }
    }
    return rows;
}
