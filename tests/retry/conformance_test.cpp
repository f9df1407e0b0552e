/// \file
/// The retry conformance tests of Google's storage clients, for what reads: GET and list. Against a real server.

#include <corest/http/client.hpp>
#include <corest/retry/retry.hpp>

#include <support/manual_clock.hpp>
#include <support/run.hpp>
#include <support/scripted_server.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace json = boost::json;

namespace {

namespace retry_conformance {

const std::filesystem::path file = std::filesystem::path(COREST_SUITES_DIR) / "retry" / "retry_tests.json";

/// What a server does that is told so, on one connection.
script playing(std::string_view instruction)
{
    const auto answer = [](unsigned status) {
        return "HTTP/1.1 " + std::to_string(status) + " As Told\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
    };
    const std::string length = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n";
    for (const unsigned status : {400U, 401U, 408U, 503U}) {
        if (instruction == "return-" + std::to_string(status)) {
            return script().receive().send(answer(status));
        }
    }
    if (instruction == "return-reset-connection") {
        return script().receive().reset();
    }
    if (instruction == "return-broken-stream") {
        return script().receive().send(length + "[1,2");
    }
    if (instruction == "return-broken-stream-after-256K") {
        return script().receive().send(length + std::string(256 * 1024, ' '));
    }
    ADD_FAILURE() << "an instruction that is not known: " << instruction;
    return {};
}

bool reads(std::string_view method)
{
    return method.ends_with(".get") || method.ends_with(".list") || method.ends_with(".getIamPolicy")
        || method.ends_with(".testIamPermissions");
}

TEST(RetryConformance, WhatReadsIsRetriedAsGooglesStorageClientsAre)
{
    if (!std::filesystem::exists(file)) {
        GTEST_SKIP() << "no conformance suite at " << file;
    }
    std::ifstream input(file);
    const json::value suite = json::parse(std::string(std::istreambuf_iterator<char>(input), {}));
    int played = 0;
    for (const json::value& test : suite.at("retryTests").as_array()) {
        for (const json::value& method : test.at("methods").as_array()) {
            const std::string_view name = method.at("name").as_string();
            if (!reads(name)) {
                continue;
            }
            for (const json::value& each : test.at("cases").as_array()) {
                const json::array& instructions = each.at("instructions").as_array();
                std::vector<script> scripts;
                for (const json::value& instruction : instructions) {
                    scripts.push_back(playing(std::string_view(instruction.as_string())));
                }
                scripts.push_back(script().receive().send(ok("{}", "Connection: close\r\n")));
                const scripted_server server(std::move(scripts));
                corest::http_options options;
                options.use_environment_proxy = false;
                corest::net::io_context context;
                const corest::client api = corest::http_client(context.get_executor(), server.url(""), options)
                    | corest::retry().clock(std::make_shared<manual_clock>());
                const corest::response got = run(context, api.exchange(corest::request("GET", "/storage/v1/b")));
                const bool is_well = test.at("expectSuccess").as_bool();
                EXPECT_EQ(got.ok(), is_well) << name << ' ' << each;
                EXPECT_EQ(got.attempts, instructions.size() + (is_well ? 1 : 0)) << name << ' ' << each;
                EXPECT_EQ(server.requests().size(), got.attempts) << name << ' ' << each;
                ++played;
            }
        }
    }
    EXPECT_EQ(played, 121) << "the cases of the suite as it is kept";
}

} // namespace retry_conformance

} // namespace
