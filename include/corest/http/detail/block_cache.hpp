#pragma once

/// \file
/// Memory of bodies that have gone, for those that come. Pages of an API are much alike: without it the allocator gives
/// the memory of each back to the system, which has to clear it for the next.

#include <corest/http/detail/spilled_memory.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <utility>

namespace corest::detail {

/// Bytes, not initialised, and how many there are. Where there are very many, they lie in a file (`spilled_memory`).
class memory_block {
public:
    memory_block() = default;
    explicit memory_block(std::size_t size)
        : bytes_(size >= spilled_memory::least ? spilled_memory::map(size) : nullptr),
          size_(size),
          is_spilled_(bytes_ != nullptr)
    {
        if (!is_spilled_) {
            bytes_ = new char[size];
        }
        count(size);
    }
    ~memory_block()
    {
        count(std::size_t{0} - size_);
        if (is_spilled_) {
            spilled_memory::unmap(bytes_, size_);
        } else {
            delete[] bytes_;
        }
    }
    memory_block(memory_block&& other) noexcept { swap(other); }
    memory_block& operator=(memory_block&& other) noexcept
    {
        memory_block(std::move(other)).swap(*this);
        return *this;
    }

    [[nodiscard]] char* data() noexcept { return bytes_; }
    [[nodiscard]] const char* data() const noexcept { return bytes_; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    /// True where it lies in a file.
    [[nodiscard]] bool is_spilled() const noexcept { return is_spilled_; }

    void swap(memory_block& other) noexcept
    {
        std::swap(bytes_, other.bytes_);
        std::swap(size_, other.size_);
        std::swap(is_spilled_, other.is_spilled_);
    }

    /// The bytes of all large blocks (64 KiB and more) that there are, on whatever threads.
    [[nodiscard]] static std::size_t held() noexcept { return held_.load(std::memory_order_relaxed); }

private:
    /// \param change of the number of bytes; a negative one wraps around
    void count(std::size_t change) const noexcept
    {
        if (size_ >= large) {
            held_.fetch_add(change, std::memory_order_relaxed);
        }
    }

    static constexpr std::size_t large = std::size_t{64} << 10U;
    static inline std::atomic<std::size_t> held_ = 0;

    char* bytes_ = nullptr;
    std::size_t size_ = 0;
    bool is_spilled_ = false;
};

/// The blocks that a thread keeps for itself: at most 16, of 1 MiB together, none smaller than 4 KiB, which the
/// allocator is good at. Where addresses are checked it keeps none, so that the use of a body that is gone is found.
class block_cache {
public:
    /// A block of at least that size, and hardly larger.
    [[nodiscard]] static memory_block get(std::size_t size)
    {
        if (size >= least && !is_gone) {
            for (memory_block& each : own().blocks_) {
                if (each.size() >= size && each.size() / 2 <= size) {
                    own().bytes_ -= each.size();
                    return std::move(each);
                }
            }
        }
        return memory_block(size);
    }

    /// Keeps the block where there is room for it, and else gives it back.
    static void put(memory_block block) noexcept
    {
        if (!keeps || block.size() < least || is_gone) {
            return;
        }
        block_cache& cache = own();
        if (cache.bytes_ + block.size() > most_bytes) {
            return;
        }
        for (memory_block& each : cache.blocks_) {
            if (each.size() == 0) {
                cache.bytes_ += block.size();
                each.swap(block);
                return;
            }
        }
    }

    block_cache(const block_cache&) = delete;
    block_cache& operator=(const block_cache&) = delete;

private:
    static constexpr std::size_t least = 4096;
    static constexpr std::size_t most_bytes = std::size_t{1} << 20;
#if defined(__SANITIZE_ADDRESS__)
    static constexpr bool keeps = false;
#elif defined(__has_feature)
#    if __has_feature(address_sanitizer)
    static constexpr bool keeps = false;
#    else
    static constexpr bool keeps = true;
#    endif
#else
    static constexpr bool keeps = true;
#endif

    block_cache() = default;
    ~block_cache() { is_gone = true; }

    static block_cache& own()
    {
        thread_local block_cache cache;
        return cache;
    }

    /// Bodies may outlive the thread's cache, those of static objects say.
    static inline thread_local bool is_gone = false;

    std::array<memory_block, 16> blocks_;
    std::size_t bytes_ = 0;
};

} // namespace corest::detail
