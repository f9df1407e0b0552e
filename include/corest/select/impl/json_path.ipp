#pragma once

#include <corest/select/json_path.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/select/json_reader.hpp>
#include <corest/select/path_segment.hpp>

#include <algorithm>

namespace corest {

namespace detail {

namespace json_path_steps {

/// Moves a reader to the element at an index, negative from the end. \return whether there is one
inline bool seek_index(json_reader& reader, std::ptrdiff_t index)
{
    if (index < 0) {
        json_reader counter = reader;
        std::ptrdiff_t count = 0;
        counter.begin_array();
        while (counter.next_element()) {
            counter.skip();
            ++count;
        }
        index += count;
        if (index < 0) {
            return false;
        }
    }
    reader.begin_array();
    for (std::ptrdiff_t i = 0; reader.next_element(); ++i) {
        if (i == index) {
            return true;
        }
        reader.skip();
    }
    return false;
}

} // namespace json_path_steps

COREST_DECL void find_all(std::string_view json, std::span<const json_path::step> steps,
    std::vector<std::string_view>& found, std::string_view root)
{
    using kind = json_path::step::step_kind;
    json_reader reader(json);
    if (steps.empty()) {
        found.push_back(reader.skip());
        return;
    }
    const json_path::step& step = steps.front();
    if (step.kind == kind::segment) {
        std::vector<std::string_view> taken;
        take_segment(*step.segment, reader.skip(), root, taken);
        for (const std::string_view each : taken) {
            find_all(each, steps.subspan(1), found, root);
        }
        return;
    }
    const json_kind type = reader.kind();
    std::string_view key;
    std::string scratch;
    if (type == json_kind::object && step.kind != kind::index) {
        std::optional<std::string_view> named;
        reader.begin_object();
        while (reader.next_key(key, scratch)) {
            const bool wanted = step.kind == kind::wildcard || key == step.name;
            const std::string_view value = reader.skip();
            if (wanted && step.kind == kind::wildcard) {
                find_all(value, steps.subspan(1), found, root);
            } else if (wanted) {
                named = value;
            }
        }
        if (named) {
            find_all(*named, steps.subspan(1), found, root);
        }
    } else if (type == json_kind::array && step.kind == kind::wildcard) {
        reader.begin_array();
        while (reader.next_element()) {
            find_all(reader.skip(), steps.subspan(1), found, root);
        }
    } else if (type == json_kind::array && step.kind == kind::index && json_path_steps::seek_index(reader, step.index))
    {
        find_all(reader.skip(), steps.subspan(1), found, root);
    }
}

COREST_DECL bool seek(json_reader& reader, std::span<const json_path::step> steps)
{
    using kind = json_path::step::step_kind;
    std::string_view key;
    std::string scratch;
    for (const json_path::step& step : steps) {
        const json_kind type = reader.kind();
        bool found = false;
        if (step.kind == kind::name && type == json_kind::object) {
            reader.begin_object();
            while (!found && reader.next_key(key, scratch)) {
                found = key == step.name;
                if (!found) {
                    reader.skip();
                }
            }
        } else if (step.kind == kind::index && type == json_kind::array) {
            found = json_path_steps::seek_index(reader, step.index);
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

namespace json_path_gap {

/// How a part of a path is shown: `'Response.Items'`, or what the whole text is called.
COREST_DECL std::string place(const std::string& path, const char* subject)
{
    return path.empty() ? std::string(subject) : "'" + path + "'";
}

COREST_DECL std::optional<std::string> explain(
    std::string_view json, std::span<const json_path::step> steps, const char* subject, const std::string& path)
{
    using kind = json_path::step::step_kind;
    if (steps.empty()) {
        return std::nullopt;
    }
    const json_path::step& step = steps.front();
    if (step.kind == kind::segment && step.segment->sifts()) {
        return std::nullopt; // what is sifted out may well be all
    }
    json_reader reader(json, subject);
    const json_kind type = reader.kind();
    std::string_view key;
    std::string scratch;
    std::optional<std::string> reason;
    const auto deeper = [&](std::string_view value, const std::string& name) {
        return explain(
            value, steps.subspan(1), subject, name.front() == '[' || path.empty() ? path + name : path + "." + name);
    };
    if (step.kind == kind::wildcard && type == json_kind::object) {
        reader.begin_object();
        while (!reason && reader.next_key(key, scratch)) {
            const std::string name = printable(key);
            reason = deeper(reader.skip(), name.empty() ? "['']" : name);
        }
        return reason;
    }
    if (step.kind == kind::wildcard && type == json_kind::array) {
        reader.begin_array();
        for (std::size_t i = 0; !reason && reader.next_element(); ++i) {
            reason = deeper(reader.skip(), "[" + std::to_string(i) + "]");
        }
        return reason;
    }
    if (json_reader next(json, subject); step.kind != kind::segment && seek(next, steps.first(1))) {
        const std::string name =
            step.kind == kind::name ? printable(step.name) : "[" + std::to_string(step.index) + "]";
        return deeper(next.skip(), name.empty() ? "['']" : name);
    }
    return place(path, subject) + " " + describe_content(json);
}

} // namespace json_path_gap

COREST_DECL std::optional<std::string> explain_missing(
    std::string_view json, std::span<const json_path::step> steps, const char* subject)
{
    return json_path_gap::explain(json, steps, subject, {});
}

} // namespace detail

COREST_DECL json_path::json_path(std::string_view text) : steps_(detail::parse_path(text)) {}

COREST_DECL json_path json_path::of_keys(std::span<const std::string> keys)
{
    json_path path;
    path.steps_.reserve(keys.size());
    for (const std::string& key : keys) {
        path.steps_.emplace_back(key);
    }
    return path;
}

COREST_DECL bool json_path::has_wildcard() const noexcept
{
    return std::any_of(steps_.begin(), steps_.end(),
        [](const step& s) { return s.kind == step::step_kind::wildcard || s.kind == step::step_kind::segment; });
}

COREST_DECL std::string json_path::text() const
{
    std::string out = "$";
    for (const step& s : steps_) {
        switch (s.kind) {
        case step::step_kind::wildcard:
            out += "[*]";
            break;
        case step::step_kind::segment:
            out += s.name;
            break;
        case step::step_kind::index:
            out += "[" + std::to_string(s.index) + "]";
            break;
        case step::step_kind::name:
            if (detail::is_plain_name(s.name)) {
                out += "." + s.name;
            } else {
                std::string quoted;
                append_quoted(quoted, s.name);
                out += "[" + quoted + "]";
            }
        }
    }
    return out;
}

COREST_DECL std::vector<std::string_view> find_all(std::string_view json, const json_path& path)
{
    validate(json);
    std::vector<std::string_view> found;
    detail::find_all(json, path.steps(), found, json);
    return found;
}

} // namespace corest
