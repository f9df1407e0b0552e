#pragma once

/// \file
/// A pull parser over a JSON text (RFC 8259): one pass, no copies, every byte checked, numbers kept as text until asked
/// for. Records are read with it; whole pages are cut by `cut_page`, which is faster and checks less.

#include <corest/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace corest {

/// What a JSON value is.
enum class json_kind : unsigned char { null, boolean, number, string, array, object };

/// "null", "a bool", "a number", "a string", "an array", "an object".
[[nodiscard]] COREST_DECL std::string_view describe(json_kind kind) noexcept;

/// Reads one JSON value from a text, front to back.
///
/// Strict: no comments, no trailing commas, valid UTF-8, at most 1,024 levels deep. An escape that is half of a
/// surrogate pair (`"\ud800"`) is accepted, as the grammar has it, and decoded as U+FFFD.
/// The text must outlive the reader, and needs no padding.
///
///     reader.begin_object();
///     while (reader.next_key(key, scratch))
///         if (key == "id") id = reader.int64(); else reader.skip();
///
/// \throws error (not_json) saying where and what was expected; error (wrong_type) naming the field
class json_reader {
public:
    /// How deep arrays and objects may be nested.
    static constexpr std::size_t max_depth = 1024;

    /// \param text the JSON text
    /// \param subject what it is, for messages ("the record"); must outlive the reader
    explicit json_reader(std::string_view text, const char* subject = "the text") noexcept
        : begin_(text.data()),
          at_(text.data()),
          end_(text.data() + text.size()),
          subject_(subject)
    {
    }

    /// The kind of the value that comes next.
    [[nodiscard]] COREST_DECL json_kind kind();

    /// Takes `null` if it comes next. \return whether it did
    [[nodiscard]] COREST_DECL bool null();
    [[nodiscard]] COREST_DECL bool boolean();
    /// An integer from `least` to `most`, written without fraction or exponent.
    [[nodiscard]] COREST_DECL std::int64_t int64(std::int64_t least = INT64_MIN, std::int64_t most = INT64_MAX);
    [[nodiscard]] COREST_DECL std::uint64_t uint64(std::uint64_t most = UINT64_MAX);
    /// Any number, correctly rounded. A number beyond double's range is a wrong_type error.
    [[nodiscard]] COREST_DECL double number();
    /// The exact text of a number.
    [[nodiscard]] COREST_DECL std::string_view number_text();
    /// A decoded string: a view of the text where it holds no escapes, else of `scratch`, which is overwritten.
    [[nodiscard]] COREST_DECL std::string_view string(std::string& scratch);
    /// What stands between the quotes, checked but not decoded.
    [[nodiscard]] COREST_DECL std::string_view string_text(bool& escaped);

    /// Checks and skips a value of any kind. \return its exact text
    COREST_DECL std::string_view skip();

    /// Enters an object. Then `next_key` until it says false; after each key, read or skip its value.
    COREST_DECL void begin_object();
    /// The next key, decoded as `string` does. False: the object ended.
    [[nodiscard]] COREST_DECL bool next_key(std::string_view& key, std::string& scratch);
    /// Enters an array. Then `next_element` until it says false; after each true, read or skip a value.
    COREST_DECL void begin_array();
    [[nodiscard]] COREST_DECL bool next_element();

    /// Nothing but white space may follow.
    COREST_DECL void finish();

    /// Where the next value begins, counted in bytes from the text's begin.
    [[nodiscard]] std::size_t offset() noexcept
    {
        skip_space();
        return position();
    }
    /// How far it has read, counted in bytes: the end of the last value, key or bracket (before the white space after
    /// it).
    [[nodiscard]] std::size_t position() const noexcept { return static_cast<std::size_t>(at_ - begin_); }
    /// The whole text.
    [[nodiscard]] std::string_view text() const noexcept { return {begin_, static_cast<std::size_t>(end_ - begin_)}; }

    /// Throws error (wrong_type): the value at an offset is not what was expected ("an integer").
    [[noreturn]] COREST_DECL void fail_type(std::size_t offset, std::string_view expected) const;

private:
    void skip_space() noexcept
    {
        while (at_ != end_ && *at_ <= ' ' && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) {
            ++at_;
        }
    }
    /// True where that character comes next.
    [[nodiscard]] bool at(char c) const noexcept { return at_ != end_ && *at_ == c; }

    COREST_DECL void skip_word(std::string_view word);
    COREST_DECL void skip_number();
    COREST_DECL void skip_scalar();
    COREST_DECL void skip_container();
    COREST_DECL void skip_key();
    [[nodiscard]] COREST_DECL const char* skip_escape(const char* p);
    [[nodiscard]] COREST_DECL std::string_view take_string(bool& escaped);
    COREST_DECL void enter();
    COREST_DECL void expect(char c, const char* expected);
    [[noreturn]] COREST_DECL void fail(const char* expected) const;
    [[noreturn]] COREST_DECL void fail_at(const char* p, const char* expected);
    [[noreturn]] COREST_DECL void refuse(const std::string& why) const;

    const char* begin_;
    const char* at_;
    const char* end_;
    const char* subject_;
    std::size_t depth_ = 0;
    bool fresh_ = false; // an array or object was entered, and nothing in it was read
};

/// Checks that a text is exactly one JSON value, in full.
/// \throws error (not_json)
COREST_DECL void validate(std::string_view json, const char* subject = "the text");

/// Appends a JSON text without the white space between its tokens (so that it is one line), checking it in full.
/// \throws error (not_json); `out` is then as it was
COREST_DECL void append_minified(std::string& out, std::string_view json, const char* subject = "the text");

/// Appends a text as a JSON string, with its quotes.
COREST_DECL void append_quoted(std::string& out, std::string_view text);

/// The value of a JSON text as text: a string decoded, everything else as it is written (`7`, `true`, `{"a":1}`).
[[nodiscard]] COREST_DECL std::string to_text(std::string_view json);

namespace detail {

/// Appends the decoded form of what stands between quotes; it must have been checked.
COREST_DECL void append_unescaped(std::string& out, std::string_view checked);

/// The path of the value that begins at an offset, as people write it: `owner.tags[2]`; empty at the root.
[[nodiscard]] COREST_DECL std::string path_at(std::string_view json, std::size_t offset);

/// The first `most` bytes of a text with everything but printable ASCII replaced: safe to show.
[[nodiscard]] COREST_DECL std::string printable(std::string_view text, std::size_t most = 40);

/// What there is to choose from at a place: "has id, name, and 3 more", "is an array of 2 elements", "is null".
[[nodiscard]] COREST_DECL std::string describe_content(std::string_view json);

} // namespace detail

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/select/impl/json_reader.ipp>
#endif
