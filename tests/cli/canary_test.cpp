/// \file
/// A server gives each credential back, in each spelling and at each place, and none of them is in anything that the
/// command prints or writes. What the server got shows that they were sent.

#include <corest/detail/text.hpp>
#include <corest/http/detail/base64.hpp>
#include <corest/http/url.hpp>

#include <support/command.hpp>
#include <support/scripted_server.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {
namespace canary_test {

using testing::HasSubstr;

/// The credentials: by the name that the dictionary has for each. They hold what each language escapes.
const std::map<std::string, std::string> credentials = {
    {"canary_user", "cnr-Ub61\"/u&Zq90"},
    {"canary_password", "cnr-Pk27 \"/\xC3\xA9+&<Wv58'"},
    {"canary_header", "cnr-Hd43/+=Xj16"},
    {"canary_path", "cnr-Lt85/\xC3\xA9 &Gs02"},
    {"canary_param", "cnr-Qm19+/%=&Yr74"},
};

std::string replaced(const std::string& text, const std::function<std::string(unsigned char)>& spell)
{
    std::string out;
    for (const char c : text) {
        out += spell(static_cast<unsigned char>(c));
    }
    return out;
}

/// In UTF-16 escapes. (The two bytes of an e with an acute accent are one character; there is no other beyond ASCII.)
std::string as_utf16(const std::string& text)
{
    std::string out;
    for (const char c : text) {
        if (c == '\xC3') {
            continue;
        }
        out += "\\u00";
        corest::detail::append_hex(out, c == '\xA9' ? '\xE9' : c);
    }
    return out;
}

/// The spellings in which servers give a text back.
std::vector<std::string> spellings(const std::string& text)
{
    const auto percent = [](std::string_view digits) {
        return [digits](unsigned char c) {
            std::string out = "%";
            corest::detail::append_hex(out, static_cast<char>(c), digits);
            return out;
        };
    };
    const auto json = [](unsigned char c) {
        return c == '"' ? std::string("\\\"") : c == '/' ? std::string("\\/") : std::string(1, static_cast<char>(c));
    };
    const auto html = [](unsigned char c) {
        return c == '"' ? std::string("&quot;")
            : c == '&'  ? std::string("&amp;")
            : c == '<'  ? std::string("&lt;")
            : c == '\'' ? std::string("&#39;")
                        : std::string(1, static_cast<char>(c));
    };
    const auto base64 = [](const std::string& bytes) { return corest::detail::base64_of(bytes); };
    std::string base64url = base64(text);
    std::replace(base64url.begin(), base64url.end(), '+', '-');
    std::replace(base64url.begin(), base64url.end(), '/', '_');
    const std::string hex = corest::detail::hexadecimal(text);
    return {text, corest::percent_encode(text), corest::form_encode(text),
        replaced(text, percent(corest::detail::upper_hex_digits)),
        replaced(text, percent(corest::detail::lower_hex_digits)), replaced(text, json), as_utf16(text),
        replaced(text, html), base64(text), base64url, base64("user:" + text), base64("u:" + text + ":x"),
        base64(text + ":x"), hex, corest::detail::upper(hex), corest::percent_encode(corest::percent_encode(text)),
        corest::percent_encode(base64(text))};
}

std::string answer(const std::string& body, const std::string& headers = {}, const std::string& status = "200 OK")
{
    return "HTTP/1.1 " + status + "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n"
        + headers + "\r\n" + body;
}

std::string as_json(const std::string& text)
{
    return '"' + replaced(text, [](unsigned char c) {
        return c == '"' || c == '\\' ? std::string("\\") + static_cast<char>(c) : std::string(1, static_cast<char>(c));
    }) + '"';
}

const std::string type_json = "Content-Type: application/json\r\n";

/// Where a server may say a text, and how.
struct place {
    std::string name;
    std::function<std::string(const std::string&)> say;
    std::string endpoint; ///< further keys of the resources' endpoints
};

const std::vector<place> failures = {
    {"the body of an error",
        [](const std::string& s) { return answer("<p>" + s + "</p> is refused: " + s, {}, "400 Bad Request"); }, {}},
    {"the body of an error, cut short by the message",
        [](const std::string& s) { return answer(std::string(180, '.') + " " + s + s, {}, "500 Failed"); }, {}},
    {"the JSON of an error",
        [](const std::string& s) {
            return answer("{\"error\": {\"message\": " + as_json("no " + s) + "}}", type_json, "403 Forbidden");
        },
        {}},
    {"the API's own message",
        [](const std::string& s) { return answer("{\"message\": " + as_json(s) + "}", type_json, "422 Wrong"); },
        R"(, "response_actions": [{"status_code": 422, "action": "fail", "message_path": "message"}])"},
    {"a page that is no JSON", [](const std::string& s) { return answer("Log in, " + s); }, {}},
    {"a page that is no valid JSON", [](const std::string& s) { return answer("{\"items\": [" + s + "]}"); }, {}},
    {"another page than the selector expects",
        [](const std::string& s) { return answer("{" + as_json(s) + ": {}, \"item\": " + as_json(s) + "}"); }, {}},
    {"the reason phrase", [](const std::string& s) { return answer("{}", {}, "400 Not " + s); }, {}},
    {"Location, of the same origin",
        [](const std::string& s) { return answer({}, "Location: /r/" + s + "?x=" + s + "\r\n", "302 Found"); }, {}},
    {"Location, of another origin",
        [](const std::string& s) { return answer({}, "Location: http://127.0.0.2:9/" + s + "\r\n", "302 Found"); }, {}},
    {"Retry-After", [](const std::string& s) { return answer({}, "Retry-After: " + s + "\r\n", "503 Busy"); }, {}},
    {"Content-Encoding", [](const std::string& s) { return answer("{}", "Content-Encoding: " + s + "\r\n"); }, {}},
    {"Content-Length", [](const std::string& s) { return "HTTP/1.1 200 OK\r\nContent-Length: " + s + "\r\n\r\n"; }, {}},
    {"no header of HTTP", [](const std::string& s) { return "HTTP/1.1 200 OK\r\n" + s + "\r\n\r\n"; }, {}},
    {"no HTTP", [](const std::string& s) { return s + "\r\n\r\n"; }, {}},
};

const std::vector<place> pages = {
    {"headers of a good page",
        [](const std::string& s) {
            return answer(R"({"items": [{"id": 1}]})",
                "X-Echo: " + s + "\r\nSet-Cookie: a=" + s + "\r\nX-Total-Count: " + s + "\r\n");
        },
        {}},
    {"a link to the next page",
        [](const std::string& s) { return answer(R"({"items": [{"id": 1}], "next": )" + as_json("/r/" + s) + "}"); },
        R"(, "paginator": {"type": "json_link", "next_url_path": "next"})"},
    {"a Link header",
        [](const std::string& s) {
            return answer(R"({"items": [{"id": 1}]})", "Link: </r?page=" + s + ">; rel=\"next\"\r\n");
        },
        R"(, "paginator": "header_link")"},
    {"a cursor", [](const std::string& s) { return answer(R"({"items": [{"id": 1}], "next": )" + as_json(s) + "}"); },
        R"(, "paginator": {"type": "cursor", "cursor_path": "next", "cursor_param": "page"})"},
    {"a total that is none",
        [](const std::string& s) { return answer(R"({"items": [{"id": 1}], "total": )" + as_json(s) + "}"); },
        R"(, "paginator": {"type": "offset", "limit": 1, "total_path": "total"})"},
};

class Canary : public testing::Test {
protected:
    /// A dictionary with a resource for each of the answers.
    [[nodiscard]] std::string source(std::size_t resources, const std::string& endpoint) const
    {
        std::string text = R"({"client": {"base_url": ")" + server->url("")
            + R"(", "headers": {"X-Sign": {"$secret": "canary_header"}},
            "auth": {"type": "http_basic", "username": {"$secret": "canary_user"}, "password": {"$secret": "canary_password"}},
            "retry": {"max_retries": 1, "backoff_factor": 0.001}}, "resources": [)";
        for (std::size_t i = 0; i < resources; ++i) {
            const std::string name = "r" + std::to_string(i);
            text += (i == 0 ? "" : ", ")
                + (R"({"name": ")" + name + R"(", "endpoint": {"path": "r/{key}", "data_selector": "items",
                "params": {"key": {"$secret": "canary_path"}, "sig": {"$secret": "canary_param"}})"
                    + endpoint + "}}");
        }
        return folder.write("source.json", text + "]}");
    }
    /// What a command prints and writes.
    std::string run(std::vector<std::string> arguments)
    {
        arguments.insert(arguments.begin(), COREST_COMMAND);
        std::map<std::string, std::string> environment;
        for (const auto& [name, value] : credentials) {
            environment[corest::detail::upper(name)] = value;
        }
        done = run_command(arguments, environment);
        return done.out + done.err;
    }
    /// The content of all files that were written, but for the dictionary.
    [[nodiscard]] std::string written() const
    {
        std::string all;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
            if (entry.is_regular_file() && entry.path().filename() != "source.json") {
                all += read_file(entry.path().string());
            }
        }
        return all;
    }
    /// No part of a credential, however it is spelled, is in the text.
    static void expect_none(const std::string& text)
    {
        constexpr std::size_t part = 10;
        for (const auto& [name, value] : credentials) {
            for (const std::string& spelled : spellings(value)) {
                for (std::size_t at = 0; at + part <= spelled.size(); ++at) {
                    const auto found = text.find(spelled.substr(at, part));
                    if (found != std::string::npos) {
                        ADD_FAILURE() << name << " as " << spelled << ": "
                                      << text.substr(found - std::min<std::size_t>(found, 200), 400);
                        break;
                    }
                }
            }
        }
    }

    /// Runs a source against a server that says each credential in each spelling at each of these places.
    void expect_no_credential_in_runs(const std::vector<place>& places);

    temporary_folder folder;
    std::unique_ptr<scripted_server> server;
    finished_command done;
};

