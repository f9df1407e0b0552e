#pragma once

/// \file
/// The records of a page, taken apart into values as a database stores them. Done on the thread that fetches, so that
/// the destination's own thread has nothing to do but to hand them to the database.

#include <corest/config.hpp>
#include <corest/schema/row_rules.hpp>
#include <corest/schema/typed_value.hpp>
#include <corest/select/json_reader.hpp>
#include <corest/select/page.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::detail {

/// A value as a database stores it.
class row_value {
public:
    enum class type : unsigned char {
        null,
        integer, ///< also of true and false: 1 and 0
        real,
        /// Of a string decoded, of an array or object compact JSON, of any other number its digits.
        text,
        blob ///< bytes
    };

    row_value() noexcept : integer_(0) {}
    explicit row_value(std::int64_t value) noexcept : type_(type::integer), integer_(value) {}
    explicit row_value(double value) noexcept : type_(type::real), real_(value) {}
    explicit row_value(std::string_view value) noexcept : type_(type::text), size_(value.size()), text_(value.data()) {}

    /// Bytes that are no text.
    [[nodiscard]] static row_value bytes(std::string_view value) noexcept
    {
        row_value out(value);
        out.type_ = type::blob;
        return out;
    }

    [[nodiscard]] type kind() const noexcept { return type_; }
    [[nodiscard]] std::int64_t integer() const noexcept { return integer_; }
    [[nodiscard]] double real() const noexcept { return real_; }
    [[nodiscard]] std::string_view text() const noexcept { return {text_, size_}; }

private:
    type type_ = type::null;
    std::size_t size_ = 0;
    union {
        std::int64_t integer_;
        double real_;
        const char* text_;
    };
};

/// Reads the value that comes next. Its text is a view of what is read, or of `scratch`, to which it is appended then:
/// reserve as much as is read, since a decoded value is never longer, and views stay valid.
/// \param field whose it is, for messages
/// \throws error (not_json), and (wrong_type) as `schema::check_unicode`
[[nodiscard]] COREST_DECL row_value read_value(json_reader& reader, std::string& scratch, std::string_view field);

/// A typed value as a database stores it: a timestamp, date or time as text, which is appended to `scratch`: reserve 32
/// bytes for each, and views stay valid.
[[nodiscard]] COREST_DECL row_value row_value_of(const schema::typed_value& value, std::string& scratch);

/// The rows of a page. Keeps the page alive, which the values are views of.
class row_values {
public:
    /// A field of a record. One that comes twice is there twice: the last one counts.
    class field {
    public:
        field(std::string_view its_key, row_value its_value) : key(its_key), value(its_value) {}
        std::string_view key;
        row_value value;
    };

    /// \throws error (not_json, wrong_type: no object, or a text that is none of Unicode), saying which record
    COREST_DECL explicit row_values(corest::page rows);
    /// Those of a table with a schema; without rows that were left out.
    COREST_DECL explicit row_values(std::shared_ptr<const schema::typed_rows> typed);
    row_values(const row_values&) = delete;
    row_values& operator=(const row_values&) = delete;

    [[nodiscard]] const corest::page& page() const noexcept { return page_; }
    /// The schema as it is with these rows; null where the table has none.
    [[nodiscard]] std::shared_ptr<const schema::table_schema> schema() const
    {
        return typed_ ? typed_->shared_schema() : nullptr;
    }
    [[nodiscard]] std::size_t size() const noexcept { return page_.size(); }
    /// The fields of a record, in order. \pre index < size()
    [[nodiscard]] std::span<const field> operator[](std::size_t index) const noexcept
    {
        const std::size_t begin = index == 0 ? 0 : ends_[index - 1];
        return {fields_.data() + begin, ends_[index] - begin};
    }

    /// Whether a record has the fields of the record before, in the same order. Never true of the first one. \pre index
    /// < size()
    [[nodiscard]] bool is_like_previous(std::size_t index) const noexcept { return like_previous_[index] != 0; }

private:
    /// \return whether the fields are those of the record before
    COREST_DECL bool read(std::string_view json);
    COREST_DECL row_value convert(const schema::typed_rows::cell& cell);

    corest::page page_;
    std::shared_ptr<const schema::typed_rows> typed_; ///< null where the table has no schema
    std::vector<field> fields_;
    std::vector<std::size_t> ends_; ///< of each record's fields
    std::vector<char> like_previous_;
    std::string decoded_; ///< keys and values whose text in the page has escapes or white space
};

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/destination/impl/row_values.ipp>
#endif
