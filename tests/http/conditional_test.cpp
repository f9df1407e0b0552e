#include <corest/http/conditional.hpp>

#include <corest/auth/authorize.hpp>
#include <corest/auth/bearer.hpp>
#include <corest/http/response_cache.hpp>
#include <corest/paginate/json_link.hpp>
#include <corest/paginate/single_page.hpp>
#include <corest/resource/resource.hpp>

#include <support/run.hpp>
#include <support/scripted_transport.hpp>

#include COREST_ASIO(post.hpp)

#include <gtest/gtest.h>

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace corest;

cached_pointer kept(std::size_t bytes)
{
    auto made = std::make_shared<cached_response>();
    made->body = std::string(bytes, 'x');
    return made;
}

TEST(MemoryCache, FindsWhatItWasGiven)
{
    memory_cache cache;
    EXPECT_EQ(cache.find("a"), nullptr);
    const cached_pointer one = kept(10);
    cache.store("a", one);
    EXPECT_EQ(cache.find("a"), one);
    const cached_pointer other = kept(20);
    memory_cache(cache).store("a", other);
    EXPECT_EQ(cache.find("a"), other) << "copies share it";
    EXPECT_EQ(cache.size(), 1U);
    cache.clear();
    EXPECT_EQ(cache.bytes(), 0U);
    EXPECT_EQ(cache.find("a"), nullptr);
}

TEST(MemoryCache, MakesRoomByWhatWasNotUsedForTheLongestTime)
{
    memory_cache cache(4000);
    cache.store("a", kept(1000));
    cache.store("b", kept(1000));
    EXPECT_NE(cache.find("a"), nullptr);
    cache.store("c", kept(2000));
    EXPECT_LE(cache.bytes(), 4000U);
    EXPECT_NE(cache.find("a"), nullptr);
    EXPECT_EQ(cache.find("b"), nullptr);
    EXPECT_NE(cache.find("c"), nullptr);

    cache.store("a", kept(5000)); // too large, and what it replaces is out of date
    EXPECT_EQ(cache.find("a"), nullptr);
    EXPECT_NE(cache.find("c"), nullptr);
    EXPECT_EQ(cache.size(), 1U);
}

/// Answers after a turn of the event loop, as a store that is no memory would.
class slow_cache {
public:
    net::awaitable<cached_pointer> find(std::string key)
    {
        const auto executor = co_await net::this_coro::executor;
        co_await net::post(executor, net::use_awaitable);
        const auto found = all->find(key);
        co_return found == all->end() ? cached_pointer() : found->second;
    }
    net::awaitable<void> store(std::string key, cached_pointer one)
    {
        const auto executor = co_await net::this_coro::executor;
        co_await net::post(executor, net::use_awaitable);
        (*all)[key] = std::move(one);
    }
    std::shared_ptr<std::map<std::string, cached_pointer>> all =
        std::make_shared<std::map<std::string, cached_pointer>>();
};

static_assert(response_cache<memory_cache>);
static_assert(response_cache<slow_cache>);
static_assert(!response_cache<int>);

/// A server with one document, which has a tag and a date.
class Conditional : public testing::Test {
protected:
    client plain() { return {context.get_executor(), any_transport(server), "http://api.test"}; }

    response get(const client& api, request r = request("GET", "http://api.test/things"))
    {
        const any_transport through = api.transport();
        return run(context, through.send(std::move(r)));
    }

    std::string asked(std::size_t index, const char* name) const
    {
        return std::string(server->sent.at(index).headers.find(name).value_or("-"));
    }

    response document(const request& r) const
    {
        const bool same =
            r.headers.find("If-None-Match") == tag || (tag.empty() && r.headers.find("If-Modified-Since") == date);
        std::vector<std::pair<std::string, std::string>> fields = more;
        if (!tag.empty()) {
            fields.emplace_back("ETag", tag);
        }
        if (!date.empty()) {
            fields.emplace_back("Last-Modified", date);
        }
        return respond(same ? 304 : 200, same ? "" : body, fields);
    }

