#pragma once

#include <corest/source/schema/poll_keys.hpp>

#include <corest/error.hpp>

#include <chrono>
#include <cmath>
#include <utility>

namespace corest::source::detail::rules {

COREST_DECL std::optional<std::string> poll_path::read(const dictionary& input, std::string_view key)
{
    auto given = input.text(key);
    if (given) {
        try {
            static_cast<void>(path_template(*given));
        } catch (const error& e) {
            input.problem(*input.get(key), said_by(e));
            return std::nullopt;
        }
    }
    return given;
}

COREST_DECL std::optional<corest::poll> poll::read(const dictionary& input, std::string_view key)
{
    const auto place = input.get(key);
    if (!place || place->value->is_null()) {
        return std::nullopt;
    }
    const std::size_t before = input.problems().problems().size();
    poll_keys::settings given;
    object<poll_keys>::read_into(input, key, given);
    if (given.path && given.url_path) {
        input.problem(*place, "path and url_path both say where to ask; write one of them");
    }
    if (given.download_path && given.download_url_path) {
        input.problem(*place, "download_path and download_url_path both say where the report is; write one of them");
    }
    if (input.problems().problems().size() != before) {
        return std::nullopt;
    }
    corest::poll made = given.path ? corest::poll(*given.path) : corest::poll();
    const auto milliseconds = [](double seconds) { return std::chrono::milliseconds(std::llround(seconds * 1000)); };
    if (given.url_path) {
        made.url_path(*std::move(given.url_path));
    }
    if (given.until) {
        made.until(*std::move(given.until));
    }
    if (given.failed) {
        made.failed(*std::move(given.failed));
    }
    if (given.message_path) {
        made.message_path(*std::move(given.message_path));
    }
    if (given.interval) {
        made.interval(milliseconds(*given.interval));
    }
    if (given.timeout) {
        made.timeout(milliseconds(*given.timeout));
    }
    if (given.download_path) {
        made.download(*given.download_path);
    }
    if (given.download_url_path) {
        made.download_url_path(*std::move(given.download_url_path));
    }
    return made;
}

COREST_DECL const shape* poll::nested()
{
    return &shape_of<poll_keys>;
}

} // namespace corest::source::detail::rules
