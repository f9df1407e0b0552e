/// \file
/// What stands in corpus/ is run once, by each target: inputs that reach much, and those that were once read wrongly.

#include "fuzz_target.hpp"

#include <gtest/gtest.h>

#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace {
namespace corpus_test {

void run_file(void (*target)(fuzz::input), const std::filesystem::path& file)
{
    std::ifstream in(file, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), {});
    try {
        target({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    } catch (const std::exception& e) {
        ADD_FAILURE() << file.string() << ": " << e.what();
    }
}

TEST(FuzzCorpus, EveryInputHolds)
{
    ASSERT_FALSE(fuzz::targets().empty());
    for (const auto& [name, target] : fuzz::targets()) {
        std::size_t inputs = 0;
        for (const auto& entry : std::filesystem::directory_iterator(COREST_TESTS_DIR "/fuzz/corpus/" + name)) {
            run_file(target, entry.path());
            ++inputs;
        }
        EXPECT_GE(inputs, 3U) << name << " has no corpus";
    }
}

} // namespace corpus_test
} // namespace
