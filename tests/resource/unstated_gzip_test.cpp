/// \file
/// Pages that are compressed though no header says so keep to the limits of the client that they came through.

#include <corest/error.hpp>
#include <corest/http/client.hpp>
#include <corest/resource/resource.hpp>

#include <api_server/gzip.hpp>
#include <support/run.hpp>
#include <support/scripted_server.hpp>
#include <support/what_of.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#if COREST_WITH_LIBDEFLATE

namespace unstated_gzip_tests {

namespace {

/// How many records a page has that is 10,000 bytes long before it is compressed.
corest::net::awaitable<std::size_t> count(corest::client api)
{
    auto pages = (corest::get(api, "/items") | corest::select("$")).pages();
    std::size_t records = 0;
    while (auto page = co_await pages.next()) {
        records += page->size();
    }
    co_return records;
}

std::size_t count_within(std::size_t limit)
{
    const std::string body = "[{\"text\":\"" + std::string(10'000, 'x') + "\"}]";
    scripted_server server(script().receive().send(ok(example_api::gzip_compressed(body))));
    corest::net::io_context context;
    corest::http_options options;
    options.decoded_limit = limit;
    return run(context, count(corest::http_client(context.get_executor(), server.url(""), options)));
}

} // namespace

TEST(UnstatedGzip, KeepsToTheLimitOfTheClient)
{
    EXPECT_EQ(count_within(20'000), 1U);
    EXPECT_THAT(what_of(corest::errc::limit_exceeded, [] { (void)count_within(5'000); }),
        testing::HasSubstr("the decompressed body is larger than 5000 bytes"));
}

} // namespace unstated_gzip_tests

#endif
