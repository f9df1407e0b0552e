#pragma once

/// \file
/// The jobs of `corest_benchmark`: each is a function that takes the words after its name and prints one line of JSON.

#include <cstdint>
#include <string>
#include <vector>

namespace benchmark {

/// The words after a job's name.
class words {
public:
    explicit words(std::vector<std::string> all) : all_(std::move(all)) {}

    /// The word at a position. \throws std::invalid_argument naming what is missing
    [[nodiscard]] const std::string& at(std::size_t position, const char* what) const;
    [[nodiscard]] std::uint64_t number_at(std::size_t position, const char* what) const;
    /// The word after `name`; empty without it.
    [[nodiscard]] std::string option(const std::string& name) const;
    /// The number after `name`.
    [[nodiscard]] std::uint64_t option(const std::string& name, std::uint64_t otherwise) const;
    [[nodiscard]] bool flag(const std::string& name) const;

private:
    std::vector<std::string> all_;
};

void flat(const words& given);         ///< every record of a flat collection, its id read
void late(const words& given);         ///< the same of one at a distance, by any way of paging
void typed(const words& given);        ///< a flat collection, decoded into a struct
void tree(const words& given);         ///< three levels
void children(const words& given);     ///< a child collection for each of many parents
void load(const words& given);         ///< a dictionary into a destination
void hand_out(const words& given);     ///< records of a page in memory, timed in the process
void growth(const words& given);       ///< what one item costs where there are many
void instructions(const words& given); ///< fixed work without I/O, to be counted by callgrind

} // namespace benchmark
