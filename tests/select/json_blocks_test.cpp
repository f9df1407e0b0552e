#include <corest/select/detail/json_blocks.hpp>

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace {

using corest::detail::json_block;
using corest::detail::json_block_state;

/// The blocks of a text, byte by byte. \pre text.size() is a multiple of 64
std::vector<json_block> slowly(std::string_view text, json_block_state& state)
{
    std::vector<json_block> blocks;
    for (std::size_t from = 0; from != text.size(); from += 64) {
        json_block block;
        block.depth = state.depth;
        block.least = state.depth;
        for (std::size_t i = 0; i < 64; ++i) {
            const char c = text[from + i];
            const bool escaped = state.escaped != 0;
            state.escaped = c == '\\' && !escaped ? 1 : 0;
            if (c == '"' && !escaped) {
                state.in_string = ~state.in_string;
            } else if (state.in_string == 0 && (c == '{' || c == '[')) {
                block.opens |= std::uint64_t{1} << i;
                ++state.depth;
            } else if (state.in_string == 0 && (c == '}' || c == ']')) {
                block.closes |= std::uint64_t{1} << i;
                --state.depth;
                --block.least;
            }
        }
        blocks.push_back(block);
    }
    return blocks;
}

/// A text of exactly its size, so that the address sanitizer sees a read behind it.
class exact_text {
public:
    explicit exact_text(std::string_view text) : bytes_(new char[text.size()]), size_(text.size())
    {
        std::memcpy(bytes_.get(), text.data(), text.size());
    }
    [[nodiscard]] std::string_view view() const { return {bytes_.get(), size_}; }

private:
    std::unique_ptr<char[]> bytes_;
    std::size_t size_;
};

class JsonBlocks : public testing::TestWithParam<corest::detail::json_classifier_entry> {};

TEST_P(JsonBlocks, AreThoseFoundByteByByte)
{
    constexpr std::string_view characters = "\"\\{}[]\"\\aYy_|\x02\x1b";
    std::mt19937 random(7);
    for (int round = 0; round < 300; ++round) {
        std::string text(64 * (1 + random() % 5), 'x');
        const unsigned density = 1 + random() % 8;
        for (char& c : text) {
            if (random() % density == 0) {
                c = characters[random() % characters.size()];
            }
        }
        const bool ascii = round % 2 == 0;
        if (!ascii) {
            text[random() % text.size()] = static_cast<char>(0x80 + random() % 0x80);
        }
        json_block_state expected_state;
        const auto expected = slowly(text, expected_state);
        json_block_state state;
        std::vector<json_block> blocks(expected.size());
        const exact_text exact(text);
        EXPECT_EQ(GetParam().classify(exact.view().data(), blocks.size(), blocks.data(), state), ascii);
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            ASSERT_EQ(blocks[i].opens, expected[i].opens) << text;
            ASSERT_EQ(blocks[i].closes, expected[i].closes) << text;
            ASSERT_EQ(blocks[i].depth, expected[i].depth) << text;
            ASSERT_EQ(blocks[i].least, expected[i].least) << text;
        }
        ASSERT_EQ(state.in_string, expected_state.in_string);
        ASSERT_EQ(state.escaped, expected_state.escaped);
        ASSERT_EQ(state.depth, expected_state.depth);
    }
}

TEST_P(JsonBlocks, EveryByteHasItsClass)
{
    for (int byte = 0; byte < 256; ++byte) {
        for (const std::size_t at : {0u, 7u, 8u, 31u, 32u, 63u}) {
            std::string text(64, 'x');
            text[at] = static_cast<char>(byte);
            json_block_state expected_state;
            const json_block expected = slowly(text, expected_state).front();
            json_block_state state;
            json_block block;
            EXPECT_EQ(GetParam().classify(text.data(), 1, &block, state), byte < 0x80);
            EXPECT_EQ(block.opens, expected.opens) << byte;
            EXPECT_EQ(block.closes, expected.closes) << byte;
            EXPECT_EQ(state.in_string, expected_state.in_string) << byte;
            EXPECT_EQ(state.escaped, expected_state.escaped) << byte;
        }
    }
}

TEST_P(JsonBlocks, TheScannerFindsEndsWhereverTheyAre)
{
    for (std::size_t before = 0; before < 140; before += 3) {
        for (std::size_t inside = 0; inside < 9000; inside = inside * 2 + 1) {
            const std::string open = std::string(before, ' ') + "{";
            const exact_text text(open + "[{\"" + std::string(inside, 'x') + "\\\"]}\":0}]}");
            corest::detail::json_scanner scanner(text.view(), GetParam().classify);
            const char* const end = scanner.skip(text.view().data() + before, 0);
            ASSERT_EQ(end, text.view().data() + text.view().size()) << before << ' ' << inside;
        }
    }
}

TEST_P(JsonBlocks, TheScannerSaysWhereThereIsNoEnd)
{
    for (std::size_t size = 1; size < 300; ++size) {
        const exact_text text("[" + std::string(size, 'x'));
        corest::detail::json_scanner scanner(text.view(), GetParam().classify);
        ASSERT_EQ(scanner.skip(text.view().data(), 0), nullptr) << size;
    }
}

TEST_P(JsonBlocks, TheScannerFollowsSiblings)
{
    const exact_text text("[{\"a\":[]},{},[[]],{\"b\":\"" + std::string(5000, '}') + "\"},{}]");
    corest::detail::json_scanner scanner(text.view(), GetParam().classify);
    const char* const begin = text.view().data();
    EXPECT_EQ(scanner.skip(begin + 1, 1), begin + 9);
    EXPECT_EQ(scanner.skip(begin + 10, 1), begin + 12);
    EXPECT_EQ(scanner.skip(begin + 13, 1), begin + 17);
    EXPECT_EQ(scanner.skip(begin + 18, 1), begin + 5026);
    EXPECT_EQ(scanner.skip(begin + 5027, 1), begin + 5029);
}

TEST_P(JsonBlocks, TheScannerRefusesWhatIsNotUtf8)
{
    const auto found = [](std::string_view inside, std::size_t before) {
        const exact_text text("[" + std::string(before, ' ') + "\"" + std::string(inside) + "\"]");
        corest::detail::json_scanner scanner(text.view(), GetParam().classify);
        return scanner.skip(text.view().data(), 0) != nullptr;
    };
    // At the borders of a block, and of the blocks that are loaded at once.
    for (const std::size_t border : {64u, 4096u}) {
        for (std::size_t before = border - 8; before < border; ++before) {
            EXPECT_TRUE(found("\xC3\xA4", before));
            EXPECT_TRUE(found("\xE2\x82\xAC", before));
            EXPECT_TRUE(found("\xF0\x9F\x98\x80", before));
            EXPECT_FALSE(found("\xC3", before));
            EXPECT_FALSE(found("\xE2\x82", before));
            EXPECT_FALSE(found("\xF0\x9F\x98", before));
            EXPECT_FALSE(found("\xA4", before));
            EXPECT_FALSE(found("\xC3\xA4\xA4", before));
            EXPECT_FALSE(found("\xF0\x9F\x98\x80\x80", before));
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Classifiers, JsonBlocks,
    testing::ValuesIn(corest::detail::json_classifiers().begin(), corest::detail::json_classifiers().end()),
    [](const auto& way) { return std::string(way.param.name); });

} // namespace
