#pragma once

/// \file
/// A resource of the dictionary, checked and typed.

#include <corest/destination/destination.hpp>
#include <corest/resource/path_template.hpp>
#include <corest/resource/poll.hpp>
#include <corest/resource/record_step.hpp>
#include <corest/resource/response_rule.hpp>
#include <corest/schema/naming.hpp>
#include <corest/schema/table_schema.hpp>
#include <corest/select/body_decoder.hpp>
#include <corest/select/selector.hpp>
#include <corest/source/schema/authenticators.hpp>
#include <corest/source/schema/incremental_config.hpp>
#include <corest/source/schema/paginator_config.hpp>
#include <corest/source/schema/source_text.hpp>

#include <boost/json/value.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace corest::source {

/// A query parameter that is taken from a parent's record: `{"type": "resolve", "resource": "posts", "field": "id"}`.
class resolve_param {
public:
    /// The members, in their order.
    resolve_param(std::string its_name, std::string its_resource, std::string its_field, std::string its_path)
        : name(std::move(its_name)),
          resource(std::move(its_resource)),
          field(std::move(its_field)),
          path(std::move(its_path))
    {
    }
    std::string name;     ///< of the placeholder it fills
    std::string resource; ///< the parent
    std::string field;    ///< of the parent's record
    std::string path;     ///< where it stands in the dictionary
};

/// One of `resources`, with `resource_defaults` merged in as dlt merges them.
class resource_config {
public:
    std::string name;                       ///< unique in the dictionary
    std::string table_name;                 ///< the resource's name where none was given
    std::string key_path;                   ///< where it stands in the dictionary: `resources[2]`
    path_template path;                     ///< joined to the base URL
    std::string method = "GET";             ///< in upper case
    std::vector<named_text> params;         ///< in the dictionary's order; those that the path uses are constants of it
    std::vector<resolve_param> resolves;    ///< params that fill placeholders of the path
    std::vector<named_text> headers;        ///< besides the client's
    std::vector<named_text> form;           ///< the fields of a body that is a form
    std::optional<boost::json::value> seed; ///< its records, a list: nothing is asked for
    std::optional<boost::json::value> json; ///< the body; its texts may be placeholders or secrets
    std::optional<incremental_config> incremental; ///< only what is new is read
    pagination_reset paging_reset;                 ///< where paging begins anew
    std::size_t group_size = 1;                    ///< records of the parent that one request is for
    std::optional<corest::poll> poll;              ///< it is a report, which is waited for
    body_decoder decoder;                          ///< how bodies are read
    selector records;                              ///< `data_selector`
    bool detects_records = true;                   ///< there is none, and nothing says that one record is read
    paginator_config paginator;                    ///< its own, or the client's
    std::optional<authenticator_config> auth;      ///< in place of the client's; `none` signs nothing
    std::string null_auth;                         ///< the key of an `auth` that is null; empty: there is none
    write_disposition disposition = write_disposition::append; ///< of its table
    std::vector<std::string> primary_key;                      ///< of its table; a merge needs it or a merge key
    std::vector<std::string> merge_key;                        ///< of its table, see `table::merge_key`
    std::optional<corest::schema::table_schema> schema;        ///< of its table; none where nothing is declared of it
    std::vector<std::string> include_from_parent;              ///< fields of the parent that its rows take over
    bool skips_lacking_parents = false; ///< a parent's record that lacks a placeholder's field is no error
    corest::schema::naming naming = corest::schema::naming::direct; ///< of its table, and that one's columns
    bool load_columns = false;                                      ///< its rows say which load has brought them
    std::size_t max_table_nesting = 0; ///< so many levels of lists and objects in its rows become tables and columns
    bool selected = true;              ///< false: only read where a child needs it
    std::optional<std::size_t> concurrency;    ///< walks of this resource at once
    std::vector<response_rule> response_rules; ///< the first one that is for a response counts
    std::vector<record_step> steps;            ///< what is done with its records
};

/// The statuses that end a walk quietly, whatever else the response is like.
[[nodiscard]] inline std::vector<unsigned> ignored_statuses(const resource_config& config)
{
    std::vector<unsigned> all;
    for (const response_rule& rule : config.response_rules) {
        if (rule.is_plain() && rule.action() == response_action::ignore) {
            all.push_back(*rule.status());
        }
    }
    return all;
}

/// Where the records are, for people: a path, or that it is found out.
[[nodiscard]] inline std::string records_text(const resource_config& config)
{
    return config.detects_records ? "found at the first page" : config.records.path.text();
}

} // namespace corest::source
