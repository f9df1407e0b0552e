#include <corest/detail/lock_file.hpp>

#include <support/command.hpp>

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {
namespace lock_file_test {

using corest::detail::lock_file;
using outcome = lock_file::outcome;

class LockFile : public testing::Test {
protected:
    temporary_folder folder;
    std::string path = folder.file("lock");
};

TEST_F(LockFile, IsHeldByOneAtATime)
{
    {
        lock_file first;
        EXPECT_FALSE(first);
        EXPECT_EQ(first.try_take(path, 0600), outcome::taken);
        EXPECT_TRUE(first);
        struct stat seen{};
        ASSERT_EQ(::stat(path.c_str(), &seen), 0);
        EXPECT_EQ(seen.st_mode & 0777U, 0600U);
        lock_file second;
        EXPECT_EQ(second.try_take(path, 0600), outcome::held);
        EXPECT_FALSE(second);
        EXPECT_TRUE(std::filesystem::exists(path)) << "who is refused removes nothing";
    }
    EXPECT_FALSE(std::filesystem::exists(path));
    lock_file third;
    EXPECT_EQ(third.try_take(path, 0600), outcome::taken);
}

TEST_F(LockFile, IsHeldByWhomItIsMovedTo)
{
    lock_file second;
    {
        lock_file first;
        ASSERT_EQ(first.try_take(path, 0600), outcome::taken);
        second = std::move(first);
    }
    EXPECT_EQ(lock_file().try_take(path, 0600), outcome::held);
    second = lock_file();
    EXPECT_EQ(lock_file().try_take(path, 0600), outcome::taken);
}

TEST_F(LockFile, EndsWithItsHolderHoweverThatEnds)
{
    const pid_t holder = ::fork();
    ASSERT_GE(holder, 0);
    if (holder == 0) {
        lock_file killed;
        static_cast<void>(killed.try_take(path, 0600));
        ::_exit(0); // and the destructor is not run
    }
    ASSERT_EQ(::waitpid(holder, nullptr, 0), holder);
    EXPECT_TRUE(std::filesystem::exists(path)) << "the file is left, and locks nothing";
    EXPECT_EQ(lock_file().try_take(path, 0600), outcome::taken);
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(LockFile, ALinkIsNotFollowed)
{
    const std::string victim = folder.write("victim", "mine");
    std::filesystem::create_symlink(victim, path);
    errno = 0;
    EXPECT_EQ(lock_file().try_take(path, 0600), outcome::no_file);
    EXPECT_EQ(errno, ELOOP);
    EXPECT_EQ(read_file(victim), "mine");
    EXPECT_TRUE(std::filesystem::is_symlink(path));
}

TEST_F(LockFile, WhereThereCanBeNoFileTheSystemSaysWhy)
{
    errno = 0;
    EXPECT_EQ(lock_file().try_take(folder.file("missing/lock"), 0600), outcome::no_file);
    EXPECT_EQ(errno, ENOENT);
}

TEST_F(LockFile, ThoseWhoWaitForItNeverHaveARemovedOne)
{
    constexpr int times = 200;
    int counted = 0; // by who has the lock
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < times; ++i) {
                lock_file mine;
                while (mine.try_take(path, 0600) == outcome::held) {
                    std::this_thread::yield();
                }
                const int before = counted;
                std::this_thread::yield();
                counted = before + 1;
            }
        });
    }
    for (std::thread& t : threads) {
        t.join();
    }
    EXPECT_EQ(counted, 4 * times);
    EXPECT_FALSE(std::filesystem::exists(path));
}

} // namespace lock_file_test
} // namespace
