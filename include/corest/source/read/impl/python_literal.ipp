#pragma once

#include <corest/source/read/python_literal.hpp>

#include <corest/source/read/python_evaluator.hpp>
#include <corest/source/read/python_expressions.hpp>
#include <corest/source/read/python_names.hpp>
#include <corest/source/read/python_script.hpp>
#include <corest/source/read/python_tokens.hpp>
#include <corest/source/read/read_options.hpp>
#include <corest/source/schema/unknown_place.hpp>

#include <string>
#include <vector>

namespace corest::source {

COREST_DECL boost::json::value read_python_literal(std::string_view text, std::string_view name)
{
    const detail::python_script script{std::string(text), name};
    const auto tokens = detail::python_tokens(script.text(), 0, script.text().size(), true);
    detail::expression_parser parser(script, tokens);
    const detail::python_node node = parser.expression();
    if (!parser.is(detail::token_kind::end)) {
        parser.fail("expected the end of the text after the value");
    }
    detail::python_names names(script);
    const std::vector<detail::python_statement> none;
    names.add_module(none);
    names.finish();
    const read_options options;
    boost::json::value out = detail::python_evaluator(script, names, options).evaluate(node, {});
    detail::refuse_unknown(out);
    return out;
}

} // namespace corest::source
