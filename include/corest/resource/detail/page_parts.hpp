#pragma once

/// \file
/// A page that is too large to be handed out at once, in parts.

#include <corest/http/detail/spilled_memory.hpp>
#include <corest/select/page.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

namespace corest::detail {

/// Copies records out of a page, about a mebibyte at a time, so that who takes them holds no more. Each part is a page
/// of its own: its body is its records, one a line.
class page_parts {
public:
    /// True where a page is handed out in parts: its body lies in a file.
    [[nodiscard]] static bool is_needed(const page& whole) noexcept
    {
        return whole.size() > 1 && whole.data()->body.is_spilled();
    }

    /// \param whole has records
    explicit page_parts(page whole) : whole_(std::move(whole)), passed_(whole_.body()) {}

    [[nodiscard]] const page& whole() const noexcept { return whole_; } ///< it

    /// True where all records were handed out.
    [[nodiscard]] bool is_done() const noexcept { return rows_ == whole_.size(); }
    /// How many records were handed out.
    [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
    /// How many parts were.
    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

    /// The next one; number, position and cursor are still those of the whole page. \pre not is_done()
    [[nodiscard]] std::shared_ptr<page_data> next()
    {
        std::shared_ptr<page_data> part = whole_.data()->without_records();
        part->first_record = whole_.first_record() + rows_;
        part->body.reserve(most_bytes);
        do {
            const std::string_view record = whole_.json(rows_);
            part->records.push_back({part->body.size(), record.size()});
            part->body.append(record);
            part->body.append("\n");
            passed_.pass(whole_.data()->records[rows_].offset);
            ++rows_;
        } while (rows_ != whole_.size() && part->body.size() + whole_.json(rows_).size() < most_bytes);
        ++count_;
        return part;
    }

private:
    static constexpr std::size_t most_bytes = std::size_t{1} << 20U;

    page whole_;
    released_behind passed_;
    std::size_t rows_ = 0;
    std::uint64_t count_ = 0;
};

} // namespace corest::detail
