#pragma once

/// \file
/// What the contract test of destinations is written with. Needs corest alone.

#include <corest/destination/destination.hpp>
#include <corest/net.hpp>
#include <corest/select/json_reader.hpp>
#include <corest/select/page.hpp>

#include COREST_ASIO(bind_cancellation_slot.hpp)
#include COREST_ASIO(cancellation_signal.hpp)
#include COREST_ASIO(co_spawn.hpp)
#include COREST_ASIO(io_context.hpp)

#include <cstdint>
#include <exception>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::test {

/// A row as it is read back: of each column that is not NULL its value as text. That is a string as it is, the digits
/// of a number, compact JSON of an array or object.
using row = std::map<std::string, std::string>;

/// The value that comes next as text, as `row` has it; nothing where it is null. \throws error (not_json)
inline std::optional<std::string> read_text(json_reader& reader)
{
    std::string text;
    switch (reader.kind()) {
    case json_kind::null:
        reader.skip();
        return std::nullopt;
    case json_kind::string: {
        std::string scratch;
        return std::string(reader.string(scratch));
    }
    default:
        append_minified(text, reader.skip());
        return text;
    }
}

/// The row that a record is. \throws error (not_json, wrong_type: no object)
inline row row_of_record(std::string_view json)
{
    row columns;
    std::string_view key;
    std::string scratch;
    json_reader reader(json);
    reader.begin_object();
    while (reader.next_key(key, scratch)) {
        const std::string name(key);
        columns.erase(name); // of a member that comes twice the last one counts
        if (std::optional<std::string> value = read_text(reader)) {
            columns[name] = std::move(*value);
        }
    }
    reader.finish();
    return columns;
}

/// A page whose body is `[record, record, ...]`.
/// \param records the JSON text of each record
/// \param number of the page in its walk
/// \param bindings what the walk took over from its parents
/// \param resource the name of the resource, for messages
inline page make_page(const std::vector<std::string>& records, std::uint64_t number = 1,
    std::vector<binding> bindings = {}, std::string resource = "samples")
{
    auto data = std::make_shared<corest::detail::page_data>();
    data->body.append("[");
    for (const std::string& r : records) {
        if (!data->records.empty()) {
            data->body.append(",");
        }
        data->records.push_back({data->body.size(), r.size()});
        data->body.append(r);
    }
    data->body.append("]");
    data->number = number;
    data->first_record = (number - 1) * records.size();
    data->resource = std::move(resource);
    data->url = "https://api.example.com/items";
    if (!bindings.empty()) {
        data->bindings = std::make_shared<const std::vector<binding>>(std::move(bindings));
    }
    return page(std::move(data));
}

/// The binding of `<resource>_<field>`, as `/projects/<projects_id>/samples` makes one. \param json the value's text
inline binding make_binding(const std::string& resource, const std::string& field, const std::string& json)
{
    return binding(resource + "_" + field, resource, field, json, json);
}

/// A call whose result is kept.
template <class T>
net::awaitable<void> keep(net::awaitable<T> call, std::optional<T>& result)
{
    result.emplace(co_await std::move(call));
}

/// Calls of a destination that are under way, on one io_context.
class calls {
public:
    /// How one of them ended.
    class outcome {
    public:
        bool done = false;
        std::exception_ptr failure;
        net::cancellation_signal cancellation;
    };

    /// Starts a call. Nothing happens before `run`. \return valid as long as this object
    outcome& start(net::awaitable<void> call)
    {
        outcome& result = outcomes_.emplace_back();
        const auto ended = [&result](const std::exception_ptr& failure) {
            result.done = true;
            result.failure = failure;
        };
        net::co_spawn(context_, std::move(call), net::bind_cancellation_slot(result.cancellation.slot(), ended));
        return result;
    }

    /// Runs until all calls have ended.
    void run()
    {
        context_.restart();
        context_.run();
    }

    /// Runs what is ready, without waiting.
    void poll()
    {
        context_.restart();
        context_.poll();
    }

    /// Starts a call and runs to its end. \throws what it throws
    void run(net::awaitable<void> call)
    {
        const outcome& result = start(std::move(call));
        run();
        if (result.failure) {
            std::rethrow_exception(result.failure);
        }
    }

private:
    std::list<outcome> outcomes_; ///< outlive the context, whose coroutines refer to them
    net::io_context context_;
};

} // namespace corest::test
