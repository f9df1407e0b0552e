#pragma once

#include <corest/source/schema/source_config.hpp>

#include <corest/error.hpp>
#include <corest/source/schema/source_keys.hpp>
#include <corest/source/schema/unknown_place.hpp>

#include <boost/json/object.hpp>

#include <utility>

namespace corest::source {

COREST_DECL source_config check_source(const boost::json::value& dictionary)
{
    detail::refuse_unknown(dictionary);
    const auto* root = dictionary.if_object();
    if (root == nullptr) {
        throw error(errc::invalid_source,
            "expected an object with client and resources, found " + detail::type_name(dictionary));
    }
    detail::problem_list problems;
    detail::source_keys source;
    detail::read_fields<detail::source_keys>(detail::dictionary(problems, *root, {}), source);
    problems.throw_if_any();
    source_config out;
    out.client = std::move(source.client);
    out.resources = std::move(source.resources);
    out.warnings = std::move(problems.warnings);
    return out;
}

COREST_DECL std::vector<std::string> detail::places_of_problems(const boost::json::value& dictionary)
{
    problem_list problems;
    source_keys source;
    if (const auto* root = dictionary.if_object()) {
        read_fields<source_keys>(detail::dictionary(problems, *root, {}), source);
    }
    return problems.places();
}

} // namespace corest::source
