#pragma once

#include <corest/source/schema/json_schema.hpp>

#include <corest/source/schema/schema_writer.hpp>
#include <corest/source/schema/source_keys.hpp>

#include <utility>

namespace corest::source {

COREST_DECL boost::json::value json_schema()
{
    detail::schema_writer writer;
    boost::json::object out;
    out["$schema"] = "https://json-schema.org/draft/2020-12/schema";
    out["title"] = "A source of corest";
    out["$ref"] = writer.reference(detail::shape_of<detail::source_keys>).at("$ref");
    out["$defs"] = std::move(writer).definitions();
    return out;
}

} // namespace corest::source