/// A server that says each credential in each spelling at a place, one on each connection.
std::vector<script> echoes(const place& where)
{
    std::vector<script> all;
    for (const auto& [name, value] : credentials) {
        for (const std::string& spelled : spellings(value)) {
            all.push_back(script().receive().send(where.say(spelled)));
        }
    }
    return all;
}

void Canary::expect_no_credential_in_runs(const std::vector<place>& places)
{
    for (std::size_t i = 0; i < places.size(); ++i) {
        SCOPED_TRACE(places[i].name);
        const std::vector<script> answers = echoes(places[i]);
        server = std::make_unique<scripted_server>(answers);
        const std::string file = source(answers.size(), places[i].endpoint);
        const std::string to = i % 3 == 0 ? "sqlite:" + folder.file("out.db")
            : i % 3 == 1                  ? "ndjson:" + folder.file("rows")
                                          : "csv:" + folder.file("tables");
        std::string shown = run({"run", file, "--to", to, "--report", folder.file("report.json"), "--log",
            folder.file("log.ndjson"), "--verbose", "--debug-http", "--concurrency", "1", "--progress", "plain"});
        EXPECT_THAT(shown, HasSubstr("> Authorization: ***")) << "requests are shown";
        EXPECT_THAT(read_file(folder.file("report.json")), HasSubstr("\"r0\""));
        shown += run({"state", to}) + run({"state", to, "--json"});
        expect_none(shown);
        expect_none(written());
        // All of them were sent, as the protocol has them.
        const std::vector<std::string> sent = server->requests();
        ASSERT_GE(sent.size(), answers.size());
        EXPECT_THAT(sent.front(),
            HasSubstr(
                corest::detail::base64_of(credentials.at("canary_user") + ":" + credentials.at("canary_password"))));
        EXPECT_THAT(sent.front(), HasSubstr("X-Sign: " + credentials.at("canary_header")));
        EXPECT_THAT(sent.front(), HasSubstr("/r/" + corest::percent_encode(credentials.at("canary_path"))));
        EXPECT_THAT(sent.front(), HasSubstr("sig=" + corest::percent_encode(credentials.at("canary_param"))));
        std::filesystem::remove_all(folder.file("rows"));
    }
}