    net::io_context context;
    std::string body = R"([{"id": 1}])";
    std::string tag = "\"one\"";
    std::string date;
    std::vector<std::pair<std::string, std::string>> more;
    std::function<response(const request&)> answer = [this](const request& r) { return document(r); };
    std::shared_ptr<scripted_transport> server =
        std::make_shared<scripted_transport>([this](const request& r) { return answer(r); });
};

TEST_F(Conditional, WhatHasNotChangedComesFromTheCache)
{
    const client api = plain() | conditional();
    const response first = get(api);
    EXPECT_FALSE(first.not_modified);
    EXPECT_EQ(asked(0, "If-None-Match"), "-");
    more = {{"X-Remaining", "7"}};
    for (std::size_t i = 1; i <= 2; ++i) {
        const response again = get(api);
        EXPECT_EQ(asked(i, "If-None-Match"), "\"one\"");
        EXPECT_EQ(again.status, 200U);
        EXPECT_TRUE(again.not_modified);
        EXPECT_EQ(again.body.view(), body);
        EXPECT_EQ(again.headers.find("ETag"), "\"one\"");
        EXPECT_EQ(again.headers.find("X-Remaining"), "7") << "what the 304 says is newer";
        EXPECT_EQ(again.url, "http://api.test/things");
    }
    tag = "\"two\"";
    body = "[]";
    const response changed = get(api);
    EXPECT_FALSE(changed.not_modified);
    EXPECT_EQ(changed.body.view(), "[]");
    EXPECT_TRUE(get(api).not_modified);
    EXPECT_EQ(asked(4, "If-None-Match"), "\"two\"");
}

TEST_F(Conditional, AsksByDateWhereThereIsNoTag)
{
    tag.clear();
    date = "Tue, 24 Nov 2026 09:00:00 GMT";
    const client api = plain() | conditional();
    get(api);
    EXPECT_TRUE(get(api).not_modified);
    EXPECT_EQ(asked(1, "If-Modified-Since"), date);
    EXPECT_EQ(asked(1, "If-None-Match"), "-");
}

/// How many records a walk hands out.
net::awaitable<std::size_t> count_records(resource all)
{
    std::size_t n = 0;
    auto pages = all.pages();
    while (auto p = co_await pages.next()) {
        n += p->size();
    }
    co_return n;
}

TEST_F(Conditional, AResourceOfOnePageThatHasNotChangedCostsOneRequest)
{
    const resource things = corest::get(plain() | conditional(), "/things") | paginate(single_page());
    EXPECT_EQ(run(context, count_records(things)), 1U);
    EXPECT_EQ(server->sent.size(), 1U);
    EXPECT_EQ(run(context, count_records(things)), 1U);
    ASSERT_EQ(server->sent.size(), 2U);
    EXPECT_EQ(asked(1, "If-None-Match"), "\"one\"");
}

TEST_F(Conditional, AResourceOfSeveralPagesThatHaveNotChangedCostsARequestWithoutABodyForEach)
{
    std::size_t bytes = 0;
    answer = [&](const request& r) {
        const std::size_t at = r.url.find("page=");
        const int number = at == std::string::npos ? 1 : std::stoi(r.url.substr(at + 5));
        tag = "\"" + std::to_string(number) + "\"";
        const std::string next = number < 3 ? "\"/things?page=" + std::to_string(number + 1) + "\"" : "null";
        body = R"({"items": [{"page": )" + std::to_string(number) + R"(}, {"id": 2}], "next": )" + next + "}";
        response got = document(r);
        bytes += got.body.size();
        return got;
    };
    const resource things =
        corest::get(plain() | conditional(), "/things") | paginate(json_link("next")) | corest::select("items");
    EXPECT_EQ(run(context, count_records(things)), 6U);
    EXPECT_EQ(server->sent.size(), 3U);
    EXPECT_GT(bytes, 0U);
    bytes = 0;
    EXPECT_EQ(run(context, count_records(things)), 6U);
    EXPECT_EQ(server->sent.size(), 6U);
    EXPECT_EQ(bytes, 0U);
}

