#pragma once

#include <corest/resource/cursor_states.hpp>

#include <corest/error.hpp>
#include <corest/incremental/cursor_state.hpp>
#include <corest/select/json_reader.hpp>

#include <utility>

namespace corest {

COREST_DECL cursor_states::cursor_states(std::string_view json)
{
    if (json.empty()) {
        return;
    }
    try {
        json_reader reader(json, "the states");
        std::string_view name;
        std::string scratch;
        reader.begin_array();
        while (reader.next_element()) {
            key found;
            std::string state;
            reader.begin_object();
            while (reader.next_key(name, scratch)) {
                std::string* const member = name == "resource" ? &found.resource
                    : name == "field"                          ? &found.field
                    : name == "partition"                      ? &found.partition
                                                               : nullptr;
                std::string decoded;
                if (member != nullptr) {
                    *member = std::string(reader.string(decoded));
                } else if (name == "state") {
                    state = std::string(reader.skip());
                } else {
                    reader.skip(); // of a later version
                }
            }
            static_cast<void>(cursor_state(state)); // it is one
            states_.insert_or_assign(std::move(found), std::move(state));
        }
        reader.finish();
    } catch (const error& e) {
        throw error(errc::invalid_argument, "these are no states of cursors: " + e.message(),
            "Begin anew with none: everything from the initial values on is read");
    }
}

COREST_DECL void cursor_states::take(const page& last)
{
    if (last && last.cursor()) {
        take(last.resource(), *last.cursor());
    }
}

COREST_DECL void cursor_states::take(const std::string& resource, const walk_cursor& cursor)
{
    if (cursor.is_final) {
        key taken;
        taken.resource = resource;
        taken.field = cursor.field;
        taken.partition = cursor.partition;
        states_.insert_or_assign(std::move(taken), cursor.state);
    }
}

COREST_DECL std::optional<std::string> cursor_states::find(
    const std::string& resource, const std::string& field, const std::string& partition) const
{
    key wanted;
    wanted.resource = resource;
    wanted.field = field;
    wanted.partition = partition;
    const auto found = states_.find(wanted);
    return found == states_.end() ? std::nullopt : std::optional(found->second);
}

COREST_DECL std::string cursor_states::text() const
{
    std::string out = "[";
    for (const auto& [walk, state] : states_) {
        out += out.size() == 1 ? "" : ",";
        append_quoted(out += R"({"resource":)", walk.resource);
        append_quoted(out += R"(,"field":)", walk.field);
        append_quoted(out += R"(,"partition":)", walk.partition);
        out += R"(,"state":)" + state + "}";
    }
    return out + "]";
}

/// Answers from a copy, which stays as it was when it was made.
class cursor_states::copy : public cursor_reader {
public:
    explicit copy(cursor_states states) : states_(std::move(states)) {}

    [[nodiscard]] net::awaitable<std::optional<std::string>> read(
        std::string resource, std::string field, std::string partition) override
    {
        co_return states_.find(resource, field, partition);
    }

private:
    cursor_states states_;
};

COREST_DECL std::shared_ptr<cursor_reader> cursor_states::reader() const
{
    return std::make_shared<copy>(*this);
}

} // namespace corest
