#pragma once

#include <corest/source/read/python_statements.hpp>

#include <corest/source/read/python_expressions.hpp>
#include <corest/source/read/python_tokens.hpp>

#include <array>
#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace corest::source::detail {

namespace python_block {

// Reads statements, one after another.
class statement_parser {
public:
    statement_parser(const python_script& script, const std::vector<token>& tokens) : parser_(script, tokens) {}

    // Statements up to the end of their block.
    std::vector<python_statement> block()
    {
        std::vector<python_statement> out;
        while (!parser_.is(token_kind::end) && !parser_.is(token_kind::dedent)) {
            if (parser_.is(token_kind::newline)) {
                parser_.take();
            } else if (parser_.is(token_kind::indent)) {
                python_statement inner; // what a broken statement would have held
                inner.type = python_statement::kind::branch;
                inner.offset = parser_.take().offset;
                inner.body = deeper_block();
                out.push_back(std::move(inner));
            } else {
                add_statement(out);
            }
        }
        return out;
    }

private:
    using kind = python_statement::kind;

    std::vector<python_statement> deeper_block()
    {
        constexpr std::size_t most = 100; // Python's own limit
        std::vector<python_statement> out;
        if (++depth_ <= most) {
            out = block();
        } else {
            skip_block();
        }
        --depth_;
        if (parser_.is(token_kind::dedent)) {
            parser_.take();
        }
        return out;
    }

    void skip_block()
    {
        for (std::size_t levels = 1; levels != 0 && !parser_.is(token_kind::end);) {
            levels += parser_.is(token_kind::indent) ? 1 : 0;
            levels -= parser_.is(token_kind::dedent) ? 1 : 0;
            if (levels != 0) {
                parser_.take();
            }
        }
    }

    void add_statement(std::vector<python_statement>& out)
    {
        const std::size_t offset = parser_.peek().offset;
        try {
            out.push_back(statement());
            out.back().end = parser_.peek().offset;
        } catch (const error& e) {
            python_statement broken;
            broken.offset = offset;
            broken.failure = std::make_shared<error>(e);
            while (!parser_.is(token_kind::newline) && !parser_.is(token_kind::end) && !parser_.is(token_kind::dedent))
            {
                parser_.take();
            }
            broken.end = parser_.peek().offset;
            out.push_back(std::move(broken));
        }
    }

    python_statement statement()
    {
        python_statement out;
        while (parser_.is("async") && !parser_.is("def", 1)) {
            parser_.take();
        }
        out.offset = parser_.peek().offset;
        if (parser_.is("@") || parser_.is("def") || parser_.is("class")
            || (parser_.is("async") && parser_.is("def", 1)))
        {
            definition(out);
        } else if (starts_branch()) {
            branch(out);
        } else if (parser_.is("match") && line_ends_with_colon()) {
            match(out);
        } else if (parser_.is("case") && !match_levels_.empty() && match_levels_.back() == depth_) {
            match_case(out);
        } else if (parser_.is("for")) {
            loop(out);
        } else if (parser_.is("while")) {
            parser_.take();
            out.type = kind::loop;
            out.expressions.push_back(parser_.expression());
            suite(out);
        } else if (parser_.is("with")) {
            with(out);
        } else {
            simple(out);
            end_simple();
        }
        return out;
    }