TEST_F(Conditional, KeepsNothingThatTheServerForbidsOrCannotBeAskedFor)
{
    using fields = std::vector<std::pair<std::string, std::string>>;
    for (const fields& f : {fields{{"Cache-Control", "private, No-Store"}}, fields{{"Vary", "Accept, *"}}}) {
        more = f;
        memory_cache cache;
        get(plain() | conditional(cache));
        EXPECT_EQ(cache.size(), 0U) << f[0].first;
    }
    more.clear();
    tag.clear();
    memory_cache cache;
    const client api = plain() | conditional(cache);
    get(api);
    answer = [](const request&) { return respond(404, "{}", {{"ETag", "\"x\""}}); };
    get(api);
    answer = [](const request&) { return respond(200, "{}", {{"ETag", "\"x\""}}); };
    request post("POST", "http://api.test/things");
    get(api, post);
    request part("GET", "http://api.test/things");
    part.headers.set("Range", "bytes=0-10");
    get(api, part);
    request secret("GET", "http://api.test/things");
    secret.headers.set("Cache-Control", "no-store");
    get(api, secret);
    EXPECT_EQ(cache.size(), 0U);
}

TEST_F(Conditional, ARequestWithAConditionOfItsOwnIsPassedOn)
{
    const client api = plain() | conditional();
    get(api);
    request own("GET", "http://api.test/things");
    own.headers.set("If-None-Match", "\"one\"");
    const response got = get(api, own);
    EXPECT_EQ(got.status, 304U);
    EXPECT_FALSE(got.not_modified);
}

TEST_F(Conditional, TellsRequestsApart)
{
    more = {{"Vary", "Accept-Language"}};
    memory_cache cache;
    const client api = plain() | conditional(cache);
    request english("GET", "http://api.test/things");
    english.headers.set("Accept-Language", "en");
    request german = english;
    german.headers.set("Accept-Language", "de");
    request other = english;
    other.url += "?page=2";
    get(api, english);
    EXPECT_FALSE(get(api, german).not_modified);
    EXPECT_TRUE(get(api, german).not_modified);
    EXPECT_FALSE(get(api, other).not_modified);

    // Whose credentials stand in the request, and who names a scope, has keys of his own.
    request alice = german;
    alice.headers.set("Authorization", "Bearer a");
    EXPECT_FALSE(get(api, alice).not_modified);
    EXPECT_TRUE(get(api, alice).not_modified);
    EXPECT_FALSE(get(plain() | conditional(cache).scope("bob"), german).not_modified);
}

TEST_F(Conditional, ATagThatIsAnothersIsAskedForAgain)
{
    const client api = plain() | conditional();
    get(api);
    answer = [this](const request& r) {
        if (r.headers.contains("If-None-Match")) {
            return respond(304, "", {{"ETag", "\"three\""}});
        }
        tag = "\"three\"";
        body = "[3]";
        return document(r);
    };
    const response got = get(api);
    EXPECT_EQ(got.status, 200U);
    EXPECT_EQ(got.body.view(), "[3]");
    EXPECT_FALSE(got.not_modified);
    EXPECT_EQ(server->sent.size(), 3U);
}

TEST_F(Conditional, AWeakTagIsAsGood)
{
    tag = "W/\"one\"";
    const client api = plain() | conditional();
    get(api);
    answer = [](const request&) { return respond(304, "", {{"ETag", "\"one\""}}); };
    EXPECT_TRUE(get(api).not_modified);
}

TEST_F(Conditional, ACacheMayTakeItsTime)
{
    slow_cache cache;
    const client api = plain() | authorize(bearer("token-1234")) | conditional(cache);
    get(api);
    EXPECT_TRUE(get(api).not_modified);
    ASSERT_EQ(cache.all->size(), 1U);
    const std::string& key = cache.all->begin()->first;
    EXPECT_EQ(key.size(), 64U);
    EXPECT_EQ(key.find_first_not_of("0123456789abcdef"), std::string::npos);
}

} // namespace
