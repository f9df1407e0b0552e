#include "http/http_test.hpp"

#include "support/certificates.hpp"

#include <corest/http/body_source.hpp>
#include <corest/http/client.hpp>
#include <corest/retry/retry.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace corest;

/// So many bytes that are never in memory at once.
class counting_source final : public body_source {
public:
    explicit counting_source(std::uint64_t size) : size_(size) {}
    std::uint64_t size() const override { return size_; }
    std::size_t read(std::uint64_t offset, std::span<char> space) const override
    {
        largest = std::max(largest, space.size());
        offsets.push_back(offset);
        // Less than there is room for, now and then.
        const std::size_t count = offset % 3 == 0 && space.size() > 1000 ? 1000 : space.size();
        std::fill_n(space.data(), count, 'x');
        return count;
    }
    mutable std::size_t largest = 0;
    mutable std::vector<std::uint64_t> offsets;

private:
    std::uint64_t size_;
};

class Upload : public HttpTest {
protected:
    static std::string text(std::size_t size)
    {
        std::string all(size, 'a');
        for (std::size_t i = 0; i < size; i += 89) {
            all[i] = static_cast<char>('b' + i % 24);
        }
        return all;
    }

    static request upload(const scripted_server& server, std::shared_ptr<const body_source> source)
    {
        request r("PUT", server.url("/files/1"));
        r.headers.set("Content-Type", "text/csv");
        r.upload = std::move(source);
        return r;
    }

    static std::string body_of(const std::string& sent) { return sent.substr(sent.find("\r\n\r\n") + 4); }

    static script answer() { return script().receive().send(ok("{}")).repeat(); }

    temporary_directory directory;
};

TEST_F(Upload, SendsAFileWhole)
{
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{65536}, std::size_t{3'000'001}}) {
        const std::string all = text(size);
        scripted_server server(answer());
        http_transport through = transport();
        const auto file = file_body(directory.write("data.csv", all));
        EXPECT_EQ(file->size(), size);
        EXPECT_EQ(send(through, upload(server, file)).status, 200U);
        EXPECT_EQ(send(through, upload(server, file)).status, 200U) << "it may be sent again";
        ASSERT_EQ(server.requests().size(), 2U);
        EXPECT_EQ(server.connections(), 1U);
        for (const std::string& sent : server.requests()) {
            EXPECT_NE(sent.find("\r\nContent-Length: " + std::to_string(size) + "\r\n"), std::string::npos);
            EXPECT_NE(sent.find("\r\nContent-Type: text/csv\r\n"), std::string::npos);
            EXPECT_TRUE(body_of(sent) == all);
        }
    }
}

TEST_F(Upload, SendsABufferWhole)
{
    const std::string all = text(200'000);
    scripted_server server(answer());
    http_transport through = transport();
    EXPECT_EQ(send(through, upload(server, buffer_body(all))).status, 200U);
    EXPECT_TRUE(body_of(server.requests().at(0)) == all);
}

TEST_F(Upload, SendsAFileOverTls)
{
    const certificate_chain chain;
    options.ca_pem = chain.root.pem();
    scripted_server server(answer(), tls_wish(chain.own));
    http_transport through = transport();
    const std::string all = text(1'000'000);
    EXPECT_EQ(send(through, upload(server, file_body(directory.write("data.csv", all)))).status, 200U);
    EXPECT_TRUE(body_of(server.requests().at(0)) == all);
}

TEST_F(Upload, HoldsOnlyAPartOfItInMemory)
{
    scripted_server server(answer());
    http_transport through = transport();
    const auto source = std::make_shared<counting_source>(20'000'000);
    EXPECT_EQ(send(through, upload(server, source)).status, 200U);
    EXPECT_LE(source->largest, 65536U);
    EXPECT_GT(source->offsets.size(), 20'000'000U / 65536U);
    EXPECT_EQ(body_of(server.requests().at(0)).size(), 20'000'000U);
}

TEST_F(Upload, IsSentAgainFromItsBeginningWhenTried)
{
    const std::string busy = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n";
    scripted_server server(script().receive().send(busy).receive().send(ok("{}")));
    const client api = http_client(context.get_executor(), server.url(), options)
        | retry(backoff().factor(std::chrono::milliseconds(1)));
    const std::string all = text(150'000);
    any_transport through = api.transport();
    EXPECT_EQ(run(context, through.send(upload(server, file_body(directory.write("data.csv", all))))).status, 200U);
    ASSERT_EQ(server.requests().size(), 2U);
    EXPECT_TRUE(body_of(server.requests()[0]) == all);
    EXPECT_TRUE(body_of(server.requests()[1]) == all);
}

TEST_F(Upload, ARedirectThatKeepsTheMethodKeepsIt)
{
    const auto redirect = [](const std::string& status) {
        return "HTTP/1.1 " + status + " There\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n";
    };
    scripted_server server(
        script().receive().send(redirect("308")).receive().send(redirect("303")).receive().send(ok("{}")));
    http_transport through = transport();
    EXPECT_EQ(send(through, upload(server, buffer_body("abc"))).status, 200U);
    ASSERT_EQ(server.requests().size(), 3U);
    EXPECT_EQ(body_of(server.requests()[1]), "abc");
    EXPECT_EQ(server.requests()[2].substr(0, 4), "GET ");
    EXPECT_EQ(body_of(server.requests()[2]), "");
}

TEST_F(Upload, AFileThatShrinksEndsTheRequest)
{
    const std::string path = directory.write("data.csv", text(300'000));
    const auto file = file_body(path);
    std::filesystem::resize_file(path, 100'000);
    scripted_server server(answer());
    const error e = failure(upload(server, file));
    EXPECT_EQ(e.kind(), errc::invalid_argument);
    EXPECT_NE(e.message().find("after 100000 of 300000 bytes"), std::string::npos) << e.what();
    EXPECT_TRUE(server.all_closed());
    EXPECT_TRUE(server.requests().empty()) << "half of it is no request";
}

TEST_F(Upload, WhatCannotBeReadIsFoundBeforeAnythingIsSent)
{
    const auto refused = [](const std::string& path) {
        try {
            static_cast<void>(file_body(path));
        } catch (const error& e) {
            return std::string(e.what());
        }
        return std::string("accepted");
    };
    EXPECT_NE(refused("/nowhere/data.csv").find("No such file"), std::string::npos) << refused("/nowhere/data.csv");
    EXPECT_NE(refused("/tmp").find("no regular file"), std::string::npos) << refused("/tmp");

    scripted_server server(answer());
    request both = upload(server, buffer_body("a"));
    both.body = "b";
    EXPECT_EQ(failure(both).kind(), errc::invalid_argument);
    EXPECT_EQ(server.connections(), 0U);
}

TEST_F(Upload, AResponseThatComesBeforeTheEndIsRead)
{
    // The server refuses without reading on, and closes: what it says is what counts.
    scripted_server server(
        script().send("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n").pause(std::chrono::milliseconds(100)));
    http_transport through = transport();
    EXPECT_EQ(send(through, upload(server, buffer_body("abc"))).status, 413U);
}

} // namespace
