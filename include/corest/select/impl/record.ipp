#pragma once

#include <corest/select/record.hpp>

#include <corest/select/json_path.hpp>
#include <corest/select/json_reader.hpp>

#include <array>

namespace corest {

namespace detail {

COREST_DECL error locate(const error& e, const page& containing_page, std::size_t index)
{
    const std::string which =
        containing_page.size() > 1 ? " (record " + std::to_string(index + 1) + " of the page)" : "";
    error_context context;
    context.resource = containing_page.resource();
    context.page = containing_page.number();
    context.url = containing_page.url();
    error located(e.kind(), e.message() + which, e.hint(), e.context());
    if (e.remedy() != corest::remedy::none) {
        located.set_hint(e.advice(), e.remedy());
    }
    located.add(context);
    return located;
}

namespace record_field {

inline constexpr const char* subject = "the record";

/// True where a path is one plain name, which is the usual case and needs no parsing.
inline bool is_plain_name(std::string_view path) noexcept
{
    static constexpr auto special = [] {
        std::array<bool, 256> table{};
        for (const char c : std::string_view(".[]$*'\"?(), \t\r\n")) {
            table[static_cast<unsigned char>(c)] = true;
        }
        return table;
    }();
    for (const char c : path) {
        if (special[static_cast<unsigned char>(c)]) {
            return false;
        }
    }
    return !path.empty();
}

/// The path of one value in a record.
COREST_DECL json_path path_of(std::string_view path)
{
    if (is_plain_name(path)) {
        const std::string name(path);
        return json_path::of_keys({&name, 1});
    }
    json_path parsed(path);
    if (parsed.has_wildcard()) {
        throw error(errc::invalid_argument,
            "the path '" + parsed.text() + "' may match several values, expected one value",
            "Replace * by an index, or use find_all(record.json(), path)");
    }
    return parsed;
}

/// Moves a reader to the value at a path of a record. \return whether there is one
COREST_DECL bool seek_to(json_reader& reader, std::string_view path)
{
    if (!is_plain_name(path)) {
        const json_path parsed = path_of(path);
        return seek(reader, parsed.steps());
    }
    return reader.find_key(path);
}

[[noreturn]] COREST_DECL void throw_missing(std::string_view record, std::string_view path)
{
    const auto reason = explain_missing(record, path_of(path).steps(), subject);
    throw error(errc::field_missing, "field '" + printable(path, 200) + "' is missing: " + reason.value_or(""),
        "Read it as std::optional where it may be missing");
}

/// Reads the value at a path of a record by `read_value(reader)`.
/// \return empty where it is not needed and is missing or null
template <class Read>
auto read(const page& containing_page, std::size_t index, std::string_view path, bool required, Read read_value)
    -> std::optional<decltype(read_value(std::declval<json_reader&>()))>
{
    json_reader reader(containing_page.json(index), subject);
    try {
        if (seek_to(reader, path)) {
            if (!required && reader.null()) {
                return std::nullopt;
            }
            return read_value(reader);
        }
        if (!required) {
            return std::nullopt;
        }
        throw_missing(containing_page.json(index), path);
    } catch (const error& e) {
        throw locate(e, containing_page, index);
    }
}

} // namespace record_field

} // namespace detail

COREST_DECL std::optional<std::string_view> record::raw(std::string_view path) const
{
    json_reader reader(json(), detail::record_field::subject);
    try {
        return detail::record_field::seek_to(reader, path) ? std::optional(reader.skip()) : std::nullopt;
    } catch (const error& e) {
        throw detail::locate(e, page_, index_);
    }
}

COREST_DECL void record::validate() const
{
    try {
        corest::validate(json(), detail::record_field::subject);
    } catch (const error& e) {
        throw detail::locate(e, page_, index_);
    }
}

COREST_DECL record record::detach() const
{
    const detail::page_data& shared = *page_.data();
    auto own = std::make_shared<detail::page_data>();
    own->body = padded_buffer(json());
    own->status = shared.status;
    own->records.push_back({0, own->body.size()});
    own->number = shared.number;
    own->first_record = shared.first_record + index_;
    own->resource = shared.resource;
    own->url = shared.url;
    own->bindings = shared.bindings;
    return {corest::page(std::move(own)), 0};
}

COREST_DECL std::optional<bool> record::find_bool(std::string_view path, bool required) const
{
    return detail::record_field::read(page_, index_, path, required, [](json_reader& r) { return r.boolean(); });
}

COREST_DECL std::optional<std::int64_t> record::find_int64(
    std::string_view path, bool required, std::int64_t least, std::int64_t most) const
{
    return detail::record_field::read(
        page_, index_, path, required, [=](json_reader& r) { return r.int64(least, most); });
}

COREST_DECL std::optional<std::uint64_t> record::find_uint64(
    std::string_view path, bool required, std::uint64_t most) const
{
    return detail::record_field::read(page_, index_, path, required, [=](json_reader& r) { return r.uint64(most); });
}

COREST_DECL std::optional<double> record::find_double(std::string_view path, bool required) const
{
    return detail::record_field::read(page_, index_, path, required, [](json_reader& r) { return r.number(); });
}

COREST_DECL std::optional<std::string> record::find_string(std::string_view path, bool required) const
{
    return detail::record_field::read(page_, index_, path, required, [](json_reader& r) {
        std::string scratch;
        return std::string(r.string(scratch));
    });
}

COREST_DECL std::optional<std::string_view> record::find_view(std::string_view path, bool required) const
{
    return detail::record_field::read(page_, index_, path, required, [this](json_reader& r) {
        bool escaped = false;
        const std::string_view text = r.string_text(escaped);
        if (!escaped) {
            return text;
        }
        const std::lock_guard lock(page_.data()->decoded_access);
        const auto [place, fresh] = page_.data()->decoded.try_emplace(text.data());
        if (fresh) {
            detail::append_unescaped(place->second, text);
        }
        return std::string_view(place->second);
    });
}

} // namespace corest
