/// \file
/// Where a client's requests may be awaited, and how long it lives.

#include "http/http_test.hpp"

#include <corest/concurrency/run_on.hpp>
#include <corest/http/client.hpp>
#include <corest/resource/resource.hpp>

#include COREST_ASIO(bind_cancellation_slot.hpp)
#include COREST_ASIO(cancellation_signal.hpp)
#include COREST_ASIO(steady_timer.hpp)
#include COREST_ASIO(strand.hpp)

#include <memory>
#include <optional>
#include <thread>

namespace {

using namespace corest;

class Client : public HttpTest {
protected:
    static net::awaitable<response> ask(client api, std::string url)
    {
        request r("GET", std::move(url));
        co_return co_await api.send(std::move(r));
    }

    std::string body(net::io_context& on, const client& api, const std::string& url)
    {
        return std::string(run(on, ask(api, url)).body.view());
    }

    error failure(net::io_context& on, const client& api, const std::string& url)
    {
        try {
            run(on, ask(api, url));
        } catch (const error& e) {
            return e;
        }
        return error(errc::destination_failed, "there was no error");
    }

    static script answers() { return script().receive().send(ok("[1]")).repeat(); }
};

TEST_F(Client, RunsOnAStrandOfItsOwn)
{
    const client api = http_client(context.get_executor(), "http://127.0.0.1:1", options);
    EXPECT_NE(api.executor(), net::any_io_executor(context.get_executor()));
    const net::any_io_executor strand = net::make_strand(context);
    EXPECT_EQ(http_client(strand, "http://127.0.0.1:1", options).executor(), strand);
    EXPECT_EQ(http_client(api.executor(), "http://127.0.0.1:1", options).executor(), api.executor());
}

TEST_F(Client, HasRoomWhileFewerRequestsAreUnderWayThanThereAreConnections)
{
    options.connections_per_origin = 2;
    const client api = http_client(context.get_executor(), "http://127.0.0.1:1", options);
    const client same = api.with_mask([](std::string text) { return text; });
    EXPECT_TRUE(api.has_room());
    {
        const auto one = api.exchange(request("GET", "/one"));
        EXPECT_TRUE(same.has_room());
        const auto another = same.exchange(request("GET", "/another"));
        EXPECT_FALSE(api.has_room());
    }
    EXPECT_TRUE(api.has_room());
}

TEST_F(Client, SendsWhatIsAwaitedElsewhere)
{
    scripted_server server(answers());
    const client api = http_client(context.get_executor(), server.url(), options);
    EXPECT_EQ(body(context, api, server.url()), "[1]");
    EXPECT_EQ(run(context, run_on(net::make_strand(context), ask(api, server.url()))).status, 200U);
    EXPECT_EQ(run(context, run_on(api.executor(), ask(api, server.url()))).status, 200U);
    EXPECT_EQ(server.connections(), 1U);
}

TEST_F(Client, SendsWhatIsAwaitedOnAnotherContext)
{
    scripted_server server(answers());
    const client api = http_client(context.get_executor(), server.url(), options);
    auto work = net::make_work_guard(context);
    std::thread runs([this] { context.run(); });
    net::io_context other;
    EXPECT_EQ(body(other, api, server.url()), "[1]");
    work.reset();
    runs.join();
}

TEST_F(Client, NotThreadSafeItRunsOnTheExecutorThatItIsGiven)
{
    scripted_server server(answers());
    options.thread_safe = false;
    const client api = http_client(context.get_executor(), server.url(), options);
    EXPECT_EQ(api.executor(), net::any_io_executor(context.get_executor()));
    EXPECT_EQ(body(context, api, server.url()), "[1]");
}

TEST_F(Client, NotThreadSafeItSaysSoWhereItIsUsedElsewhere)
{
    scripted_server server(answers());
    options.thread_safe = false;
    const client api = http_client(context.get_executor(), server.url(), options);
    net::io_context other;
    const error e = failure(other, api, server.url());
    EXPECT_EQ(e.kind(), errc::invalid_argument);
    EXPECT_NE(std::string(e.what()).find("http_options.thread_safe"), std::string::npos) << e.what();
    EXPECT_EQ(server.requests().size(), 0U);
}

TEST_F(Client, PassesACancellationOnToItsStrand)
{
    scripted_server server(script().receive().hold());
    const client api = http_client(context.get_executor(), server.url(), options);
    net::cancellation_signal stop;
    std::exception_ptr ended;
    net::co_spawn(context, ask(api, server.url()),
        net::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr e, const response&) { ended = e; }));
    while (server.requests().empty()) {
        context.run_for(std::chrono::milliseconds(5));
    }
    stop.emit(net::cancellation_type::terminal);
    context.restart();
    context.run();
    EXPECT_TRUE(is_cancellation(ended));
    EXPECT_TRUE(server.all_closed());
}

/// A context whose client outlives it, with a connection that waits for further use.
TEST_F(Client, OutlivesItsContext)
{
    for (const bool on_strand : {false, true}) {
        for (const bool thread_safe : {true, false}) {
            scripted_server server(answers());
            options.thread_safe = thread_safe;
            std::optional<net::io_context> short_lived(std::in_place);
            net::any_io_executor executor = short_lived->get_executor();
            if (on_strand) {
                executor = net::make_strand(*short_lived);
            }
            std::optional<client> api(http_client(executor, server.url(), options));
            const resource made_of_it = corest::get(*api, "/");
            run(*short_lived, run_on(api->executor(), ask(*api, server.url())));
            executor = net::any_io_executor();
            short_lived.reset();
            EXPECT_TRUE(server.all_closed()) << "its connections end with the context";
            EXPECT_FALSE(api->executor());
            EXPECT_EQ(failure(context, *api, server.url()).kind(), errc::invalid_argument);
            const client copy = *api;
            api.reset();
        }
    }
}

TEST_F(Client, OutlivesItsContextWhereARequestWasUnderWay)
{
    scripted_server server(script().receive().hold());
    std::optional<net::io_context> short_lived(std::in_place);
    const client api = http_client(short_lived->get_executor(), server.url(), options);
    net::co_spawn(*short_lived, ask(api, server.url()), [](const std::exception_ptr&, const response&) {});
    while (server.requests().empty()) {
        short_lived->run_for(std::chrono::milliseconds(5));
    }
    short_lived.reset();
    EXPECT_TRUE(server.all_closed());
}

TEST_F(Client, ATransportOutlivesItsContext)
{
    scripted_server server(answers());
    std::optional<net::io_context> short_lived(std::in_place);
    http_transport through(short_lived->get_executor(), options);
    run(*short_lived, through.send(request("GET", server.url())));
    EXPECT_EQ(through.stats().idle, 1U);
    short_lived.reset();
    EXPECT_EQ(through.stats().idle, 0U);
    EXPECT_EQ(through.stats().open, 0U);
    through.close_idle();
}

} // namespace
