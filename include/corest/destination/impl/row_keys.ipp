#pragma once

// The keys of rows that take each other's place, in memory that does not grow with them.

#include <corest/detail/hash_bytes.hpp>
#include <corest/detail/temporary_file.hpp>
#include <corest/resource/walk_digest.hpp>

#include <boost/unordered/unordered_flat_set.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string_view>
#include <vector>

namespace corest::detail {

/// A key of each row, in the order of the rows, as a digest: past a number of them in a temporary file. Which rows stay
/// is found by looks from the last to the first one, each at a part of the keys that fits into memory.
class row_keys {
public:
    /// \param most_waiting how many keys are held before they are written to the file
    /// \param most_at_once how many, on average, are looked at in one look: some 10 MiB of memory
    explicit row_keys(
        std::size_t most_waiting = std::size_t{1} << 16U, std::size_t most_at_once = std::size_t{1} << 18U)
        : most_waiting_(most_waiting),
          most_at_once_(most_at_once)
    {
    }

    /// Sixteen bytes that tell a key from others. Nobody outside of the process can make two keys that have the same.
    [[nodiscard]] static walk_digest digest_of(std::string_view key)
    {
        static const std::array<std::uint64_t, 2> seeds = random_seeds();
        walk_digest found(hash_bytes(key, seeds[0]), hash_bytes(key, seeds[1]));
        found.a += found.a == 0 ? 1 : 0; // what begins with zeros is no key
        return found;
    }

    /// A row. \throws error (limit_exceeded) where there is no room for the file
    void add(const walk_digest& key)
    {
        if (waiting_.size() >= most_waiting_) {
            if (!file_) {
                file_.emplace("the keys of rows");
            }
            file_->write(written_ * sizeof(walk_digest), waiting_.data(), waiting_.size() * sizeof(walk_digest));
            written_ += waiting_.size();
            waiting_.clear();
        }
        waiting_.push_back(key);
    }
    /// A row. \param key nothing: it has none, takes nobody's place, and nobody takes its place
    void add(const std::optional<std::string>& key) { add(key ? digest_of(*key) : keyless()); }
    /// Something that is no row, and does not stay.
    void add_nothing() { add(no_row()); }

    /// How many there are.
    [[nodiscard]] std::uint64_t size() const noexcept { return written_ + waiting_.size(); }
    /// Forgets all but the first ones.
    void truncate(std::uint64_t size)
    {
        waiting_.resize(static_cast<std::size_t>(size > written_ ? size - written_ : 0));
        written_ = std::min(written_, size);
    }

    /// For each row whether it is the last one of its key; empty: all of them are.
    /// \param later keys of rows behind these; null: there are none
    /// \throws error (limit_exceeded) where there is no room for the file
    [[nodiscard]] std::vector<bool> last_of_each(const row_keys* later = nullptr) const
    {
        std::vector<bool> stays;
        each_that_goes(later, [&](std::uint64_t number) {
            if (stays.empty()) {
                stays.resize(static_cast<std::size_t>(size()), true);
            }
            stays[static_cast<std::size_t>(number)] = false;
        });
        return stays;
    }
    /// How many different keys there are, where each row has one.
    [[nodiscard]] std::uint64_t different() const
    {
        std::uint64_t count = size();
        each_that_goes(nullptr, [&](std::uint64_t) { --count; });
        return count;
    }

private:
    /// As Boost.Unordered calls a hash that needs no further mixing.
    struct by_half {
        using is_avalanching = void;
        std::size_t operator()(const walk_digest& key) const noexcept { return static_cast<std::size_t>(key.b); }
    };

    [[nodiscard]] static walk_digest keyless() noexcept { return {0, 0}; }
    [[nodiscard]] static walk_digest no_row() noexcept { return {0, 1}; }

    [[nodiscard]] static std::array<std::uint64_t, 2> random_seeds()
    {
        std::random_device random;
        std::array<std::uint64_t, 2> seeds{};
        for (std::uint64_t& seed : seeds) {
            seed = std::uint64_t{random()} << 32U | random();
        }
        return seeds;
    }

    /// Calls a function with the number of each row whose key one behind it has, and of what is no row.
    template <class Function>
    void each_that_goes(const row_keys* later, const Function& function) const
    {
        const std::uint64_t all = size() + (later == nullptr ? 0 : later->size());
        const std::uint64_t parts = std::bit_ceil(all / most_at_once_ + 1);
        boost::unordered_flat_set<walk_digest, by_half> behind;
        for (std::uint64_t part = 0; part < parts; ++part) {
            const auto is_looked_at = [&](const walk_digest& key) {
                return key.a != 0 && (key.a & (parts - 1)) == part;
            };
            behind.clear();
            if (later != nullptr) {
                later->each_from_the_end([&](std::uint64_t, const walk_digest& key) {
                    if (is_looked_at(key)) {
                        behind.insert(key);
                    }
                });
            }
            each_from_the_end([&](std::uint64_t number, const walk_digest& key) {
                if ((part == 0 && key == no_row()) || (is_looked_at(key) && !behind.insert(key).second)) {
                    function(number);
                }
            });
        }
    }

    template <class Function>
    void each_from_the_end(const Function& function) const
    {
        std::uint64_t number = size();
        for (std::size_t i = waiting_.size(); i-- > 0;) {
            function(--number, waiting_[i]);
        }
        std::vector<walk_digest> some;
        while (number != 0) {
            some.resize(static_cast<std::size_t>(std::min<std::uint64_t>(number, most_waiting_)));
            file_->read((number - some.size()) * sizeof(walk_digest), some.data(), some.size() * sizeof(walk_digest));
            for (std::size_t i = some.size(); i-- > 0;) {
                function(--number, some[i]);
            }
        }
    }

    std::size_t most_waiting_;
    std::size_t most_at_once_;
    std::optional<temporary_file> file_;
    std::uint64_t written_ = 0; ///< keys in the file
    std::vector<walk_digest> waiting_;
};

} // namespace corest::detail
