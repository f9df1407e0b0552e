#pragma once

#include <corest/source/plan/secrets.hpp>

#include <corest/error.hpp>
#include <corest/source/schema/dictionary.hpp>
#include <corest/source/read/text_position.hpp>
#include <corest/source/read/read_source.hpp>
#include <corest/detail/utf8.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

namespace corest::source {

namespace detail {

// The part of TOML 1.0 that files of secrets are made of. Its messages show nothing of the text.
class toml_reader {
public:
    toml_reader(std::string_view text, std::string_view name, std::map<std::string, secret, std::less<>>& out)
        : text_(text),
          name_(name),
          out_(out)
    {
    }

    void read()
    {
        for (skip_lines(); !at_end(); skip_lines()) {
            if (peek() == '[') {
                ++position_;
                if (peek() == '[') {
                    fail("lists of tables are not supported", "Write [table] and key = \"value\"");
                }
                table_ = key();
                expect(']');
                table_ += '.';
            } else {
                const std::size_t begin = position_;
                const std::string name = table_ + key();
                expect('=');
                if (!out_.emplace(name, value()).second) {
                    position_ = begin;
                    fail("the key stands twice", "Remove one of them");
                }
            }
            end_of_line();
        }
    }

private:
    [[nodiscard]] bool at_end() const noexcept { return position_ >= text_.size(); }
    [[nodiscard]] char peek(std::size_t ahead = 0) const noexcept
    {
        return position_ + ahead < text_.size() ? text_[position_ + ahead] : '\0';
    }
    [[noreturn]] void fail(const std::string& message, std::string hint = {}) const
    {
        throw error_at(name_, text_, std::min(position_, text_.size()), message, std::move(hint));
    }
    void skip_blanks() noexcept
    {
        while (peek() == ' ' || peek() == '\t') {
            ++position_;
        }
    }
    void skip_comment() noexcept
    {
        if (peek() == '#') {
            position_ = std::min(text_.find('\n', position_), text_.size());
        }
    }
    void skip_lines() noexcept
    {
        for (;; ++position_) {
            skip_blanks();
            skip_comment();
            if (peek() != '\n' && peek() != '\r') {
                return;
            }
        }
    }
    void end_of_line()
    {
        skip_blanks();
        skip_comment();
        if (!at_end() && peek() != '\n' && !(peek() == '\r' && peek(1) == '\n')) {
            fail("expected the end of the line");
        }
    }
    void expect(char c)
    {
        skip_blanks();
        if (at_end() || peek() != c) {
            fail("expected " + in_quotes(std::string_view(&c, 1)), "A line is [table], key = \"value\" or # a comment");
        }
        ++position_;
        skip_blanks();
    }
    static bool in_bare_key(char c) noexcept
    {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }

    std::string key()
    {
        std::string out;
        for (;;) {
            skip_blanks();
            if (peek() == '"' || peek() == '\'') {
                out += quoted_text(false);
            } else {
                const std::size_t begin = position_;
                while (in_bare_key(peek())) {
                    ++position_;
                }
                if (position_ == begin) {
                    fail("expected a key", "A line is [table], key = \"value\" or # a comment");
                }
                out += text_.substr(begin, position_ - begin);
            }
            skip_blanks();
            if (peek() != '.') {
                return out;
            }
            out += '.';
            ++position_;
        }
    }

    secret value()
    {
        if (peek() == '"' || peek() == '\'') {
            return quoted_text(true);
        }
        const std::size_t begin = position_;
        while (in_bare_key(peek()) || peek() == '.' || peek() == '+') {
            ++position_;
        }
        std::string word(text_.substr(begin, position_ - begin));
        const bool number = word.find_first_not_of("0123456789._+-eE") == std::string::npos
            && word.find_first_of("0123456789") != std::string::npos;
        if (word.empty() || (!number && word != "true" && word != "false")) {
            position_ = begin;
            fail("expected a text in quotes, a number, true or false", "Put the value in quotes");
        }
        return word;
    }

    std::string quoted_text(bool may_be_long)
    {
        const std::size_t begin = position_;
        const char quote = peek();
        const bool triple = may_be_long && peek(1) == quote && peek(2) == quote;
        position_ += triple ? 3 : 1;
        if (triple && peek() == '\r' && peek(1) == '\n') {
            ++position_;
        }
        if (triple && peek() == '\n') {
            ++position_; // a line end right after the quotes is no part of the text
        }
        std::string out;
        for (;;) {
            if (at_end() || (peek() == '\n' && !triple)) {
                position_ = begin;
                fail("the text that begins here is never ended");
            }
            if (peek() == quote && (!triple || (peek(1) == quote && peek(2) == quote))) {
                position_ += triple ? 3 : 1;
                return out;
            }
            if (peek() == '\\' && quote == '"') {
                escape(out, triple);
            } else {
                out += text_[position_++];
            }
        }
    }

