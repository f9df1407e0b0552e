#pragma once

#include <corest/select/i_regexp.hpp>

#include <corest/detail/utf8.hpp>
#include <corest/select/unicode_category.hpp>

#include <algorithm>
#include <array>
#include <span>

namespace corest::detail {

namespace i_regexps {

/// The code points of a text.
[[nodiscard]] COREST_DECL std::vector<std::uint32_t> code_points(std::string_view text)
{
    std::vector<std::uint32_t> all;
    const char* const end = text.data() + text.size();
    for (const char* p = text.data(); p != end;) {
        const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(p[i])); };
        const std::size_t size = std::max<std::size_t>(utf8_size(p, end), 1);
        std::uint32_t c = size == 1 ? byte(0) : byte(0) & (0xFFU >> (size + 1));
        for (std::size_t i = 1; i < size; ++i) {
            c = c << 6U | (byte(i) & 0x3FU);
        }
        all.push_back(c);
        p += size;
    }
    return all;
}

/// Reads an expression and compiles it.
class compiler {
public:
    using instruction = i_regexp::instruction;
    using action = instruction::action;
    using char_class = i_regexp::char_class;
    using code = std::vector<instruction>;

    compiler(std::string_view text, std::vector<char_class>& classes) : text_(code_points(text)), classes_(classes) {}

    /// \return nothing where it is no expression
    std::optional<code> compile()
    {
        code all = read_branches(0);
        if (failed_ || position_ != text_.size()) {
            return std::nullopt;
        }
        all.emplace_back(action::accept);
        return all;
    }

private:
    static constexpr std::size_t most_instructions = 20000;
    static constexpr std::size_t most_nesting = 100;

    [[nodiscard]] bool done() const noexcept { return failed_ || position_ == text_.size(); }
    [[nodiscard]] bool next_is(char c) const noexcept
    {
        return !done() && text_[position_] == static_cast<unsigned char>(c);
    }
    bool accept(char c) noexcept
    {
        const bool is_it = next_is(c);
        position_ += is_it ? 1 : 0;
        return is_it;
    }
    void fail() noexcept { failed_ = true; }
    std::uint32_t take() noexcept { return text_[position_++]; }

    code read_branches(std::size_t depth)
    {
        if (depth > most_nesting) {
            fail();
            return {};
        }
        code all = read_branch(depth);
        while (accept('|')) {
            const code other = read_branch(depth);
            code either;
            either.emplace_back(action::fork, 1, static_cast<std::ptrdiff_t>(all.size()) + 2);
            append(either, all);
            either.emplace_back(action::jump, static_cast<std::ptrdiff_t>(other.size()) + 1);
            append(either, other);
            all = std::move(either);
        }
        return all;
    }

    code read_branch(std::size_t depth)
    {
        code all;
        while (!done() && !next_is('|') && !next_is(')')) {
            const code atom = read_atom(depth);
            if (failed_) {
                return {};
            }
            append(all, read_quantifier(atom));
        }
        return all;
    }

    void append(code& all, const code& more)
    {
        if (all.size() + more.size() > most_instructions) {
            fail();
            return;
        }
        all.insert(all.end(), more.begin(), more.end());
    }

    [[nodiscard]] std::optional<std::size_t> read_count()
    {
        std::optional<std::size_t> count;
        while (!done() && text_[position_] >= '0' && text_[position_] <= '9') {
            count = std::min<std::size_t>(count.value_or(0) * 10 + (take() - '0'), most_instructions);
        }
        return count;
    }

    code read_quantifier(const code& atom)
    {
        if (accept('*')) {
            return repeated(atom, 0, std::nullopt);
        }
        if (accept('+')) {
            return repeated(atom, 1, std::nullopt);
        }
        if (accept('?')) {
            return repeated(atom, 0, 1);
        }
        if (!accept('{')) {
            return atom;
        }
        const auto least = read_count();
        auto most = least;
        if (accept(',')) {
            most = read_count();
        }
        if (!least || !accept('}') || (most && *most < *least)) {
            fail();
            return {};
        }
        return repeated(atom, *least, most);
    }

