#pragma once

/// \file
/// What a run would find, by a request for each resource.

#include <corest/config.hpp>
#include <corest/net.hpp>
#include <corest/schema/table_schema.hpp>
#include <corest/source/plan/plan.hpp>
#include <corest/source/run/connect.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <vector>

namespace corest::source {

/// What `check` found at one resource.
class check_result {
public:
    std::string name;                   ///< of the resource
    std::size_t depth = 0;              ///< in the tree, 0 for a root
    std::string parent;                 ///< whose record it was looked at for: "projects with id 3"; empty at a root
    bool reached = true;                ///< false: no parent's record leads to it
    std::size_t records = 0;            ///< on the first page
    bool more = false;                  ///< further pages follow
    std::optional<std::uint64_t> total; ///< records of the collection, as the server states; none: it states none
    std::vector<schema::column> fields; ///< of the first page's records, with the types that they have there
    std::string key;                    ///< the primary key, as in "id, date"; empty: none is declared
    std::vector<std::string> faults;    ///< what a run would stumble over, a sentence each: of the key's values
    std::vector<std::string> found;     ///< what nobody has said and was found out, as in "records at $.items"
    std::exception_ptr failure;         ///< null where there was a page
};

/// Reads the first page of each root resource, and of each child for the first record of its parent that leads to it:
/// are addresses, credentials, selectors, parents and keys right? Sends one request for each resource, plus what
/// redirects, tokens and retries need.
/// \param p with its secrets looked up
/// \param options how the API is reached
/// \return in the order of the tree: a child behind its parent
[[nodiscard]] COREST_DECL net::awaitable<std::vector<check_result>> check(plan p, connect_options options);

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/run/impl/check.ipp>
#endif