    [[nodiscard]] bool starts_branch() const
    {
        constexpr std::array<std::string_view, 6> words = {"if", "elif", "else", "try", "except", "finally"};
        return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return parser_.is(word); });
    }

    // `match` is a name too: it begins a statement where its line ends with a colon.
    [[nodiscard]] bool line_ends_with_colon() const
    {
        std::size_t ahead = 1;
        while (parser_.peek(ahead).kind != token_kind::newline && parser_.peek(ahead).kind != token_kind::end) {
            ++ahead;
        }
        return ahead > 2 && parser_.is(":", ahead - 1);
    }

    void match(python_statement& out)
    {
        parser_.take();
        out.type = kind::branch;
        out.expressions.push_back(parser_.expression_list());
        match_levels_.push_back(depth_ + 1);
        suite(out);
        match_levels_.pop_back();
    }

    void match_case(python_statement& out)
    {
        parser_.take();
        out.type = kind::branch;
        out.expressions.push_back(pattern());
        out.targets = 1;
        if (parser_.take("if")) {
            out.expressions.push_back(parser_.expression());
        }
        suite(out);
    }

    // The names that a pattern assigns to.
    python_node pattern()
    {
        python_node out;
        out.type = python_node::kind::tuple;
        out.offset = parser_.peek().offset;
        std::size_t open = 0;
        bool behind_dot = false;
        while (!parser_.is("if") && !(open == 0 && parser_.is(":"))) {
            if (parser_.is(token_kind::newline) || parser_.is(token_kind::end)) {
                parser_.fail("expected ':', found " + parser_.found());
            }
            open += parser_.is("(") || parser_.is("[") || parser_.is("{") ? 1 : 0;
            open -= open != 0 && (parser_.is(")") || parser_.is("]") || parser_.is("}")) ? 1 : 0;
            const bool assigns = parser_.is(token_kind::name) && !behind_dot && !parser_.is("_") && !parser_.is("as")
                && !parser_.is(".", 1) && !parser_.is("(", 1) && !parser_.is("=", 1);
            if (assigns) {
                python_node name;
                name.type = python_node::kind::name;
                name.offset = parser_.peek().offset;
                name.name = parser_.text_of(parser_.peek());
                out.parts.push_back(std::move(name));
            }
            behind_dot = parser_.is(".");
            parser_.take();
        }
        return out;
    }

    // What stands behind the colon of a compound statement.
    void suite(python_statement& out)
    {
        parser_.expect(":");
        if (!parser_.is(token_kind::newline)) {
            python_statement inner;
            inner.offset = parser_.peek().offset;
            simple(inner);
            out.body.push_back(std::move(inner));
            while (parser_.take(";") && !parser_.is(token_kind::newline)) {
                python_statement next;
                next.offset = parser_.peek().offset;
                simple(next);
                out.body.push_back(std::move(next));
            }
            return end_simple();
        }
        parser_.take();
        if (parser_.is(token_kind::indent)) {
            parser_.take();
            out.body = deeper_block();
        }
    }

    void end_simple()
    {
        if (!parser_.is(token_kind::newline) && !parser_.is(token_kind::end) && !parser_.is(token_kind::dedent)
            && !parser_.take(";"))
        {
            parser_.fail("expected the end of the statement, found " + parser_.found());
        }
    }

    void definition(python_statement& out)
    {
        while (parser_.take("@")) {
            out.expressions.push_back(parser_.expression());
            if (parser_.is(token_kind::newline)) {
                parser_.take();
            }
        }
        parser_.take("async");
        if (parser_.take("class")) {
            out.type = kind::class_body;
            out.name = parser_.expect_name();
            if (parser_.take("(")) {
                while (!parser_.take(")")) {
                    base(out);
                }
            }
        } else {
            parser_.expect("def");
            out.type = kind::function;
            out.name = parser_.expect_name();
            parser_.expect("(");
            while (!parser_.take(")")) {
                parameter(out);
            }
            if (parser_.take("->")) {
                (void)parser_.expression();
            }
        }
        suite(out);
    }

    void base(python_statement& out)
    {
        if (parser_.peek(1).kind != token_kind::end && parser_.is("=", 1)) {
            parser_.take();
            parser_.take();
        }
        (void)(parser_.take("*") || parser_.take("**"));
        out.expressions.push_back(parser_.expression());
        if (!parser_.is(")")) {
            parser_.expect(",");
        }
    }

    void parameter(python_statement& out)
    {
        python_parameter made;
        made.offset = parser_.peek().offset;
        if (parser_.take("/")) {
            // Those before it are by position only.
        } else if (parser_.take("*") && (parser_.is(",") || parser_.is(")"))) {
            // Those behind it are by name only.
        } else {
            made.collects = script_at(made.offset) == '*';
            parser_.take("**");
            made.name = parser_.expect_name();
            if (parser_.take(":")) {
                (void)parser_.expression();
            }
            if (parser_.take("=")) {
                made.default_value.push_back(parser_.expression());
            }
            out.parameters.push_back(std::move(made));
        }
        if (!parser_.is(")")) {
            parser_.expect(",");
        }
    }

    [[nodiscard]] char script_at(std::size_t offset) const { return parser_.script().text()[offset]; }

    void branch(python_statement& out)
    {
        const bool is_if = parser_.is("if");
        const bool is_bare = parser_.is("else") || parser_.is("try") || parser_.is("finally");
        out.name = parser_.text_of(parser_.take());
        out.type = kind::branch;
        if (!is_bare && !parser_.is(":")) {
            parser_.take("*");
            out.expressions.push_back(parser_.expression_list());
            if (parser_.take("as")) {
                python_node name;
                name.type = python_node::kind::name;
                name.offset = parser_.peek().offset;
                name.name = parser_.expect_name();
                out.expressions.insert(out.expressions.begin(), std::move(name));
                out.targets = 1;
            }
        }
        if (is_if && !out.expressions.empty() && is_main_guard(out.expressions.front())) {
            out.type = kind::plain_body;
        }
        suite(out);
    }

    // `__name__ == "__main__"`
    static bool is_main_guard(const python_node& condition)
    {
        return condition.parts.size() == 2 && condition.name == "the operator '=='"
            && std::any_of(condition.parts.begin(), condition.parts.end(),
                [](const python_node& part) { return part.name == "__name__"; });
    }

    void loop(python_statement& out)
    {
        parser_.take();
        out.type = kind::loop;
        out.expressions.push_back(target_list());
        out.targets = 1;
        parser_.expect("in");
        out.expressions.push_back(parser_.expression_list());
        suite(out);
    }

    // Targets of a loop: their own `in` would be read as an operator, so they are taken one by one.
    python_node target_list()
    {
        python_node out;
        out.type = python_node::kind::tuple;
        out.offset = parser_.peek().offset;
        std::size_t open = 0;
        while (!(open == 0 && parser_.is("in"))) {
            if (parser_.is(token_kind::newline) || parser_.is(token_kind::end)) {
                parser_.fail("expected 'in', found " + parser_.found());
            }
            open += parser_.is("(") || parser_.is("[") ? 1 : 0;
            open -= open != 0 && (parser_.is(")") || parser_.is("]")) ? 1 : 0;
            if (parser_.is(token_kind::name)) {
                python_node name;
                name.type = python_node::kind::name;
                name.offset = parser_.peek().offset;
                name.name = parser_.text_of(parser_.peek());
                out.parts.push_back(std::move(name));
            }
            parser_.take();
        }
        return out;
    }

    void with(python_statement& out)
    {
        parser_.take();
        out.type = kind::plain_body;
        const bool parenthesized = parser_.is("(") && has_as_inside();
        if (parenthesized) {
            parser_.take();
        }
        do {
            if (parser_.is(")")) {
                break;
            }
            out.expressions.push_back(parser_.expression());
            if (parser_.take("as")) {
                out.expressions.insert(out.expressions.begin(), parser_.expression());
                ++out.targets;
            }
        } while (parser_.take(","));
        if (parenthesized) {
            parser_.expect(")");
        }
        suite(out);
    }

    // Whether `as` stands in the parentheses that come next.
    [[nodiscard]] bool has_as_inside() const
    {
        std::size_t depth = 0;
        for (std::size_t ahead = 0; parser_.peek(ahead).kind != token_kind::end; ++ahead) {
            depth += parser_.is("(", ahead) || parser_.is("[", ahead) || parser_.is("{", ahead) ? 1 : 0;
            depth -= parser_.is(")", ahead) || parser_.is("]", ahead) || parser_.is("}", ahead) ? 1 : 0;
            if (depth == 0) {
                return false;
            }
            if (depth == 1 && parser_.is("as", ahead)) {
                return true;
            }
        }
        return false;
    }

    void simple(python_statement& out)
    {
        if (parser_.is("import") || (parser_.is("from") && parser_.peek(1).kind != token_kind::mark)
            || (parser_.is("from") && parser_.is(".", 1)))
        {
            import(out);
        } else if (parser_.take("del")) {
            out.type = kind::deletion;
            out.expressions.push_back(parser_.expression_list());
            out.targets = 1;
        } else if (parser_.is("global") || parser_.is("nonlocal")) {
            out.type = kind::global;
            out.name = parser_.text_of(parser_.take());
            out.expressions.push_back(parser_.expression_list());
        } else if (parser_.take("pass") || parser_.take("break") || parser_.take("continue")) {
            out.type = kind::expression;
        } else if (parser_.is("return") || parser_.is("raise") || parser_.is("assert")) {
            out.type = kind::expression;
            out.name = parser_.is("return") ? "return" : "";
            parser_.take();
            if (!parser_.is(token_kind::newline) && !parser_.is(token_kind::end) && !parser_.is(";")) {
                out.expressions.push_back(parser_.expression_list());
                if (parser_.take("from")) {
                    out.expressions.push_back(parser_.expression());
                }
            }
        } else {
            assignment_or_expression(out);
        }
    }

    void assignment_or_expression(python_statement& out)
    {
        out.type = kind::expression;
        out.expressions.push_back(parser_.expression_list());
        if (parser_.take(":")) {
            const python_node annotation = parser_.expression();
            out.name = annotation.type == python_node::kind::name || annotation.type == python_node::kind::attribute
                ? annotation.name
                : annotation.value.is_string() ? std::string(annotation.value.get_string())
                                               : std::string();
            out.targets = 1;
            if (parser_.take("=")) {
                out.type = kind::assignment;
                out.expressions.push_back(parser_.expression_list());
            }
            return;
        }
        while (parser_.take("=")) {
            out.type = kind::assignment;
            ++out.targets;
            out.expressions.push_back(parser_.expression_list());
        }
        constexpr std::array<std::string_view, 13> marks = {
            "+=", "-=", "*=", "/=", "//=", "%=", "**=", "&=", "|=", "^=", ">>=", "<<=", "@="};
        for (const std::string_view mark : marks) {
            if (parser_.take(mark)) {
                out.type = kind::augmented;
                out.name = mark;
                out.targets = 1;
                out.expressions.push_back(parser_.expression_list());
                return;
            }
        }
    }

    std::string dotted_name()
    {
        std::string out;
        while (parser_.is(".") || parser_.is("...")) {
            out += parser_.text_of(parser_.take());
        }
        if (parser_.is("import")) {
            return out;
        }
        out += parser_.expect_name();
        while (parser_.take(".")) {
            out += "." + parser_.expect_name();
        }
        return out;
    }

    void import(python_statement& out)
    {
        out.type = kind::import;
        if (parser_.take("import")) {
            do {
                python_import made;
                made.offset = parser_.peek().offset;
                const std::string module = dotted_name();
                const bool renamed = parser_.take("as");
                made.name = renamed ? parser_.expect_name() : module.substr(0, module.find('.'));
                made.origin = renamed ? module : made.name;
                out.imports.push_back(std::move(made));
            } while (parser_.take(","));
            return;
        }
        parser_.expect("from");
        const std::string module = dotted_name();
        parser_.expect("import");
        const bool parenthesized = parser_.take("(");
        do {
            if (parser_.is(")")) {
                break;
            }
            python_import made;
            made.offset = parser_.peek().offset;
            made.name = parser_.take("*") ? "*" : parser_.expect_name();
            made.origin = made.name == "*" ? module : module + "." + made.name;
            if (parser_.take("as")) {
                made.name = parser_.expect_name();
            }
            out.imports.push_back(std::move(made));
        } while (parser_.take(","));
        if (parenthesized) {
            parser_.expect(")");
        }
    }

    expression_parser parser_;
    std::size_t depth_ = 0;
    std::vector<std::size_t> match_levels_; // the depths at which `case` begins a statement
};

} // namespace python_block

COREST_DECL std::vector<python_statement> python_statements(
    const python_script& script, std::size_t begin, std::size_t end)
{
    const std::vector<token> tokens = python_tokens(script.text(), begin, end);
    return python_block::statement_parser(script, tokens).block();
}

} // namespace corest::source::detail
