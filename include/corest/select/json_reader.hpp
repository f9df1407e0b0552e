#pragma once

/// \file
/// A pull parser over a JSON text (RFC 8259): one pass, no copies, every byte checked, numbers kept as text until asked
/// for. Records are read with it; whole pages are cut by `cut_page`, which is faster and checks less.

#include <corest/config.hpp>
#include <corest/detail/text.hpp>
#include <corest/select/detail/json_text.hpp>

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
          current_(text.data()),
          end_(text.data() + text.size()),
          subject_(subject)
    {
    }

    /// The kind of the value that comes next.
    [[nodiscard]] COREST_DECL json_kind kind();

    /// Takes `null` if it comes next. \return whether it did
    [[nodiscard]] COREST_DECL bool null();
    /// `true` or `false`.
    [[nodiscard]] COREST_DECL bool boolean();
    /// An integer from `least` to `most`, written without fraction or exponent.
    [[nodiscard]] std::int64_t int64(std::int64_t least = INT64_MIN, std::int64_t most = INT64_MAX)
    {
        skip_space();
        const bool negative = next_is('-');
        std::uint64_t digits = 0;
        if (const char* const end = short_integer(current_ + (negative ? 1 : 0), digits)) {
            const auto size = static_cast<std::int64_t>(digits);
            const std::int64_t value = negative ? -size : size;
            if (value >= least && value <= most) {
                current_ = end;
                return value;
            }
        }
        return long_int64(least, most);
    }
    /// An integer from 0 to `most`, written without fraction or exponent.
    [[nodiscard]] COREST_DECL std::uint64_t uint64(std::uint64_t most = UINT64_MAX);
    /// Any number, correctly rounded. A number beyond double's range is a wrong_type error.
    [[nodiscard]] COREST_DECL double number();
    /// The exact text of a number.
    [[nodiscard]] COREST_DECL std::string_view number_text();
    /// A decoded string: a view of the text where it holds no escapes, else of `scratch`, which is overwritten.
    [[nodiscard]] std::string_view string(std::string& scratch)
    {
        bool escaped = false;
        const std::string_view inside = string_text(escaped);
        return escaped ? unescape(inside, scratch) : inside;
    }
    /// What stands between the quotes, checked but not decoded.
    [[nodiscard]] std::string_view string_text(bool& escaped)
    {
        skip_space();
        if (!next_is('"')) {
            fail_kind("a string");
        }
        fresh_ = false;
        escaped = false;
        return take_string(escaped);
    }

    /// Checks and skips a value of any kind. \return its exact text
    COREST_DECL std::string_view skip();
    /// The same. \param[out] spaced whether white space stands between its tokens
    COREST_DECL std::string_view skip(bool& spaced);

    /// Takes the value that comes next as read and checked: it ends at an offset, which the caller has
    /// found by other means.
    void pass(std::size_t end) noexcept
    {
        current_ = begin_ + end;
        fresh_ = false;
    }

    /// Enters an object. Then `next_key` until it says false; after each key, read or skip its value.
    void begin_object()
    {
        skip_space();
        if (!next_is('{')) {
            fail_kind("an object");
        }
        enter();
    }
    /// The next key, decoded as `string` does. False: the object ended.
    [[nodiscard]] bool next_key(std::string_view& key, std::string& scratch)
    {
        const char* p = past_space(current_);
        if (p != end_ && *p == '}') {
            current_ = p;
            leave();
            return false;
        }
        if (!fresh_) {
            if (p == end_ || *p != ',') {
                fail_at(p, "',' or '}'");
            }
            p = past_space(p + 1);
        }
        if (p == end_ || *p != '"') {
            fail_at(p, fresh_ ? "a key or '}'" : "a key");
        }
        bool escaped = false;
        const char* const begin = p + 1;
        p = string_end(begin, escaped);
        key = std::string_view(begin, static_cast<std::size_t>(p - begin));
        if (escaped) {
            key = unescape(key, scratch);
        }
        p = past_space(p + 1);
        if (p == end_ || *p != ':') {
            fail_at(p, "':'");
        }
        current_ = p + 1;
        fresh_ = false;
        return true;
    }
    /// Takes the next key if it is written exactly like that, without white space before the colon. Faster than
    /// `next_key` where it is known which key comes next; if it says false, ask that.
    /// \pre `name` needs no escapes and is UTF-8
    [[nodiscard]] bool take_key(std::string_view name) noexcept
    {
        const char* p = past_space(current_);
        if (!fresh_) {
            if (p == end_ || *p != ',') {
                return false;
            }
            p = past_space(p + 1);
        }
        if (!is_key(p, name)) {
            return false;
        }
        current_ = p + name.size() + 3;
        fresh_ = false;
        return true;
    }
    /// Enters an object and goes to the value of its first key of that name.
    /// \return whether there is one; if not, the object ended, or the value is no object and still comes next
    [[nodiscard]] COREST_DECL bool find_key(std::string_view name);
    /// Enters an array. Then `next_element` until it says false; after each true, read or skip a value.
    void begin_array()
    {
        skip_space();
        if (!next_is('[')) {
            fail_kind("an array");
        }
        enter();
    }
    /// True: a value comes next. False: the array ended.
    [[nodiscard]] bool next_element()
    {
        skip_space();
        if (next_is(']')) {
            leave();
            return false;
        }
        if (fresh_) {
            fresh_ = false;
        } else {
            expect(',', "',' or ']'");
        }
        return true;
    }

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
    [[nodiscard]] std::size_t position() const noexcept { return static_cast<std::size_t>(current_ - begin_); }
    /// The whole text.
    [[nodiscard]] std::string_view text() const noexcept { return {begin_, static_cast<std::size_t>(end_ - begin_)}; }

    /// Throws error (wrong_type): the value at an offset is not what was expected ("an integer").
    [[noreturn]] COREST_DECL void fail_type(std::size_t offset, std::string_view expected) const;

