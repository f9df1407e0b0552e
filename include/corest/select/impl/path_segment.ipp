#pragma once

#include <corest/select/path_segment.hpp>

#include <corest/select/json_path.hpp>
#include <corest/select/json_reader.hpp>
#include <corest/select/path_filter.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <unordered_map>

namespace corest::detail {

namespace path_segments {

/// The elements of an array or the values of an object's members; none of another value. Where an object has a name
/// twice, the last one counts.
[[nodiscard]] COREST_DECL std::vector<std::string_view> children(std::string_view json)
{
    std::vector<std::string_view> all;
    json_reader reader(json);
    const json_kind kind = reader.kind();
    if (kind == json_kind::array) {
        reader.begin_array();
        while (reader.next_element()) {
            all.push_back(reader.skip());
        }
    } else if (kind == json_kind::object) {
        std::unordered_map<std::string, std::size_t> places;
        std::string_view key;
        std::string scratch;
        reader.begin_object();
        while (reader.next_key(key, scratch)) {
            const auto [place, is_new] = places.try_emplace(std::string(key), all.size());
            const std::string_view value = reader.skip();
            if (is_new) {
                all.push_back(value);
            } else {
                all[place->second] = value;
            }
        }
    }
    return all;
}

/// RFC 9535, section 2.3.4.2.
COREST_DECL void take_slice(const path_selector& selector, std::string_view json, std::vector<std::string_view>& found)
{
    if (json.front() != '[' || selector.step == 0) {
        return;
    }
    const std::vector<std::string_view> all = children(json);
    const auto size = static_cast<std::int64_t>(all.size());
    const auto normal = [&](std::int64_t i) { return i >= 0 ? i : size + i; };
    const std::int64_t step = selector.step;
    const std::int64_t start = normal(selector.start.value_or(step > 0 ? 0 : size - 1));
    const std::int64_t end = selector.end ? normal(*selector.end) : (step > 0 ? size : -1);
    const std::int64_t least = step > 0 ? 0 : -1;
    const std::int64_t most = step > 0 ? size : size - 1;
    const std::int64_t from = std::clamp(start, least, most);
    const std::int64_t to = std::clamp(end, least, most);
    for (std::int64_t i = from; step > 0 ? i < to : i > to; i += step) {
        found.push_back(all[static_cast<std::size_t>(i)]);
        if (step > 0 ? step >= to - i : -step >= i - to) {
            break; // the next step may be beyond what an integer holds
        }
    }
}

COREST_DECL void take(
    const path_selector& selector, std::string_view json, std::string_view root, std::vector<std::string_view>& found)
{
    const auto take_step = [&](json_path::step step) {
        const std::array<json_path::step, 1> steps{std::move(step)};
        find_all(json, steps, found, root);
    };
    switch (selector.what) {
    case path_selector::kind::name:
        take_step(json_path::step(selector.name));
        break;
    case path_selector::kind::index:
        take_step(json_path::step(static_cast<std::ptrdiff_t>(selector.index)));
        break;
    case path_selector::kind::wildcard:
        for (const std::string_view child : children(json)) {
            found.push_back(child);
        }
        break;
    case path_selector::kind::slice:
        take_slice(selector, json, found);
        break;
    case path_selector::kind::filter:
        for (const std::string_view child : children(json)) {
            if (selector.filter->holds(child, root)) {
                found.push_back(child);
            }
        }
    }
}

} // namespace path_segments

COREST_DECL bool path_segment::sifts() const noexcept
{
    return std::all_of(selectors.begin(), selectors.end(), [](const path_selector& s) {
        return s.what != path_selector::kind::name && s.what != path_selector::kind::index;
    });
}

COREST_DECL void take_segment(
    const path_segment& segment, std::string_view json, std::string_view root, std::vector<std::string_view>& found)
{
    for (const path_selector& selector : segment.selectors) {
        path_segments::take(selector, json, root, found);
    }
    if (segment.descends) {
        for (const std::string_view child : path_segments::children(json)) {
            take_segment(segment, child, root, found);
        }
    }
}

} // namespace corest::detail
