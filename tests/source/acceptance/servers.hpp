#pragma once

/// \file
/// What servers of the acceptance cases have in common.

#include <corest/http/url.hpp>
#include <corest/testing/scripted_transport.hpp>
#include <source/acceptance/acceptance_case.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <utility>

namespace acceptance {

/// `[{"id":from},...]`, up to `to`, and no further than `end`.
inline std::string id_list(int from, int to, int end = 1000000)
{
    std::string json = "[";
    for (int i = from; i < std::min(to, end); ++i) {
        json += (i == from ? "{\"id\":" : ",{\"id\":") + std::to_string(i) + "}";
    }
    return json + "]";
}

/// A number of the query, or what it is where it is absent.
inline int number_of(const corest::request& r, const std::string& name, int absent)
{
    const auto text = corest::find_query(r.url, name);
    return text ? std::stoi(*text) : absent;
}

/// The part of a URL behind the host.
inline std::string target_of(const std::string& url)
{
    return url.substr(url.find('/', url.find("//") + 2));
}

/// The same body for each request.
inline server says(std::string body, std::vector<std::pair<std::string, std::string>> headers = {})
{
    return [body = std::move(body), headers = std::move(headers)](
               const corest::request&) { return corest::test::respond(200, body, headers); };
}

/// A body for each target; 404 for others.
inline server replies(std::map<std::string, std::string> bodies)
{
    return [bodies = std::move(bodies)](const corest::request& r) {
        const auto found = bodies.find(target_of(r.url));
        return found == bodies.end() ? corest::test::respond(404, R"({"message":"no such thing"})")
                                     : corest::test::respond(200, found->second);
    };
}

/// Further members of the body of page n, of which the first has the API's first number.
using members = std::function<std::string(int page)>;

/// Pages by number, 5 records each: `{"items":[...],...}`. Pages beyond the last are empty.
inline server numbered(int pages, int base, members more = {})
{
    return [=](const corest::request& r) {
        const int page = number_of(r, "page", base);
        const int index = page - base;
        const bool there = index >= 0 && index < pages;
        return corest::test::respond(
            200, R"({"items":)" + (there ? id_list(index * 5, index * 5 + 5) : "[]") + (more ? more(page) : "") + "}");
    };
}

/// The same members on each page.
inline members always(std::string text)
{
    return [text = std::move(text)](int) { return text; };
}

/// Records by offset: `{"items":[...],...}`, at most `cap` of them at once.
inline server listed(int count, const std::string& more = "", int cap = 1000000)
{
    return [=](const corest::request& r) {
        const int from = number_of(r, "offset", 0);
        const int size = std::min(number_of(r, "limit", 1000), cap);
        return corest::test::respond(200, R"({"items":)" + id_list(from, from + size, count) + more + "}");
    };
}

} // namespace acceptance