TEST_F(Canary, NoOutputOfARunHasACredentialThatAFailureGivesBack)
{
    expect_no_credential_in_runs(failures);
}

TEST_F(Canary, NoOutputOfARunHasACredentialThatAPageGivesBack)
{
    expect_no_credential_in_runs(pages);
}

TEST_F(Canary, NoOtherCommandHasACredential)
{
    server = std::make_unique<scripted_server>(echoes(failures.front()));
    const std::string file = source(3, {});
    for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{{"plan", file},
             {"plan", file, "--json"}, {"export", file}, {"secrets", file}, {"diff", file, file},
             {"check", file, "--verbose", "--debug-http"}, {"schema", file}, {"run", file, "--to", "-"}})
    {
        SCOPED_TRACE(arguments.front());
        expect_none(run(arguments));
        EXPECT_TRUE(arguments.front() == "diff" || !(done.out + done.err).empty());
    }
    EXPECT_FALSE(server->requests().empty());
}

TEST_F(Canary, ACrashLeavesNoCore)
{
    server = std::make_unique<scripted_server>(script().receive().hold());
    const command running({COREST_COMMAND, "run", source(1, {}), "--to", "-"},
        {{"CANARY_USER", "user"}, {"CANARY_PASSWORD", "password"}, {"CANARY_HEADER", "header"}, {"CANARY_PATH", "path"},
            {"CANARY_PARAM", "param"}});
    ASSERT_TRUE(server->holding(1));
    const std::string limits = "/proc/" + std::to_string(running.id()) + "/limits";
    if (!std::filesystem::exists(limits)) {
        GTEST_SKIP() << "the system does not say it";
    }
    EXPECT_THAT(read_file(limits), testing::ContainsRegex("Max core file size +0 +0 "));
}

} // namespace canary_test
} // namespace
