#pragma once

/// \file
/// What every reader counts, to be compared with what the generator says.

#include <cstdint>
#include <ostream>

namespace benchmark {

class checksum {
public:
    void add(std::int64_t id)
    {
        ++rows_;
        sum_ += static_cast<std::uint64_t>(id);
        xor_ ^= static_cast<std::uint64_t>(id);
    }
    [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }

    friend std::ostream& operator<<(std::ostream& out, const checksum& c)
    {
        return out << "{\"rows\": " << c.rows_ << ", \"sum\": " << c.sum_ << ", \"xor\": " << c.xor_ << '}';
    }

private:
    std::uint64_t rows_ = 0;
    std::uint64_t sum_ = 0;
    std::uint64_t xor_ = 0;
};

} // namespace benchmark
