#pragma once

#include <corest/source/run/check.hpp>

#include <corest/error.hpp>
#include <corest/resource/walk.hpp>
#include <corest/select/json_reader.hpp>
#include <corest/source/run/api_failure.hpp>
#include <corest/source/run/collection.hpp>

#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace corest::source {

namespace detail {

namespace first_record {

/// The names of an object's fields, in order; none where it is no object.
COREST_DECL std::vector<std::string> names_of_fields(std::string_view json)
{
    std::vector<std::string> names;
    if (json.empty() || json.front() != '{') {
        return names;
    }
    json_reader reader(json);
    std::string_view key;
    std::string scratch;
    reader.begin_object();
    while (reader.next_key(key, scratch)) {
        names.emplace_back(key);
        reader.skip();
    }
    return names;
}

} // namespace first_record

} // namespace detail

COREST_DECL net::awaitable<std::vector<check_result>> check(plan p, connect_options options)
{
    const auto executor = co_await net::this_coro::executor;
    const auto report = make_report(p);
    const connected_plan connected = connect(executor, p, options, report);
    std::vector<check_result> all;
    for (const std::size_t i : p.roots) {
        check_result found;
        found.name = p.resources[i].config.name;
        try {
            collection content = make_collection(p.resources[i], p.client, connected.clients[i]);
            content.ahead = false;
            auto pages = walk(page_walk(std::make_shared<const collection>(std::move(content))));
            const std::optional<page> first = co_await pages.next();
            if (first) {
                found.records = first->size();
                if (!first->empty()) {
                    found.fields = detail::first_record::names_of_fields(first->json(0));
                }
            }
        } catch (...) {
            found.failure = detail::presentable_failure(std::current_exception(), connected.hidden);
        }
        if (is_cancellation(found.failure)) {
            std::rethrow_exception(found.failure);
        }
        all.push_back(std::move(found));
    }
    co_return all;
}

} // namespace corest::source
