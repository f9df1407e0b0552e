#pragma once

/// \file
/// Reads Python's expressions (its language reference, chapter 6) into trees. Not for users.

#include <corest/config.hpp>
#include <corest/source/read/python_script.hpp>
#include <corest/source/read/python_syntax.hpp>
#include <corest/source/read/python_tokens.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace corest::source::detail {

/// Goes through tokens, and reads expressions from them. Its messages show no part of the text but keywords, marks
/// and the keys of dictionaries: a credential without its quotes must not be printed.
class expression_parser {
public:
    /// \param script referred to \param tokens referred to; the last is an `end`
    expression_parser(const python_script& script, const std::vector<token>& tokens) : script_(script), tokens_(tokens)
    {
    }

    /// One expression.
    /// \throws error (invalid_source) where there is none, or it is nested too deep
    [[nodiscard]] COREST_DECL python_node expression();
    /// One expression, or several with commas between them as a tuple.
    [[nodiscard]] COREST_DECL python_node expression_list();

    /// The token that comes next, or one behind it.
    [[nodiscard]] COREST_DECL const token& peek(std::size_t ahead = 0) const noexcept;
    [[nodiscard]] COREST_DECL std::string_view text_of(const token& t) const noexcept;
    /// Whether this mark or keyword comes next.
    [[nodiscard]] COREST_DECL bool is(std::string_view word, std::size_t ahead = 0) const noexcept;
    [[nodiscard]] bool is(token_kind kind) const noexcept { return peek().kind == kind; }
    /// Passes over the next token. \return it
    COREST_DECL const token& take() noexcept;
    /// Passes over this mark or keyword, where it comes next.
    COREST_DECL bool take(std::string_view word) noexcept;
    /// \throws error (invalid_source) where this mark does not come next
    COREST_DECL void expect(std::string_view word);
    /// \throws error (invalid_source) where no name comes next
    COREST_DECL std::string expect_name();
    [[noreturn]] COREST_DECL void fail(const std::string& message, std::string hint = {}) const;
    /// What comes next, for a message: marks are shown, anything else only described.
    [[nodiscard]] COREST_DECL std::string found() const;
    [[nodiscard]] const python_script& script() const noexcept { return script_; }

private:
    friend class nesting_level;
    friend class recursion_level;

    python_node operation(int least_level);
    python_node operand();
    python_node primary();
    python_node atom();
    python_node name_or_keyword();
    python_node lambda();
    python_node call(python_node function);
    python_node argument();
    python_node subscript(python_node object);
    python_node index();
    python_node parenthesized();
    python_node list();
    python_node braces();
    python_node comprehension(python_node element, std::size_t offset, std::string_view what);
    python_node texts();
    void add_fields(python_node& out, const token& t, bool raw, std::size_t begin, std::size_t end);
    python_node field(const token& t, std::size_t begin, std::size_t end);
    void close(std::size_t open, std::string_view mark, const std::string& after);
    python_node other(std::size_t offset, std::string what, std::vector<python_node> parts = {}) const;

    const python_script& script_;
    const std::vector<token>& tokens_;
    std::size_t next_ = 0;
    std::size_t brackets_ = 0;
    std::size_t recursion_ = 0;
};

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/read/impl/python_expressions.ipp>
#endif
