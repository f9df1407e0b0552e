#pragma once

/// \file
/// The keys of the dictionary itself. Not for users.

#include <corest/config.hpp>
#include <corest/source/schema/client_keys.hpp>
#include <corest/source/schema/field.hpp>
#include <corest/source/schema/resource_keys.hpp>
#include <corest/source/schema/client_config.hpp>
#include <corest/source/schema/resource_config.hpp>
#include <corest/source/schema/value_rules.hpp>

#include <boost/json/object.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace corest::source::detail {

class source_keys;

namespace rules {

/// An object that stands below every resource.
class resource_defaults {
public:
    COREST_DECL static void read_into(
        const dictionary& input, std::string_view key, const boost::json::object*& defaults);
    static boost::json::object schema(schema_writer& writer) { return writer.reference(*nested()); }
    static const shape* nested() { return &shape_of<resource_defaults_keys>; }
};

/// A list of resources, each an object or just a name.
class resources {
public:
    COREST_DECL static void read_into(const dictionary& input, std::string_view key, source_keys& source);
    static boost::json::object schema(schema_writer& writer) { return writer.reference(*nested()); }
    COREST_DECL static const shape* nested();
};

} // namespace rules

/// The dictionary.
class source_keys {
public:
    static constexpr std::string_view object_name = "source";
    static constexpr std::string_view doc = "A REST API, and what is read of it";

    client_config client;
    std::vector<resource_config> resources;
    const boost::json::object* defaults = nullptr;
    std::string schema; ///< what editors check the file by; corest does not look at it

    static constexpr auto fields()
    {
        using key = keys_of<source_keys>;
        using self = source_keys;
        return key::table(key::entry<rules::object<client_keys>, &self::client>(key_name::client, client_keys::doc)
                              .needed("write {\"base_url\": ...}, or give it with --set client.base_url=URL"),
            key::entry<rules::resource_defaults, &self::defaults>(
                key_name::resource_defaults, resource_defaults_keys::doc),
            key::entry<rules::resources>(key_name::resources, "What is read: objects, or just names")
                .needed("write a list of resources"),
            key::entry<rules::text, &self::schema>("$schema", "The address of this schema, for editors"));
    }
};

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/schema/impl/source_keys.ipp>
#endif
