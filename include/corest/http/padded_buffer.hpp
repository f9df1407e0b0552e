#pragma once

/// \file
/// The bytes of a body, followed by readable padding: who parses it with a SIMD parser needs no copy.

#include <corest/http/detail/block_cache.hpp>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string_view>
#include <utility>

namespace corest {

/// A growable byte buffer, move-only, whose `size()` bytes are always followed by `padding` readable ones.
/// New bytes are not initialised: a socket or a decoder writes them.
class padded_buffer {
public:
    /// Readable bytes after the end; as many as simdjson asks for (SIMDJSON_PADDING) at most.
    static constexpr std::size_t padding = 64;

    padded_buffer() = default;
    /// A copy of a text.
    explicit padded_buffer(std::string_view text) { append(text); }
    /// The memory is kept for the next one, as long as that is not much.
    ~padded_buffer() { detail::block_cache::put(std::move(block_)); }
    /// The other one is empty afterwards.
    padded_buffer(padded_buffer&& other) noexcept { swap(other); }
    /// The other one is empty afterwards.
    padded_buffer& operator=(padded_buffer&& other) noexcept
    {
        padded_buffer(std::move(other)).swap(*this);
        return *this;
    }

    /// The first byte; null where nothing was ever reserved.
    [[nodiscard]] char* data() noexcept { return block_.data(); }
    /// The first byte; null where nothing was ever reserved.
    [[nodiscard]] const char* data() const noexcept { return block_.data(); }
    /// How many bytes it has, the padding not counted.
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    /// True where it has no bytes.
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    /// How many bytes fit without moving them; the padding comes on top.
    [[nodiscard]] std::size_t capacity() const noexcept { return block_.size() == 0 ? 0 : block_.size() - padding; }
    /// True of a body of 16 MiB or more, where there is room on the disk: it lies in a file without a name, and only
    /// what is looked at is in memory.
    [[nodiscard]] bool is_spilled() const noexcept { return block_.is_spilled(); }
    /// The bytes as text, valid until they are moved (`reserve`, `resize`, `append`).
    [[nodiscard]] std::string_view view() const noexcept { return {block_.data(), size_}; }

    /// Makes room for `count` bytes in all, keeping those there are.
    void reserve(std::size_t count)
    {
        if (count <= capacity()) {
            return;
        }
        detail::memory_block grown = detail::block_cache::get(count + padding);
        copy_to(grown.data());
        std::memset(grown.data() + size_, 0, padding);
        block_.swap(grown);
        detail::block_cache::put(std::move(grown));
    }

    /// Sets the size; bytes that are new have unspecified values, or those that were written behind the end (of
    /// `capacity()`). The padding is zeroed.
    void resize(std::size_t size)
    {
        grow(size);
        constexpr std::size_t stretch = detail::spilled_memory::stretch;
        if (block_.is_spilled() && size / stretch > size_ / stretch) { // what comes after it is written next
            detail::spilled_memory::release(
                {block_.data() + size_ / stretch * stretch, size - size_ / stretch * stretch});
        }
        size_ = size;
        if (block_.size() != 0) {
            std::memset(block_.data() + size_, 0, padding);
        }
    }

    /// Adds a text at the end. \pre it is no part of this buffer
    void append(std::string_view text)
    {
        grow(size_ + text.size());
        if (!text.empty()) { // before the size is set, which lets go of memory that was written
            std::memcpy(block_.data() + size_, text.data(), text.size());
        }
        resize(size_ + text.size());
    }

    /// Sets the size to 0; the memory is kept.
    void clear() noexcept { size_ = 0; }

    /// Exchanges bytes and memory.
    void swap(padded_buffer& other) noexcept
    {
        block_.swap(other.block_);
        std::swap(size_, other.size_);
    }

private:
    /// Makes room for a size, and for as much again as there is, where the bytes must be moved.
    void grow(std::size_t size)
    {
        if (const std::size_t room = capacity(); size > room) {
            reserve(size < 2 * room ? 2 * room : size);
        }
    }

    void copy_to(char* there) const noexcept
    {
        detail::released_behind read(view());
        detail::released_behind written({there, size_});
        for (std::size_t done = 0, some = 0; done < size_; done += some) {
            some = std::min(size_ - done, detail::spilled_memory::stretch);
            std::memcpy(there + done, block_.data() + done, some);
            read.pass(done + some);
            written.pass(done + some);
        }
    }

    detail::memory_block block_;
    std::size_t size_ = 0;
};

} // namespace corest