private:
    [[nodiscard, gnu::always_inline]] const char* past_space(const char* p) const noexcept
    {
        return p == end_ || *p > ' ' ? p : past_more_space(p);
    }
    [[gnu::always_inline]] void skip_space() noexcept { current_ = past_space(current_); }
    /// True where that character comes next.
    [[nodiscard]] bool next_is(char c) const noexcept { return current_ != end_ && *current_ == c; }

    void expect(char c, const char* expected)
    {
        skip_space();
        if (!next_is(c)) {
            fail(expected);
        }
        ++current_;
    }
    /// Takes an opening bracket.
    void enter()
    {
        if (++depth_ > max_depth) {
            fail_depth();
        }
        ++current_;
        fresh_ = true;
    }
    /// Takes a closing bracket.
    void leave() noexcept
    {
        ++current_;
        --depth_;
        fresh_ = false;
    }
    /// Takes the string whose opening quote comes next. \return what stands between the quotes
    [[nodiscard]] std::string_view take_string(bool& escaped)
    {
        const char* const begin = current_ + 1;
        const char* const close = string_end(begin, escaped);
        current_ = close + 1;
        return {begin, static_cast<std::size_t>(close - begin)};
    }
    /// \param p behind the opening quote \return at the closing one
    [[nodiscard]] const char* string_end(const char* p, bool& escaped)
    {
        const char* const plain = detail::skip_plain(p, end_);
        return plain && *plain == '"' ? plain : long_string_end(p, escaped);
    }
    /// The end of an integer of 18 digits or less without sign, null where something else is at `p`.
    [[nodiscard]] const char* short_integer(const char* p, std::uint64_t& value) const noexcept
    {
        const char* const begin = p;
        p = detail::read_digits(p, end_, value);
        if (p - begin > 18) {
            return nullptr;
        }
        const bool one = p != begin && (*begin != '0' || p - begin == 1);
        const bool ends = p == end_ || (*p != '.' && (*p | 0x20) != 'e');
        return one && ends ? p : nullptr;
    }

    [[nodiscard]] COREST_DECL const char* past_more_space(const char* p) const noexcept;
    [[nodiscard]] COREST_DECL const char* short_decimal(const char* p, double& value) const noexcept;
    COREST_DECL std::int64_t long_int64(std::int64_t least, std::int64_t most);
    [[nodiscard]] COREST_DECL const char* long_string_end(const char* begin, bool& escaped);
    [[nodiscard]] COREST_DECL const char* word_end(const char* p, std::string_view word);
    [[nodiscard]] COREST_DECL const char* number_end(const char* p);
    [[nodiscard]] COREST_DECL const char* scalar_end(const char* p);
    [[nodiscard]] COREST_DECL const char* container_end(const char* p);
    [[nodiscard]] COREST_DECL const char* key_end(const char* p);
    [[nodiscard]] const char* key_end(const char* p, std::string_view name, bool plain, bool& same);
    /// True where `"name":` stands.
    [[nodiscard]] bool is_key(const char* p, std::string_view name) const noexcept
    {
        return static_cast<std::size_t>(end_ - p) >= name.size() + 3 && *p == '"' && p[name.size() + 1] == '"'
            && p[name.size() + 2] == ':' && detail::same_bytes(p + 1, name.data(), name.size());
    }
    [[nodiscard]] const char* value_end(const char* p)
    {
        return p != end_ && (*p == '{' || *p == '[') ? container_end(p) : scalar_end(p);
    }
    [[nodiscard]] COREST_DECL static bool is_escaped(std::string_view checked, std::string_view text);
    [[nodiscard]] COREST_DECL const char* escape_end(const char* p);
    [[nodiscard]] COREST_DECL static std::string_view unescape(std::string_view checked, std::string& scratch);
    [[noreturn]] COREST_DECL void fail(const char* expected) const;
    [[noreturn]] COREST_DECL void fail_at(const char* p, const char* expected);
    [[noreturn]] COREST_DECL void fail_kind(const char* expected);
    [[noreturn]] COREST_DECL void fail_depth() const;
    [[noreturn]] COREST_DECL void refuse(const std::string& reason) const;

    const char* begin_;
    const char* current_;
    const char* end_;
    const char* subject_;
    std::size_t depth_ = 0;
    bool fresh_ = false;          // an array or object was entered, and nothing in it was read
    mutable bool spaced_ = false; // white space was passed
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

/// What there is to choose from at a place: "has id, name, and 3 more", "is an array of 2 elements", "is null".
[[nodiscard]] COREST_DECL std::string describe_content(std::string_view json);

} // namespace detail

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/select/impl/json_reader.ipp>
#endif
