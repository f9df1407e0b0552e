#include <corest/resource/detail/digest_set.hpp>

#include <corest/error.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using corest::walk_digest;
using corest::detail::digest_set;

/// Digests that are as evenly spread as hashes are.
walk_digest digest_of(std::uint64_t i)
{
    std::uint64_t x = i * 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
    return walk_digest(x ^ (x >> 31U), i);
}

TEST(DigestSet, KnowsWhatIsInItBeforeAndAfterItGoesToAFile)
{
    for (const std::size_t most : {std::size_t{0}, std::size_t{1}, std::size_t{1000}, std::size_t{1} << 20U}) {
        digest_set seen(most);
        constexpr std::uint64_t many = 20000; // the file grows several times
        for (std::uint64_t i = 0; i < many; ++i) {
            ASSERT_TRUE(seen.insert(digest_of(i))) << i;
            ASSERT_FALSE(seen.insert(digest_of(i / 2))) << i;
        }
        for (std::uint64_t i = 0; i < many; ++i) {
            ASSERT_FALSE(seen.insert(digest_of(i))) << i;
        }
        EXPECT_EQ(seen.size(), many);
    }
}

TEST(DigestSet, DigestsOfZerosAndOfOnePlaceAreKept)
{
    digest_set seen(2);
    for (const bool fresh : {true, false}) {
        EXPECT_EQ(seen.insert(walk_digest()), fresh);
        for (std::uint64_t i = 1; i < 200; ++i) { // all at the table's beginning, and all at its end
            EXPECT_EQ(seen.insert(walk_digest(0, i)), fresh);
            EXPECT_EQ(seen.insert(walk_digest(~std::uint64_t{0}, i)), fresh);
        }
    }
    EXPECT_EQ(seen.size(), 1U + 2U * 199U);
}

TEST(DigestSet, SaysWhereThereIsNoRoomForTheFile)
{
    const char* const before = std::getenv("TMPDIR");
    const std::string kept = before != nullptr ? before : "";
    ::setenv("TMPDIR", "/nowhere/at/all", 1);
    digest_set seen(1);
    seen.insert(digest_of(1));
    try {
        seen.insert(digest_of(2));
        ADD_FAILURE() << "there is no such directory";
    } catch (const corest::error& e) {
        EXPECT_EQ(e.kind(), corest::errc::limit_exceeded);
        EXPECT_NE(std::string(e.what()).find("TMPDIR"), std::string::npos);
    }
    before != nullptr ? ::setenv("TMPDIR", kept.c_str(), 1) : ::unsetenv("TMPDIR");
}

TEST(DigestSet, BytesAreReadAgain)
{
    const walk_digest digest(0x0123456789abcdefU, 0xfedcba9876543210U);
    EXPECT_EQ(digest.bytes().size(), walk_digest::size);
    EXPECT_EQ(walk_digest::of_bytes(digest.bytes()), digest);
}

} // namespace