    code repeated(const code& atom, std::size_t least, std::optional<std::size_t> most)
    {
        const auto size = static_cast<std::ptrdiff_t>(atom.size());
        code all;
        for (std::size_t i = 0; i < least && !failed_; ++i) {
            append(all, atom);
        }
        if (!most) {
            all.emplace_back(action::fork, 1, size + 2);
            append(all, atom);
            all.emplace_back(action::jump, -size - 1);
            return all;
        }
        for (std::size_t i = least; i < *most && !failed_; ++i) {
            all.emplace_back(action::fork, 1, size + 1);
            append(all, atom);
        }
        return all;
    }

    [[nodiscard]] code one(char_class content)
    {
        code made;
        made.emplace_back(action::take);
        made.back().content = classes_.size();
        classes_.push_back(std::move(content));
        return made;
    }

    [[nodiscard]] static char_class single(std::uint32_t c)
    {
        char_class made;
        made.ranges.emplace_back(c, c);
        return made;
    }

    code read_atom(std::size_t depth)
    {
        if (accept('(')) {
            code inside = read_branches(depth + 1);
            if (!accept(')')) {
                fail();
            }
            return inside;
        }
        if (accept('^')) {
            return {instruction(action::begin)};
        }
        if (accept('$')) {
            return {instruction(action::end)};
        }
        if (accept('.')) {
            char_class any;
            any.ranges.emplace_back('\n', '\n');
            any.ranges.emplace_back('\r', '\r');
            any.negated = true;
            return one(std::move(any));
        }
        if (accept('[')) {
            return one(read_class());
        }
        char_class content;
        if (accept('\\')) {
            read_escape(content);
            return one(std::move(content));
        }
        constexpr std::string_view special = "?*+)[]{}|";
        const std::uint32_t c = take();
        if (c < 0x80 && special.find(static_cast<char>(c)) != special.npos) {
            fail();
        }
        return one(single(c));
    }

    /// What follows a backslash: a character, which is returned, or a category, which is added.
    std::optional<std::uint32_t> read_escape(char_class& into)
    {
        if (done()) {
            fail();
            return std::nullopt;
        }
        constexpr std::string_view itself = "()*+-.?[\\]^{|}$";
        const std::uint32_t c = take();
        if (c == 'p' || c == 'P') {
            read_category(into, c == 'P');
            return std::nullopt;
        }
        std::optional<std::uint32_t> meant;
        if (c == 'n' || c == 'r' || c == 't') {
            meant = c == 'n' ? '\n' : c == 'r' ? '\r' : '\t';
        } else if (c < 0x80 && itself.find(static_cast<char>(c)) != itself.npos) {
            meant = c;
        } else {
            fail();
            return std::nullopt;
        }
        into.ranges.emplace_back(*meant, *meant);
        return meant;
    }

    void read_category(char_class& into, bool negated)
    {
        constexpr std::array<std::string_view, 36> known = {"L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn",
            "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "Z", "Zl", "Zp", "Zs", "S", "Sc",
            "Sk", "Sm", "So", "C", "Cc", "Cf", "Cn", "Co"};
        std::string name;
        bool good = accept('{');
        while (!done() && !next_is('}') && name.size() < 3) {
            name.push_back(static_cast<char>(take() & 0x7FU));
        }
        good = accept('}') && good && std::find(known.begin(), known.end(), name) != known.end();
        if (!good) {
            fail();
            return;
        }
        into.categories.emplace_back(std::move(name), negated);
    }

    /// Behind the opening bracket.
    char_class read_class()
    {
        char_class made;
        made.negated = accept('^');
        if (accept('-')) {
            made.ranges.emplace_back('-', '-');
        }
        while (!done() && !next_is(']')) {
            if (accept('-')) { // only as the last one
                made.ranges.emplace_back('-', '-');
                if (!next_is(']')) {
                    fail();
                }
                break;
            }
            const std::optional<std::uint32_t> first = read_class_character(made);
            if (first && next_is('-') && position_ + 1 < text_.size() && text_[position_ + 1] != ']') {
                ++position_;
                char_class unused;
                const auto last = read_class_character(unused);
                if (!last || *last < *first) {
                    fail();
                    return made;
                }
                made.ranges.emplace_back(*first, *last);
            }
        }
        if (!accept(']') || (made.ranges.empty() && made.categories.empty())) {
            fail();
        }
        return made;
    }

