#pragma once

/// \file
/// Memory of large bodies: a file that has no name, mapped, of which only those parts stay in memory that are being
/// worked on.

#include <corest/detail/temporary_file.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <vector>

#if defined(__linux__)
#    include <fcntl.h>
#    include <sys/mman.h>
#    include <unistd.h>
#endif

namespace corest::detail {

/// Memory that lies in a file: all of it can be written and read as other memory, and what was passed over need not
/// stay in the process.
class spilled_memory {
public:
    /// What is smaller stays where it is.
    static constexpr std::size_t least = std::size_t{16} << 20U;
    /// How much of it is worked on before that is let go of.
    static constexpr std::size_t stretch = std::size_t{1} << 20U;

    /// Memory of that size; null where there is no room on the disk, or the system has no such memory.
    [[nodiscard]] static char* map([[maybe_unused]] std::size_t size)
    {
#if defined(__linux__)
        void* mapped = MAP_FAILED;
        try {
            const temporary_file file("a large body");
            // Room is taken now: a disk that is full later would end the process.
            if (::fallocate(file.number(), 0, 0, static_cast<off_t>(size)) == 0) {
                mapped = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file.number(), 0);
            }
            if (mapped == MAP_FAILED) {
                return nullptr;
            }
            // Huge pages of the file would come back whole where a part of one was let go of.
            ::madvise(mapped, size, MADV_NOHUGEPAGE);
            const auto begin = reinterpret_cast<std::uintptr_t>(mapped);
            const std::lock_guard lock(access());
            areas().push_back({begin, begin + size});
        } catch (...) {
            if (mapped != MAP_FAILED) {
                ::munmap(mapped, size);
            }
            return nullptr;
        }
        return static_cast<char*>(mapped);
#else
        return nullptr;
#endif
    }

    /// Gives it back. \param memory as `map` has given it
    static void unmap([[maybe_unused]] char* memory, [[maybe_unused]] std::size_t size) noexcept
    {
#if defined(__linux__)
        const auto begin = reinterpret_cast<std::uintptr_t>(memory);
        {
            const std::lock_guard lock(access());
            std::erase_if(areas(), [&](const area& each) { return each.begin == begin; });
        }
        ::munmap(memory, size);
#endif
    }

    /// Lets go of bytes that are not needed for now, where they lie in such memory: they are read from the file when
    /// somebody looks at them again. Does nothing of other memory.
    static void release([[maybe_unused]] std::string_view passed) noexcept
    {
#if defined(__linux__)
        const auto first = reinterpret_cast<std::uintptr_t>(passed.data());
        const std::lock_guard lock(access());
        for (const area& each : areas()) {
            if (first >= each.begin && first < each.end) {
                const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
                const std::uintptr_t begin = std::max(each.begin, first / page * page);
                const std::uintptr_t end = std::min(each.end, first + passed.size()) / page * page;
                if (begin < end) {
                    ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
                }
                return;
            }
        }
#endif
    }

private:
    struct area {
        std::uintptr_t begin;
        std::uintptr_t end;
    };

    static std::mutex& access() noexcept
    {
        static std::mutex one;
        return one;
    }
    static std::vector<area>& areas() noexcept
    {
        static std::vector<area>& all = *new std::vector<area>; // bodies may outlive static objects
        return all;
    }
};

/// Lets go of a text that is passed over from its beginning to its end, stretch by stretch.
class released_behind {
public:
    /// \param text of any memory
    explicit released_behind(std::string_view text) noexcept : text_(text) {}
    released_behind(const released_behind&) = delete;
    released_behind& operator=(const released_behind&) = delete;
    ~released_behind()
    {
        if (passed_ != 0) { // else it was short
            spilled_memory::release(text_.substr(passed_));
        }
    }

    /// All before this offset was passed.
    void pass(std::size_t offset) noexcept
    {
        if (offset > passed_ && offset - passed_ >= spilled_memory::stretch) {
            spilled_memory::release(text_.substr(passed_, offset - passed_));
            passed_ = offset;
        }
    }

private:
    std::string_view text_;
    std::size_t passed_ = 0;
};

} // namespace corest::detail
