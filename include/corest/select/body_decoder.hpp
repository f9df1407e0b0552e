#pragma once

/// \file
/// In what form a body has its records.

#include <corest/select/csv_rows.hpp>
#include <corest/select/json_lines.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace corest {

/// The forms of bodies.
enum class body_format {
    stated,     ///< what `Content-Type` says: JSON lines or CSV; else JSON
    json,       ///< JSON, whatever the server says
    json_lines, ///< one JSON value a line
    csv         ///< comma-separated values
};

/// How a body is read. A value.
class body_decoder {
public:
    /// \param form of the bodies \param csv_form how CSV is read, where it is that
    body_decoder(body_format form = body_format::stated, csv_rows csv_form = csv_rows())
        : format_(form),
          csv_(std::move(csv_form))
    {
    }
    /// CSV, read so.
    body_decoder(csv_rows csv_form) : body_decoder(body_format::csv, std::move(csv_form)) {}

    /// The form of a body. \param content_type what its server says; may be empty \return not `stated`
    [[nodiscard]] body_format format_of(std::string_view content_type) const noexcept
    {
        if (format_ != body_format::stated) {
            return format_;
        }
        return is_json_lines(content_type) ? body_format::json_lines
            : is_csv(content_type)         ? body_format::csv
                                           : body_format::json;
    }
    /// What was given.
    [[nodiscard]] body_format format() const noexcept { return format_; }
    /// How CSV is read.
    [[nodiscard]] const csv_rows& csv() const noexcept { return csv_; }
    /// For people: "json", "jsonl", "csv, delimiter ';'"; empty where it is as stated.
    [[nodiscard]] std::string text() const
    {
        switch (format_) {
        case body_format::json:
            return "json";
        case body_format::json_lines:
            return "jsonl";
        case body_format::csv:
            return csv_.text();
        case body_format::stated:
            break;
        }
        return {};
    }

private:
    body_format format_;
    csv_rows csv_;
};

} // namespace corest