    std::optional<std::uint32_t> read_class_character(char_class& into)
    {
        if (done()) {
            fail();
            return std::nullopt;
        }
        if (accept('\\')) {
            return read_escape(into);
        }
        const std::uint32_t c = take();
        if (c == '[' || c == ']' || c == '-') {
            fail();
        }
        into.ranges.emplace_back(c, c);
        return c;
    }

    std::vector<std::uint32_t> text_;
    std::size_t position_ = 0;
    bool failed_ = false;
    std::vector<char_class>& classes_;
};

/// The places in a program where a match may stand.
class place_set {
public:
    place_set(std::span<const i_regexp::instruction> program, std::size_t length)
        : program_(program),
          length_(length),
          marks_(program.size(), 0)
    {
    }

    /// Begins anew.
    void clear() noexcept
    {
        places_.clear();
        ++round_;
    }
    /// Adds a place, and those that it leads to without a character. \param at how many characters were taken
    void add(std::size_t place, std::size_t at)
    {
        using action = i_regexp::instruction::action;
        pending_.push_back(place);
        while (!pending_.empty()) {
            const std::size_t p = pending_.back();
            pending_.pop_back();
            if (marks_[p] == round_) {
                continue;
            }
            marks_[p] = round_;
            const auto& step = program_[p];
            switch (step.what) {
            case action::fork:
                pending_.push_back(moved(p, step.second));
                pending_.push_back(moved(p, step.first));
                break;
            case action::jump:
                pending_.push_back(moved(p, step.first));
                break;
            case action::begin:
            case action::end:
                if (at == (step.what == action::begin ? 0 : length_)) {
                    pending_.push_back(p + 1);
                }
                break;
            case action::take:
            case action::accept:
                places_.push_back(p);
            }
        }
    }
    [[nodiscard]] const std::vector<std::size_t>& places() const noexcept { return places_; }

private:
    [[nodiscard]] static std::size_t moved(std::size_t p, std::ptrdiff_t by) noexcept
    {
        return static_cast<std::size_t>(static_cast<std::ptrdiff_t>(p) + by);
    }

    std::span<const i_regexp::instruction> program_;
    std::size_t length_;
    std::vector<std::size_t> marks_; ///< in which round a place was added
    std::size_t round_ = 0;
    std::vector<std::size_t> places_;
    std::vector<std::size_t> pending_;
};

} // namespace i_regexps

COREST_DECL bool i_regexp::char_class::holds(std::uint32_t c) const noexcept
{
    const bool in_ranges =
        std::any_of(ranges.begin(), ranges.end(), [&](const range& r) { return c >= r.first && c <= r.last; });
    const bool found = in_ranges || std::any_of(categories.begin(), categories.end(), [&](const category& wanted) {
        return unicode_category(c).starts_with(wanted.name) != wanted.negated;
    });
    return found != negated;
}

COREST_DECL std::optional<i_regexp> i_regexp::parse(std::string_view text)
{
    i_regexp made;
    auto program = i_regexps::compiler(text, made.classes_).compile();
    if (!program) {
        return std::nullopt;
    }
    made.program_ = *std::move(program);
    return made;
}

COREST_DECL bool i_regexp::run(std::string_view text, bool whole) const
{
    const std::vector<std::uint32_t> characters = i_regexps::code_points(text);
    i_regexps::place_set now(program_, characters.size());
    i_regexps::place_set next(program_, characters.size());
    now.clear();
    for (std::size_t at = 0;; ++at) {
        if (at == 0 || !whole) {
            now.add(0, at);
        }
        next.clear();
        for (const std::size_t place : now.places()) {
            const instruction& step = program_[place];
            if (step.what == instruction::action::accept) {
                if (!whole || at == characters.size()) {
                    return true;
                }
            } else if (at != characters.size() && classes_[step.content].holds(characters[at])) {
                next.add(place + 1, at + 1);
            }
        }
        if (at == characters.size()) {
            return false;
        }
        std::swap(now, next);
    }
}

COREST_DECL bool i_regexp::matches(std::string_view text) const
{
    return run(text, true);
}

COREST_DECL bool i_regexp::occurs_in(std::string_view text) const
{
    return run(text, false);
}

} // namespace corest::detail
