#pragma once

/// \file
/// The struct of eight fields that both sides read records into.

#include <boost/describe.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace benchmark {

struct sample {
    std::int64_t id = 0;
    std::string name;
    std::string status;
    std::string created_at;
    bool active = false;
    double score = 0;
    std::int64_t size_bytes = 0;
    std::optional<std::string> comment;
};
BOOST_DESCRIBE_STRUCT(sample, (), (id, name, status, created_at, active, score, size_bytes, comment))

} // namespace benchmark
