#pragma once

/// \file
/// Interoperable regular expressions (RFC 9485). Not for users.

#include <corest/config.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::detail {

/// A regular expression. A value. Matching takes time in proportion to text and expression, whatever they hold.
///
/// Besides what RFC 9485 has, `^` and `$` stand for the text's beginning and end, as most engines have it.
class i_regexp {
public:
    /// \return nothing where the text is no such expression, or one with repetitions that are too large
    [[nodiscard]] COREST_DECL static std::optional<i_regexp> parse(std::string_view text);

    /// Whether the whole text matches. \param text UTF-8
    [[nodiscard]] COREST_DECL bool matches(std::string_view text) const;
    /// Whether a part of the text matches. \param text UTF-8
    [[nodiscard]] COREST_DECL bool occurs_in(std::string_view text) const;

    /// What one character may be.
    class char_class {
    public:
        /// Characters from `first` to `last`.
        class range {
        public:
            range(std::uint32_t from, std::uint32_t to) : first(from), last(to) {}
            std::uint32_t first;
            std::uint32_t last;
        };
        /// Characters of a category, "L" or "Lu", or all others.
        class category {
        public:
            category(std::string category_name, bool all_others) : name(std::move(category_name)), negated(all_others)
            {
            }
            std::string name;
            bool negated;
        };

        [[nodiscard]] COREST_DECL bool holds(std::uint32_t c) const noexcept;

        std::vector<range> ranges;
        std::vector<category> categories;
        bool negated = false; ///< it is all others
    };

    /// A step of the program that an expression is compiled to. Jumps are relative, so that a part can be repeated.
    class instruction {
    public:
        /// What it does.
        enum class action { take, fork, jump, begin, end, accept };
        explicit instruction(action a, std::ptrdiff_t to = 1, std::ptrdiff_t or_to = 1)
            : what(a),
              first(to),
              second(or_to)
        {
        }
        action what;
        std::ptrdiff_t first;    ///< of a fork and a jump: where to go on
        std::ptrdiff_t second;   ///< of a fork: where to go on as well
        std::size_t content = 0; ///< of `take`: which class
    };

private:
    i_regexp() = default;
    [[nodiscard]] COREST_DECL bool run(std::string_view text, bool whole) const;

    std::vector<char_class> classes_;
    std::vector<instruction> program_;
};

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/select/impl/i_regexp.ipp>
#endif
