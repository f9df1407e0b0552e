#include <corest/async_generator.hpp>
#include <corest/error.hpp>
#include <corest/resource/record_stream.hpp>

#include "support/completion_tokens.hpp"
#include "support/coroutine_test.hpp"
#include "support/make_page.hpp"

#include COREST_ASIO(strand.hpp)
#include COREST_ASIO(system_executor.hpp)
#include COREST_ASIO(use_future.hpp)

#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

using namespace corest;
using namespace corest::test;
using namespace std::chrono_literals;

namespace {

class AsyncNext : public CoroutineTest {};

/// Two items, with a wait before each, and then what `fail` throws.
async_generator<std::unique_ptr<int>> two(void (*fail)())
{
    const counted here;
    for (int i = 0; i < 2; ++i) {
        co_await turn();
        co_yield std::make_unique<int>(i);
    }
    fail();
}

void fail_nowhere() {}
void fail_late()
{
    throw error(errc::timeout, "it took too long", "Wait");
}
void fail_elsewhere()
{
    throw std::runtime_error("of the program's own");
}

async_generator<int> endless_wait()
{
    const counted here;
    co_await never();
    co_yield 1;
}

async_generator<page> pages(int count)
{
    const counted here;
    const page both = make_page({"1", "2"});
    for (int i = 0; i < count; ++i) {
        co_await turn();
        co_yield both;
    }
    if (count == 0) {
        throw error(errc::not_json, "the body is not JSON");
    }
}

TEST_F(AsyncNext, ACallbackGetsItemsTheEndAndNoErrorCode)
{
    auto generator = two(fail_nowhere);
    std::vector<int> got;
    for (int i = 0; i < 4; ++i) {
        bool called = false;
        generator.async_next(executor(), [&](error_code ec, std::optional<std::unique_ptr<int>> item) {
            EXPECT_FALSE(ec);
            got.push_back(item ? **item : -1);
            called = true;
        });
        EXPECT_FALSE(called) << "a handler does not run inside of the initiating function";
        context().restart();
        context().run();
        EXPECT_TRUE(called);
    }
    EXPECT_EQ(got, (std::vector<int>{0, 1, -1, -1}));
    EXPECT_EQ(generator.failure(), nullptr);
}

TEST_F(AsyncNext, AnErrorIsACodeAndItsTextIsKept)
{
    auto generator = two(fail_late);
    error_code last;
    for (int i = 0; i < 3; ++i) {
        generator.async_next(executor(), [&](error_code ec, std::optional<std::unique_ptr<int>>) { last = ec; });
        context().restart();
        context().run();
    }
    EXPECT_TRUE(last == errc::timeout);
    EXPECT_STREQ(last.category().name(), "corest");
    EXPECT_EQ(last.message(), "timed out");
    EXPECT_EQ(describe(generator.failure()), "it took too long. Wait.");
}

/// As `use_future` binds its handler with Boost's Asio: to threads that no io_context knows.
TEST_F(AsyncNext, ATokenBoundToTheSystemsThreadsIsToldToNameAnExecutor)
{
    auto generator = two(fail_nowhere);
    std::promise<error_code> told;
    generator.async_next(net::bind_executor(net::any_io_executor(net::system_executor()),
        [&](error_code ec, std::optional<std::unique_ptr<int>>) { told.set_value(ec); }));
    EXPECT_TRUE(told.get_future().get() == errc::invalid_argument);
    EXPECT_NE(describe(generator.failure()).find("async_next(executor, token)"), std::string::npos);
}

TEST_F(AsyncNext, AnExceptionOfTheProgramsOwnIsForeign)
{
    auto generator = two(fail_elsewhere);
    error_code last;
    for (int i = 0; i < 3; ++i) {
        generator.async_next(executor(), [&](error_code ec, std::optional<std::unique_ptr<int>>) { last = ec; });
        context().restart();
        context().run();
    }
    EXPECT_TRUE(last == errc::foreign_exception);
    EXPECT_EQ(describe(generator.failure()), "of the program's own");
}

TEST_F(AsyncNext, AFutureGivesItemsAndThrowsTheCode)
{
    auto generator = two(fail_late);
    auto work = net::make_work_guard(context());
    std::thread worker([this] { context().run(); });
    EXPECT_EQ(**generator.async_next(executor(), net::use_future).get(), 0);
    EXPECT_EQ(**generator.async_next(executor(), net::use_future).get(), 1);
    try {
        static_cast<void>(generator.async_next(executor(), net::use_future).get());
        ADD_FAILURE() << "no exception";
    } catch (const system_error& e) {
        EXPECT_TRUE(e.code() == errc::timeout);
    }
    EXPECT_EQ(generator.async_next(executor(), net::use_future).get(), std::nullopt);
    work.reset();
    worker.join();
}

net::awaitable<void> read_by_tuples(async_generator<std::unique_ptr<int>>* generator, std::vector<error_code>* codes)
{
    for (int i = 0; i < 4; ++i) {
        auto got = co_await generator->async_next(as_tuple(net::use_awaitable));
        codes->push_back(std::get<0>(got));
        EXPECT_EQ(std::get<1>(got).has_value(), i < 2);
    }
}

TEST_F(AsyncNext, ATupleHasAUsableCode)
{
    auto generator = two(fail_late);
    std::vector<error_code> codes;
    const outcome& result = start(read_by_tuples(&generator, &codes));
    context().run();
    EXPECT_EQ(result.error, nullptr);
    ASSERT_EQ(codes.size(), 4u);
    EXPECT_FALSE(codes[0]);
    EXPECT_TRUE(codes[2] == errc::timeout);
    EXPECT_FALSE(codes[3]);
}

TEST_F(AsyncNext, ADeferredOperationBeginsWhenItIsStarted)
{
    auto generator = two(fail_nowhere);
    auto operation = generator.async_next(executor(), deferred);
    context().run();
    context().restart();
    int got = -1;
    std::move(operation)([&](error_code, std::optional<std::unique_ptr<int>> item) { got = item ? **item : -1; });
    context().run();
    EXPECT_EQ(got, 0);
}

TEST_F(AsyncNext, TheHandlersOwnExecutorIsUsedWhereNoneIsGiven)
{
    auto generator = two(fail_nowhere);
    const auto strand = net::make_strand(context());
    bool there = false;
    generator.async_next(net::bind_executor(strand, [&](error_code, std::optional<std::unique_ptr<int>> item) {
        there = strand.running_in_this_thread() && item.has_value();
    }));
    context().run();
    EXPECT_TRUE(there);
}

TEST_F(AsyncNext, TheCancellationSlotEndsTheWait)
{
    auto generator = endless_wait();
    net::cancellation_signal signal;
    error_code last;
    generator.async_next(
        executor(), net::bind_cancellation_slot(signal.slot(), [&](error_code ec, std::optional<int> item) {
            last = ec;
            EXPECT_FALSE(item);
        }));
    context().poll();
    EXPECT_FALSE(last);
    signal.emit(net::cancellation_type::terminal);
    context().run();
    EXPECT_EQ(last, net::error::operation_aborted);
    EXPECT_TRUE(is_cancellation(generator.failure()));
}

TEST_F(AsyncNext, RecordsComeOneByOne)
{
    record_stream records(pages(2));
    std::vector<std::string> got;
    for (int i = 0; i < 5; ++i) {
        records.async_next(executor(), [&](error_code ec, std::optional<record> r) {
            got.push_back(ec ? "error" : r ? std::string(r->json()) : "end");
        });
        context().restart();
        context().run();
    }
    EXPECT_EQ(got, (std::vector<std::string>{"1", "2", "1", "2", "end"}));
}

TEST_F(AsyncNext, AStreamKeepsTheTextOfItsFailure)
{
    record_stream records(pages(0));
    error_code last;
    records.async_next(executor(), [&](error_code ec, std::optional<record>) { last = ec; });
    context().run();
    EXPECT_TRUE(last == errc::not_json);
    EXPECT_EQ(describe(records.failure()), "the body is not JSON.");
}

net::awaitable<void> take_one(async_generator<int>* generator)
{
    auto item = co_await generator->next();
    EXPECT_FALSE(item);
}

async_generator<int> pull_one(async_generator<int>* generator)
{
    auto item = co_await generator->pull();
    co_yield *item;
}

TEST_F(AsyncNext, ASecondConsumerIsAnErrorAndTheFirstOneGoesOn)
{
    const auto is_refused = [](const std::exception_ptr& e) {
        EXPECT_TRUE(code_of(e) == errc::invalid_argument);
        EXPECT_NE(describe(e).find("has one consumer"), std::string::npos);
    };
    std::optional<async_generator<int>> generator(endless_wait());
    net::cancellation_signal signal;
    error_code first;
    generator->async_next(
        executor(), net::bind_cancellation_slot(signal.slot(), [&](error_code ec, std::optional<int>) { first = ec; }));
    context().poll();

    const outcome& second = start(take_one(&*generator));
    auto puller = pull_one(&*generator);
    const outcome& third = start(take_one(&puller));
    const outcome& closed = start(generator->close());
    context().poll();
    is_refused(second.error);
    is_refused(third.error);
    is_refused(closed.error);
    EXPECT_THROW(static_cast<void>(generator->try_next()), error);
    EXPECT_FALSE(first);

    signal.emit(net::cancellation_type::terminal);
    context().run();
    EXPECT_EQ(first, net::error::operation_aborted);
}

net::awaitable<void> count_records(record_stream* records, int* count)
{
    while (auto r = co_await records->next()) {
        ++*count;
    }
}

TEST_F(AsyncNext, ASecondConsumerOfAStreamIsAnErrorAndNoRecordIsLost)
{
    record_stream records(pages(3));
    int first = 0;
    int second = 0;
    const outcome& reads = start(count_records(&records, &first), until::first_wait);
    const outcome& intrudes = start(count_records(&records, &second));
    context().run();
    EXPECT_EQ(reads.error, nullptr);
    EXPECT_EQ(first, 6);
    EXPECT_EQ(second, 0);
    EXPECT_TRUE(code_of(intrudes.error) == errc::invalid_argument);
}

TEST(ErrorCode, ComparesWithErrcInEitherFlavour)
{
    const error e(errc::unauthorized, "no", "Log in");
    EXPECT_TRUE(e.code() == errc::unauthorized);
    EXPECT_FALSE(e.code() == errc::timeout);
    const error_code native = errc::unauthorized;
    const std::error_code standard = errc::unauthorized;
    const std::error_code converted = native;
    EXPECT_EQ(standard, converted);
    EXPECT_TRUE(converted == errc::unauthorized);
    EXPECT_STREQ(standard.category().name(), "corest");
    EXPECT_EQ(standard.message(), "credentials refused");
}

TEST(ErrorCode, AnErrorIsASystemErrorOfAsiosType)
{
    try {
        throw error(errc::timeout, "it took too long", "Wait");
    } catch (const system_error& e) {
        EXPECT_TRUE(e.code() == errc::timeout);
        EXPECT_STREQ(e.what(), "it took too long. Wait.");
    }
    EXPECT_FALSE(code_of(nullptr));
    EXPECT_FALSE(is_cancellation(std::make_exception_ptr(error(errc::timeout, "it took too long"))));
}

} // namespace
