#pragma once

/// \file
/// The page: one response's body, cut into records. The unit of work of everything above.

#include <corest/config.hpp>
#include <corest/http/detail/spilled_memory.hpp>
#include <corest/http/headers.hpp>
#include <corest/http/padded_buffer.hpp>
#include <corest/select/walk_cursor.hpp>
#include <corest/select/walk_position.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest {

class record;

/// A field that a child took over from its parents: the value that filled a placeholder, or was copied by the
/// dictionary.
class binding {
public:
    /// The members, in their order.
    binding(std::string placeholder_name, std::string parent, std::string parent_field, std::string value,
        std::string value_text)
        : placeholder(std::move(placeholder_name)),
          resource(std::move(parent)),
          field(std::move(parent_field)),
          json(std::move(value)),
          text(std::move(value_text))
    {
    }

    std::string placeholder; ///< the name in the path, `space_token`
    std::string resource;    ///< the parent it comes from, `spaces`
    std::string field;       ///< the parent's field, `token`; of an inferred one the field that is looked for second
    std::string json;        ///< the value as it stands in the parent's record, `"a/b"`
    std::string text;        ///< the value as text, decoded, `a/b`
    std::string column_name; ///< of the column it is stored in, where that has another name than `column_of` says

    /// The column it is stored in, as dlt names it: `_spaces_token`. The same for all records of the parent, also where
    /// some have a field of the placeholder's own name.
    [[nodiscard]] std::string column() const { return column_name.empty() ? column_of(resource, field) : column_name; }
    /// The column that a parent's field is stored in. A path is named without the `$.` at its beginning.
    [[nodiscard]] static std::string column_of(const std::string& parent, const std::string& parent_field)
    {
        return "_" + parent + "_" + parent_field.substr(parent_field.starts_with("$.") ? 2 : 0);
    }
};

/// Bindings of one walk, shared by its pages.
using binding_list = std::shared_ptr<const std::vector<binding>>;

namespace detail {

/// A part of a page's body.
struct slice {
    std::size_t offset = 0;
    std::size_t size = 0;
};

/// Makes room for the records of a body once the first one is known: as many as there are if all are of its size, and
/// no more than a usual page has. Of a very large body no list is to be copied: what is reserved and not used takes no
/// memory.
/// \param body_size bytes of it \param at where its rest begins \param record_size bytes of the first record
inline void reserve_slices(std::vector<slice>& all, std::size_t body_size, std::size_t at, std::size_t record_size)
{
    constexpr std::size_t usual = 1024;
    const std::size_t most = body_size < spilled_memory::least ? usual : body_size / 32;
    all.reserve(std::min(most, (body_size - at) / (record_size + 1) + 1));
}

/// What the copies of a page share. Filled by the walk, constant once the page is handed out.
class page_data {
public:
    padded_buffer body;
    unsigned status = 0;
    corest::headers headers; ///< of the response
    std::vector<slice> records;
    std::uint64_t number = 0;
    std::uint64_t first_record = 0; ///< records of earlier pages of the walk
    std::string resource;
    std::string url; ///< redacted, for messages
    std::shared_ptr<const page_data> parent_page;
    std::size_t parent_index = 0;
    binding_list bindings;
    walk_position position;            ///< after the page
    std::optional<walk_cursor> cursor; ///< of an incremental walk, after the page
    /// Strings of records that had escapes, decoded, by where they are in the body: they live as long as it.
    mutable std::mutex decoded_access;
    mutable std::map<const char*, std::string> decoded;

    /// The same without body and records: for a page whose records are made of this one's.
    [[nodiscard]] std::shared_ptr<page_data> without_records() const
    {
        auto out = std::make_shared<page_data>();
        out->status = status;
        out->headers = headers;
        out->number = number;
        out->first_record = first_record;
        out->resource = resource;
        out->url = url;
        out->parent_page = parent_page;
        out->parent_index = parent_index;
        out->bindings = bindings;
        out->position = position;
        out->cursor = cursor;
        return out;
    }
};

} // namespace detail

/// Some records of a resource, in the server's order. A handle: copies share the body, which lives as long as any of
/// them or of their records. Immutable: pages and records may be read by several threads at once.
class page {
public:
    page() = default;
    /// A handle on what a walk has cut.
    explicit page(std::shared_ptr<const detail::page_data> data) : data_(std::move(data)) {}

    /// How many records.
    [[nodiscard]] std::size_t size() const noexcept { return data_ ? data_->records.size() : 0; }
    /// True where it has no records, or is no page at all.
    [[nodiscard]] bool empty() const noexcept { return size() == 0; }
    /// The record at an index. \pre index < size()
    [[nodiscard]] record operator[](std::size_t index) const noexcept;
    /// The JSON text of the record at an index, exactly as the server sent it, without surrounding white space.
    /// \pre index < size()
    [[nodiscard]] std::string_view json(std::size_t index) const noexcept
    {
        const detail::slice s = data_->records[index];
        return {data_->body.data() + s.offset, s.size};
    }
    /// The whole body, envelope included.
    [[nodiscard]] std::string_view body() const noexcept { return data_ ? data_->body.view() : std::string_view(); }
    /// Its number in its walk, from 1.
    [[nodiscard]] std::uint64_t number() const noexcept { return data_ ? data_->number : 0; }
    /// How many records the walk had before this page.
    [[nodiscard]] std::uint64_t first_record() const noexcept { return data_ ? data_->first_record : 0; }
    /// The name of the resource, for messages; may be empty.
    [[nodiscard]] const std::string& resource() const noexcept { return data_->resource; }
    /// The URL it came from, secrets masked.
    [[nodiscard]] const std::string& url() const noexcept { return data_->url; }
    /// The status of its response, 200 mostly; 0 for a page that no response brought.
    [[nodiscard]] unsigned status() const noexcept { return data_->status; }
    /// The header fields of its response: rate limits, totals, an ETag. They live as long as a copy of the page does.
    [[nodiscard]] const corest::headers& headers() const noexcept { return data_->headers; }

    /// Where its walk stands after it: kept with the page's rows, it is what a later walk goes on from.
    [[nodiscard]] const walk_position& position() const noexcept { return data_->position; }

    /// Where an incremental walk stands in its cursor field after it; none of another walk.
    [[nodiscard]] const std::optional<walk_cursor>& cursor() const noexcept { return data_->cursor; }

    /// True where its walk was expanded from a record.
    [[nodiscard]] bool has_parent() const noexcept { return data_ && data_->parent_page; }
    /// The record that this page's walk was expanded from. \pre has_parent()
    [[nodiscard]] record parent() const noexcept;
    /// What the walk took over from its parents; empty at a root.
    [[nodiscard]] const std::vector<binding>& bindings() const noexcept
    {
        static const std::vector<binding> none;
        return data_ && data_->bindings ? *data_->bindings : none;
    }

    /// Iterates over the records.
    class iterator;
    /// The records in order.
    [[nodiscard]] iterator begin() const noexcept;
    /// See `begin`.
    [[nodiscard]] iterator end() const noexcept;

    /// What the copies of this page share; for destinations that keep pages.
    [[nodiscard]] const std::shared_ptr<const detail::page_data>& data() const noexcept { return data_; }

    /// False for a page that was made without data.
    explicit operator bool() const noexcept { return static_cast<bool>(data_); }

private:
    std::shared_ptr<const detail::page_data> data_;
};

} // namespace corest

#include <corest/select/record.hpp>
