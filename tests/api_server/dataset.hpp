#pragma once

/// \file
/// What the example API serves: the collections of six APIs and their records, made up from a number. The same
/// options always give the same records, so that a test can say what a load must have brought.

#include <boost/json/object.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace example_api {

/// How a collection is cut into pages.
enum class paging {
    offset,      ///< `offset` (or `Offset`) and `limit` in the query
    page_number, ///< `page` in the query, from 1
    next_link,   ///< `_links.next.href` in the body, as long as there is more
    // Those of the API "library", one for each of its collections.
    next_url,      ///< `paging.next` in the body, a URL
    header_link,   ///< a Link header with rel=next (RFC 8288)
    cursor,        ///< `next` in the body is a mark for `after` in the query
    header_cursor, ///< the header X-Next-Cursor is a mark for `cursor` in the query
    whole          ///< there is one page
};

/// What the requests of a collection are signed with.
enum class credential {
    of_api,  ///< the same for all collections of the API
    bearer,  ///< `credentials::access_token`
    basic,   ///< `credentials::api_token` and `api_secret`
    api_key, ///< `credentials::api_key` in the header X-Api-Key
    oauth2   ///< a token of the API's token endpoint
};

/// An endpoint that lists things.
struct collection {
    std::string api;      ///< as in "seed003", which is also the first segment of its URL
    std::string name;     ///< as in "samples"
    std::string path;     ///< below the API; `{projects}` is the key of a record of the collection projects
    std::string parent;   ///< name of the collection whose records' keys the last placeholder takes; empty for roots
    std::string selector; ///< where the records are in the body, as in "Response.Items"
    paging pages = paging::offset;
    credential signed_with = credential::of_api;
    bool says_total = true;        ///< whether the body says how many records there are
    bool odd_keys = false;         ///< whether keys have characters that a path must encode
    std::size_t typical_size = 10; ///< records for each parent, unless `dataset_options::sizes` has another number
};

/// How much data there is.
struct dataset_options {
    /// Other records for another number.
    std::uint64_t data_seed = 1;
    /// Records for each parent (for roots: altogether), by "seed003/samples" or by "samples".
    std::map<std::string, std::size_t, std::less<>> sizes;
    /// Exactly that many for every parent. Otherwise the number is their average: some have none, some twice as many.
    bool exact_sizes = false;
};

/// The records of all collections. Immutable, except for the revision.
class dataset {
public:
    /// Where a collection stands among the others, and a record in its collection.
    using index = std::size_t;
    /// No such collection or record.
    static constexpr index none = static_cast<index>(-1);

    explicit dataset(dataset_options options = {});

    [[nodiscard]] const std::vector<collection>& collections() const noexcept { return collections_; }

    /// The index of a collection, or `none`.
    [[nodiscard]] index find(std::string_view api, std::string_view name) const;

    /// The number of records in a collection, those of all parents together.
    [[nodiscard]] std::size_t size(index c) const { return tables_[c].first.back(); }

    /// The number of records that one record of the parent collection has (for a root, parent 0).
    [[nodiscard]] std::size_t children(index c, index parent) const
    {
        return tables_[c].first[parent + 1] - tables_[c].first[parent];
    }

    /// The first child of a parent; the others follow it.
    [[nodiscard]] index first_child(index c, index parent) const { return tables_[c].first[parent]; }

    /// The index of a record's parent in the parent's collection; 0 for roots.
    [[nodiscard]] index parent_of(index c, index record) const;

    /// The text that stands for a record in the paths of its children.
    [[nodiscard]] std::string key(index c, index record) const;

    /// The record that has a key, or `none`.
    [[nodiscard]] index find_key(index c, std::string_view key) const;

    /// A record as the API shows it.
    /// \param revision how often the record has been changed: its field `revision`, and part of its name
    [[nodiscard]] boost::json::object record(index c, index record, std::uint64_t revision = 0) const;

private:
    struct table {
        index parent = none;                            // the parent's collection
        std::vector<std::size_t> first;                 // per parent the index of its first child; one more at the end
        std::map<std::string, index, std::less<>> keys; // only of collections that have children
    };

    [[nodiscard]] std::size_t size_of(const collection& c) const;
    [[nodiscard]] std::uint64_t number(index c, index record, std::uint64_t salt) const noexcept;

    dataset_options options_;
    std::vector<collection> collections_;
    std::vector<table> tables_;
};

} // namespace example_api
