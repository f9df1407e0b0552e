/// \file
/// The keys of rows that take each other's place: which rows stay, in memory and in a file.

#include <corest/destination/impl/row_keys.ipp>

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace {
namespace row_keys_test {

using corest::detail::row_keys;

/// Keys that come again now and then, and rows without one.
std::vector<std::optional<std::string>> some_keys(std::size_t count, std::uint64_t seed)
{
    std::vector<std::optional<std::string>> all;
    for (std::size_t i = 0; i < count; ++i) {
        seed = seed * 6364136223846793005U + 1442695040888963407U;
        const std::uint64_t value = seed >> 33U;
        all.push_back(value % 50 == 0 ? std::nullopt : std::optional("key " + std::to_string(value % 700)));
    }
    return all;
}

/// What stays, found the plain way.
std::vector<bool> expected(
    const std::vector<std::optional<std::string>>& rows, const std::vector<std::optional<std::string>>& later)
{
    std::map<std::string, int> behind;
    for (const auto& key : later) {
        if (key) {
            behind[*key] = 1;
        }
    }
    std::vector<bool> stays(rows.size(), true);
    for (std::size_t i = rows.size(); i-- > 0;) {
        if (rows[i]) {
            stays[i] = behind.emplace(*rows[i], 1).second;
        }
    }
    return stays;
}

void fill(row_keys& keys, const std::vector<std::optional<std::string>>& rows)
{
    for (const auto& key : rows) {
        keys.add(key);
    }
}

TEST(RowKeys, TheLastRowOfEachKeyStays)
{
    const auto old = some_keys(1000, 1);
    const auto fresh = some_keys(1500, 2);
    for (const std::size_t waiting : {1U, 7U, 64U, 100'000U}) { // in a file, but for the last ones, and in memory
        row_keys first(waiting, 3 * waiting);                   // in many looks, and in one
        row_keys second(waiting, 3 * waiting);
        fill(first, old);
        fill(second, fresh);
        EXPECT_EQ(second.size(), fresh.size());
        EXPECT_EQ(second.last_of_each(), expected(fresh, {}));
        EXPECT_EQ(first.last_of_each(&second), expected(old, fresh));
        EXPECT_EQ(first.last_of_each(&second), expected(old, fresh)) << "as often as one likes";
    }
}

TEST(RowKeys, WhereAllStayThatIsSaid)
{
    row_keys keys(4);
    for (int i = 0; i < 100; ++i) {
        keys.add(std::optional(std::to_string(i)));
        keys.add(std::optional<std::string>());
    }
    EXPECT_TRUE(keys.last_of_each().empty());
    keys.add_nothing();
    const std::vector<bool> stays = keys.last_of_each();
    ASSERT_EQ(stays.size(), 201U);
    EXPECT_TRUE(stays[199]);
    EXPECT_FALSE(stays[200]) << "which is no row";
}

TEST(RowKeys, TheLastOnesCanBeForgotten)
{
    for (const std::uint64_t left : {0U, 3U, 8U, 17U, 20U}) {
        row_keys keys(8);
        fill(keys, some_keys(20, 3));
        keys.truncate(left);
        EXPECT_EQ(keys.size(), left);
        auto rows = some_keys(20, 3);
        rows.resize(left);
        const auto more = some_keys(600, 4);
        fill(keys, more);
        rows.insert(rows.end(), more.begin(), more.end());
        EXPECT_EQ(keys.last_of_each(), expected(rows, {})) << left;
    }
}

TEST(RowKeys, KeysOfOtherLengthsAndBytesAreOthers)
{
    row_keys keys;
    std::size_t count = 0;
    for (const std::string& unit : {std::string("a"), std::string(1, '\0'), std::string("\xff"), std::string("ab")}) {
        for (std::size_t times = 1; times < 100; ++times) {
            std::string key;
            for (std::size_t i = 0; i < times; ++i) {
                key += unit;
            }
            keys.add(std::optional(key));
            ++count;
        }
    }
    EXPECT_EQ(keys.size(), count);
    EXPECT_EQ(keys.different(), count);
    EXPECT_TRUE(keys.last_of_each().empty());
    keys.add(std::optional(std::string("ab")));
    EXPECT_EQ(keys.different(), count);
}

} // namespace row_keys_test
} // namespace
