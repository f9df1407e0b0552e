/// \file
/// Memory runs out once in a run, at each of many allocations: nothing is lost, torn or leaked, and the failure is
/// told. The program has an operator new of its own, so it is one of its own; AddressSanitizer looks for leaks at its
/// end. (Into SQLite: where a directory is loaded into, std::filesystem of libstdc++ 12 ends the process itself.)

#include <corest/destination/sqlite.hpp>
#include <corest/source/source.hpp>

#include <support/command.hpp>
#include <support/database.hpp>
#include <support/manual_clock.hpp>
#include <support/scripted_transport.hpp>

#include COREST_ASIO(co_spawn.hpp)
#include COREST_ASIO(io_context.hpp)
#include COREST_ASIO(strand.hpp)

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <memory>
#include <new>
#include <set>
#include <string>
#include <vector>

namespace {

std::atomic<std::int64_t> allocations_left{
    -1}; ///< until one fails; negative: none does, and they are counted downwards

void* allocate(std::size_t size)
{
    if (allocations_left.fetch_sub(1, std::memory_order_relaxed) == 0) {
        return nullptr;
    }
    return std::malloc(size == 0 ? 1 : size);
}

void* allocate_or_throw(std::size_t size)
{
    void* const memory = allocate(size);
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    return memory;
}

} // namespace

void* operator new(std::size_t size)
{
    return allocate_or_throw(size);
}
void* operator new[](std::size_t size)
{
    return allocate_or_throw(size);
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept
{
    return allocate(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept
{
    return allocate(size);
}
void operator delete(void* memory) noexcept
{
    std::free(memory);
}
void operator delete[](void* memory) noexcept
{
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept
{
    std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept
{
    std::free(memory);
}

namespace {
namespace failing_allocation_test {

namespace net = corest::net;
namespace source = corest::source;

constexpr const char* dictionary = R"({
    "client": {"base_url": "http://api.test", "headers": {"X-Key": {"$secret": "key"}}},
    "resource_defaults": {"primary_key": "id", "write_disposition": "merge"},
    "resources": [
        {"name": "users", "endpoint": {"path": "users", "paginator": {"type": "page_number", "base_page": 1}}},
        {"name": "posts", "write_disposition": "replace", "include_from_parent": ["id"],
         "endpoint": {"path": "users/{user_id}/posts", "paginator": "single_page"}}]})";

/// Six users on three pages, a post of each.
corest::response page_of(const corest::request& r)
{
    if (r.url.find("/posts") != std::string::npos) {
        const std::string of = r.url.substr(r.url.find("/users/") + 7, 1);
        return respond(
            200, R"([{"id": "p)" + of + R"(", "text": "a text that is longer than what a string holds in itself"}])");
    }
    const auto number = r.url.back() - '0';
    if (number > 3) {
        return respond(200, "[]");
    }
    const std::string first = std::to_string(2 * number);
    return respond(200, R"([{"id": )" + first + R"(, "name": "x"}, {"id": )" + std::to_string(2 * number + 1) + "}]");
}

/// The rows of a table.
std::multiset<std::string> rows_of(const temporary_folder& folder, const std::string& table)
{
    const database db(folder.file("rows.db"));
    const auto all = db.has(table) ? db.rows("SELECT * FROM " + table) : std::vector<std::string>();
    return {all.begin(), all.end()};
}

/// Loads everything. \param failing the allocation that fails; negative: none
/// \return what failed, in words; empty where all went well
std::string load(const temporary_folder& folder, std::int64_t failing)
{
    const corest::any_destination to = corest::sqlite_destination(folder.file("rows.db"));
    source::load_options how;
    how.clock = std::make_shared<manual_clock>();
    how.transport = corest::any_transport(std::make_shared<scripted_transport>(page_of));
    source::secret_store secrets;
    secrets.add_environment("the test", [](const std::string&) { return std::string("CANARY"); });
    const auto planned = source::load_text(dictionary).plan();
    std::string told;
    const auto tell = [&](const std::exception_ptr& failure) {
        try {
            std::rethrow_exception(failure);
        } catch (const std::exception& e) {
            told = std::string("thrown: ") + e.what();
        }
    };
    {
        net::io_context context;
        // Boost.Asio 1.81 does not bear to be refused memory where it makes a strand: a mutex that is not there is
        // locked.
        const auto strand = net::make_strand(context);
        allocations_left = failing;
        try {
            net::co_spawn(strand, planned.run(to, secrets, how),
                [&](const std::exception_ptr& failure, const source::run_report& report) {
                    allocations_left = -1;
                    if (failure) {
                        tell(failure);
                    }
                    for (const std::string& each : report.failures()) {
                        told += each + "\n";
                    }
                });
            context.run();
        } catch (...) { // where the program itself has no memory for what it awaits
            allocations_left = -1;
            tell(std::current_exception());
        }
        allocations_left = -1;
    }
    return told;
}

TEST(FailingAllocation, LosesNothingAndIsTold)
{
    const temporary_folder undisturbed;
    ASSERT_EQ(load(undisturbed, -1), "");
    const auto users = rows_of(undisturbed, "users");
    const auto posts = rows_of(undisturbed, "posts");
    ASSERT_EQ(users.size(), 6U);
    ASSERT_EQ(posts.size(), 6U);

    // How many allocations there are differs a little between runs: threads meet differently.
    const bool every_one = std::getenv("COREST_EVERY_ALLOCATION") != nullptr;
    std::int64_t step = 1;
    std::size_t told = 0;
    for (std::int64_t failing = 0; !HasFailure(); failing += step) {
        SCOPED_TRACE("allocation " + std::to_string(failing));
        const temporary_folder folder;
        const std::string failure = load(folder, failing);
        if (failure.empty()) {
            EXPECT_EQ(rows_of(folder, "users"), users);
            EXPECT_EQ(rows_of(folder, "posts"), posts);
            if (failing > 500) {
                break; // the run has ended before
            }
        } else {
            ++told;
            EXPECT_EQ(failure.find("CANARY"), std::string::npos);
            const auto left = rows_of(folder, "posts");
            EXPECT_TRUE(left.empty() || left == posts) << "a table that is replaced has all of its rows or none";
            EXPECT_EQ(load(folder, -1), "") << "after " << failure;
            EXPECT_EQ(rows_of(folder, "users"), users) << "after " << failure;
            EXPECT_EQ(rows_of(folder, "posts"), posts) << "after " << failure;
        }
        step = every_one || failing < 20 ? 1 : 1 + failing / 40;
    }
    EXPECT_GT(told, 50U);
}

} // namespace failing_allocation_test
} // namespace
