#pragma once

/// \file
/// A page that is too large to be handed out at once, in parts.

#include <corest/http/detail/spilled_memory.hpp>
#include <corest/select/page.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::detail {

/// Where the records of a page are, in a few bytes for each: a page of a million of them is handed out while others
/// need memory too. Read once, from the beginning.
class packed_slices {
public:
    explicit packed_slices(const std::vector<slice>& all) : count_(all.size())
    {
        bytes_.reserve(3 * all.size()); // one for what stands between two records, two for the size of most
        std::size_t end = 0;
        for (const slice& one : all) {
            put(one.offset - end); // wraps around where records do not stand in their order
            put(one.size);
            end = one.offset + one.size;
        }
    }

    [[nodiscard]] std::size_t size() const noexcept { return count_; } ///< how many there are in all

    /// The next one. \pre there is one
    [[nodiscard]] slice next() noexcept
    {
        const std::size_t offset = end_ + get();
        const std::size_t size = get();
        end_ = offset + size;
        return {offset, size};
    }

private:
    /// Seven bits in each byte, the lowest first; the last one has no eighth bit.
    void put(std::size_t number)
    {
        for (; number >= 0x80; number >>= 7U) {
            bytes_.push_back(static_cast<char>(number | 0x80U));
        }
        bytes_.push_back(static_cast<char>(number));
    }
    std::size_t get() noexcept
    {
        std::size_t number = 0;
        for (unsigned shift = 0;; shift += 7) {
            const auto byte = static_cast<unsigned char>(bytes_[at_++]);
            number |= static_cast<std::size_t>(byte & 0x7fU) << shift;
            if (byte < 0x80) {
                return number;
            }
        }
    }

    std::string bytes_;
    std::size_t count_;
    std::size_t at_ = 0;
    std::size_t end_ = 0;
};

/// Copies records out of a page, 64 KiB at a time, so that who takes them holds no more. Each part is
/// a page of its own: its body is its records, one a line.
class page_parts {
public:
    /// True where a page is handed out in parts: its body lies in a file.
    [[nodiscard]] static bool is_needed(const page& whole) noexcept
    {
        return whole.size() > 1 && whole.data()->body.is_spilled();
    }

    /// \param whole has records, and was handed out to nobody else: it has none afterwards
    explicit page_parts(page whole) : whole_(std::move(whole)), records_(whole_.data()->records), passed_(whole_.body())
    {
        // Constant once it is handed out, which it is not.
        std::vector<slice>().swap(const_cast<page_data&>(*whole_.data()).records);
        next_ = records_.next();
    }

    [[nodiscard]] std::uint64_t first_record() const noexcept { return whole_.first_record(); } ///< of the page
    /// True where all records were handed out.
    [[nodiscard]] bool is_done() const noexcept { return rows_ == records_.size(); }
    /// How many records were handed out.
    [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
    /// How many parts were.
    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

    /// The next one; number, position and cursor are still those of the whole page. \pre not is_done()
    [[nodiscard]] std::shared_ptr<page_data> next()
    {
        std::shared_ptr<page_data> part = whole_.data()->without_records();
        part->first_record = whole_.first_record() + rows_;
        do {
            part->records.push_back({part->body.size(), next_.size});
            part->body.append(whole_.body().substr(next_.offset, next_.size));
            part->body.append("\n");
            passed_.pass(next_.offset);
            ++rows_;
            next_ = is_done() ? slice() : records_.next();
        } while (!is_done() && part->body.size() + next_.size < most_bytes);
        ++count_;
        return part;
    }

private:
    static constexpr std::size_t most_bytes = std::size_t{64} << 10U;

    page whole_;
    packed_slices records_;
    released_behind passed_;
    slice next_;
    std::size_t rows_ = 0;
    std::uint64_t count_ = 0;
};

} // namespace corest::detail
