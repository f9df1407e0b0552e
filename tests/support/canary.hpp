#pragma once

/// \file
/// Credentials that are looked for, and a server that gives them back: in each spelling, at each place.

#include <corest/detail/text.hpp>
#include <corest/http/detail/base64.hpp>
#include <corest/http/url.hpp>

#include <support/scripted_server.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace canary {

/// By a name for each.
using credentials = std::map<std::string, std::string>;

inline std::string replaced(const std::string& text, const std::function<std::string(unsigned char)>& spell)
{
    std::string out;
    for (const char c : text) {
        out += spell(static_cast<unsigned char>(c));
    }
    return out;
}

/// In UTF-16 escapes. (The two bytes of an e with an acute accent are one character; there is no other beyond ASCII.)
inline std::string as_utf16(const std::string& text)
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
inline std::vector<std::string> spellings(const std::string& text)
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

inline std::string answer(
    const std::string& body, const std::string& headers = {}, const std::string& status = "200 OK")
{
    return "HTTP/1.1 " + status + "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n"
        + headers + "\r\n" + body;
}

inline std::string as_json(const std::string& text)
{
    return '"' + replaced(text, [](unsigned char c) {
        return c == '"' || c == '\\' ? std::string("\\") + static_cast<char>(c) : std::string(1, static_cast<char>(c));
    }) + '"';
}

inline const std::string type_json = "Content-Type: application/json\r\n";

/// Where a server may say a text, and how.
struct place {
    std::string name;
    std::function<std::string(const std::string&)> say;
    std::string endpoint; ///< further keys of the resources' endpoints
};

/// What a run fails with.
inline const std::vector<place> failures = {
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

/// What comes with a page, or is a part of it that is no record.
inline const std::vector<place> pages = {
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

/// A server that says each credential in each spelling, one on each connection: at one place after the other.
/// \param said what can be said at those places: of a text with line breaks only the spellings without them
inline std::vector<script> echoes(const credentials& said, const std::vector<place>& places)
{
    std::vector<script> all;
    for (const auto& [name, value] : said) {
        for (const std::string& spelled : spellings(value)) {
            if (spelled.find('\n') == std::string::npos) {
                all.push_back(script().receive().send(places[all.size() % places.size()].say(spelled)));
            }
        }
    }
    return all;
}

/// No part of a credential, however it is spelled, is in the text.
inline void expect_none(const credentials& sought, const std::string& text)
{
    constexpr std::size_t part = 10;
    std::map<std::string, std::vector<std::string>> spelled; // which the parts are views of
    std::unordered_map<std::string_view, std::pair<std::string_view, std::string_view>> parts;
    for (const auto& [name, value] : sought) {
        spelled[name] = spellings(value);
        for (const std::string_view one : spelled[name]) {
            for (std::size_t at = 0; at + part <= one.size(); ++at) {
                parts.try_emplace(one.substr(at, part), name, one);
            }
        }
    }
    int shown = 0;
    for (std::size_t at = 0; at + part <= text.size(); ++at) {
        if (const auto found = parts.find(std::string_view(text).substr(at, part)); found != parts.end()) {
            const auto& [name, one] = found->second;
            ADD_FAILURE() << name << " as " << one << ": " << text.substr(at - std::min<std::size_t>(at, 200), 400);
            if (++shown == 5) {
                return; // there may be thousands
            }
            at += 200;
        }
    }
}

} // namespace canary
