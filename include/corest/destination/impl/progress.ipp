#pragma once

#include <corest/destination/progress.hpp>

#include <corest/error.hpp>
#include <corest/select/decode.hpp>
#include <corest/select/detail/kept_binding.hpp>
#include <corest/select/encode.hpp>

namespace corest {

namespace detail {

namespace kept_progress {

template <class T>
T read(std::string_view text)
{
    try {
        return decode<T>(text);
    } catch (const error& e) {
        throw error(errc::destination_failed, "what an earlier run has left cannot be read (" + e.message() + ")",
            "Begin anew, with --restart");
    }
}

} // namespace kept_progress

} // namespace detail

COREST_DECL std::string_view to_string(stored_resource_state s) noexcept
{
    switch (s) {
    case stored_resource_state::loading:
        return "loading";
    case stored_resource_state::complete:
        return "complete";
    case stored_resource_state::published:
        return "published";
    }
    return "unknown";
}

COREST_DECL stored_resource_state stored_resource_state_of(std::string_view name) noexcept
{
    return name == "published" ? stored_resource_state::published
        : name == "complete"   ? stored_resource_state::complete
                               : stored_resource_state::loading;
}

COREST_DECL std::string bindings_text(const std::vector<binding>& bindings)
{
    std::string text;
    append_json(text, detail::to_kept(bindings));
    return text;
}

COREST_DECL std::vector<binding> read_bindings(std::string_view text)
{
    return detail::from_kept(detail::kept_progress::read<std::vector<detail::kept_binding>>(text));
}

COREST_DECL std::string parents_text(const std::vector<std::string>& parents)
{
    std::string text;
    append_json(text, parents);
    return text;
}

COREST_DECL std::vector<std::string> read_parents(std::string_view text)
{
    return detail::kept_progress::read<std::vector<std::string>>(text);
}

} // namespace corest