    void escape(std::string& out, bool triple)
    {
        const char c = peek(1);
        position_ += 2;
        switch (c) {
        case 'b':
            out += '\b';
            return;
        case 't':
            out += '\t';
            return;
        case 'n':
            out += '\n';
            return;
        case 'f':
            out += '\f';
            return;
        case 'r':
            out += '\r';
            return;
        case '"':
        case '\\':
            out += c;
            return;
        case 'u':
        case 'U': {
            const std::size_t digits = c == 'u' ? 4 : 8;
            std::uint32_t code = 0;
            const auto part = text_.substr(position_, digits);
            const auto [end, ec] = std::from_chars(part.data(), part.data() + part.size(), code, 16);
            if (part.size() != digits || ec != std::errc() || end != part.data() + digits || code > 0x10FFFF
                || (code >= 0xD800 && code < 0xE000))
            {
                position_ -= 2;
                fail("the escape is no character of Unicode");
            }
            position_ += digits;
            corest::detail::append_utf8(out, code);
            return;
        }
        default:
            break;
        }
        if (triple && (c == '\n' || c == '\r' || c == ' ' || c == '\t')) {
            --position_;
            while (peek() == '\n' || peek() == '\r' || peek() == ' ' || peek() == '\t') {
                ++position_;
            }
            return;
        }
        position_ -= 2;
        fail("the escape is not known", "Use single quotes for a text with backslashes");
    }

    std::string_view text_;
    std::string_view name_;
    std::map<std::string, secret, std::less<>>& out_;
    std::string table_;
    std::size_t position_ = 0;
};

COREST_DECL void flatten_secrets(const boost::json::object& object, const std::string& prefix, std::string_view name,
    std::map<std::string, secret, std::less<>>& out)
{
    for (const auto& member : object) {
        const std::string key = prefix + std::string(member.key());
        const auto& v = member.value();
        if (const auto* inner = v.if_object()) {
            flatten_secrets(*inner, key + ".", name, out);
        } else if (const auto* text = v.if_string()) {
            out.insert_or_assign(key, secret(std::string(*text)));
        } else if (v.is_number()) {
            out.insert_or_assign(key, secret(number_text(v)));
        } else if (const auto* flag = v.if_bool()) {
            out.insert_or_assign(key, secret(*flag ? "true" : "false"));
        } else if (!v.is_null()) {
            throw error(errc::invalid_source, std::string(name) + ": the secret " + in_quotes(key) + " is a list",
                "A secret is a text");
        }
    }
}

COREST_DECL std::string upper_name(std::string_view name, std::string_view separator)
{
    std::string out;
    for (const char c : name) {
        if (c >= 'a' && c <= 'z') {
            out += static_cast<char>(c - 'a' + 'A');
        } else if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_') {
            out += c;
        } else if (c == '.') {
            out += separator;
        } else {
            out += '_';
        }
    }
    return out;
}

} // namespace detail

COREST_DECL secret_store::secret_store()
    : secret_store([](const std::string& name) -> std::optional<std::string> {
          const char* value = std::getenv(name.c_str());
          return value == nullptr ? std::nullopt : std::optional<std::string>(value);
      })
{
}

COREST_DECL std::vector<std::string> secret_store::add_file(const std::string& path)
{
    add_text(detail::read_text_file(path, "secrets"), path);
    std::vector<std::string> warnings;
    std::error_code ec;
    const auto status = std::filesystem::status(path, ec);
    using std::filesystem::perms;
    if (!ec && std::filesystem::is_regular_file(status)
        && (status.permissions() & (perms::group_read | perms::others_read)) != perms::none)
    {
        warnings.push_back(
            "the secrets file " + detail::in_quotes(path) + " can be read by other users; chmod 600 mends that");
    }
    return warnings;
}

COREST_DECL void secret_store::add_text(std::string_view text, std::string_view name)
{
    std::map<std::string, secret, std::less<>> added;
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first != std::string_view::npos && text[first] == '{') {
        const boost::json::value v = detail::read_strict_json(text, name);
        detail::flatten_secrets(v.get_object(), {}, name, added);
    } else {
        detail::toml_reader(text, name, added).read();
    }
    for (auto& [key, value] : added) {
        values_.insert_or_assign(key, std::move(value));
    }
}

COREST_DECL std::optional<secret> secret_store::find(std::string_view name) const
{
    for (const std::string& key : {variable(name), detail::upper_name(name, "__"), std::string(name)}) {
        if (environment_) {
            if (auto value = environment_(key); value && !value->empty()) {
                return secret(std::move(*value));
            }
        }
    }
    const auto found = values_.find(name);
    return found == values_.end() ? std::nullopt : std::optional<secret>(found->second);
}

COREST_DECL std::string secret_store::variable(std::string_view name)
{
    return detail::upper_name(name, "_");
}

} // namespace corest::source
