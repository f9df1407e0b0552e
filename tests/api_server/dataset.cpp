#include <api_server/dataset.hpp>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace example_api {

namespace {

/// The APIs, parents before their children.
std::vector<collection> the_collections()
{
    std::vector<collection> all;

    const auto add_offset = [&all](std::string api, std::string name, std::size_t size, bool says_total) {
        collection c;
        c.api = std::move(api);
        c.path = "/v1/" + (name == "resource_name" ? std::string("resource") : name);
        c.name = std::move(name);
        c.selector = "data";
        c.says_total = says_total;
        c.typical_size = size;
        all.push_back(std::move(c));
    };
    add_offset("seed000", "resource_name", 250, true);
    add_offset("seed001", "stock_summaries", 230, false);
    add_offset("seed001", "customers", 340, true);
    add_offset("seed001", "items", 100, false);
    add_offset("seed001", "stock_details", 99, false);
    add_offset("seed001", "inventory", 0, true);
    add_offset("seed001", "orders", 405, true);
    add_offset("seed002", "businesses", 120, true);
    add_offset("seed002", "connections", 300, false);
    add_offset("seed002", "customers", 201, true);

    const auto add_items = [&all](std::string name, std::string path, std::string parent, std::size_t size, bool odd) {
        collection c;
        c.api = "seed003";
        c.name = std::move(name);
        c.path = std::move(path);
        c.parent = std::move(parent);
        c.selector = "Response.Items";
        c.odd_keys = odd;
        c.typical_size = size;
        all.push_back(std::move(c));
    };
    add_items("projects", "/users/current/projects", "", 20, false);
    add_items("runs", "/users/current/runs", "", 12, true);
    add_items("samples", "/projects/{projects}/samples", "projects", 8, true);
    add_items("sample_files", "/samples/{samples}/files", "samples", 5, true);
    add_items("run_files", "/runs/{runs}/files", "runs", 6, true);
    add_items("appsessions", "/users/current/appsessions", "", 15, false);
    add_items("appresults", "/appsessions/{appsessions}/appresults", "appsessions", 3, true);
    add_items("appresults_files", "/appresults/{appresults}/files", "appresults", 4, true);

    const auto add_hal = [&all](std::string name, std::string path, std::string parent, std::string embedded,
                             std::size_t size, paging pages) {
        collection c;
        c.api = "seed004";
        c.name = std::move(name);
        c.path = "/{workspace}" + path;
        c.parent = std::move(parent);
        c.selector = "_embedded." + embedded;
        c.pages = pages;
        c.says_total = false;
        c.odd_keys = true;
        c.typical_size = size;
        all.push_back(std::move(c));
    };
    constexpr auto link = paging::next_link;
    constexpr auto page = paging::page_number;
    const std::string report = "/reports/{reports}";
    const std::string dataset = "/datasets/{datasets}";
    add_hal("definitions", "/definitions", "", "definitions", 35, link);
    add_hal("groups", "/groups", "", "groups", 5, link);
    add_hal("memberships", "/memberships", "", "memberships", 70, link);
    add_hal("spaces", "/spaces", "", "spaces", 6, link);
    add_hal("data_sources", "/data_sources", "", "data_sources", 3, link);
    add_hal("space_memberships", "/spaces/{spaces}/memberships", "spaces", "space_memberships", 4, link);
    add_hal("groups_memberships", "/groups/{groups}/memberships", "groups", "group_memberships", 4, link);
    add_hal("reports", "/data_sources/{data_sources}/reports", "data_sources", "reports", 8, link);
    add_hal("report_runs", report + "/runs", "reports", "report_runs", 4, page);
    add_hal("queries", report + "/queries", "reports", "queries", 2, link);
    add_hal("query_runs", report + "/runs/{report_runs}/query_runs", "report_runs", "query_runs", 2, link);
    add_hal("charts", report + "/queries/{queries}/charts", "queries", "charts", 2, link);
    add_hal("report_filters", report + "/filters", "reports", "report_filters", 2, link);
    add_hal("datasets", "/spaces/{spaces}/datasets", "spaces", "reports", 3, link);
    add_hal("datasets_runs", dataset + "/runs", "datasets", "report_runs", 3, page);
    add_hal("field_descriptions", dataset + "/field_descriptions", "datasets", "field_descriptions", 40, page);
    add_hal("report_schedules", report + "/schedules", "reports", "report_schedules", 1, link);
    add_hal("reports_subscriptions", report + "/subscriptions", "reports", "report_subscriptions", 2, link);
    add_hal("datasets_schedules", dataset + "/schedules", "datasets", "report_schedules", 1, link);

    const auto add_book = [&all](std::string name, std::size_t size, paging pages, credential signed_with) {
        collection c;
        c.api = "library";
        c.path = "/" + name;
        c.name = std::move(name);
        c.selector = "data";
        c.pages = pages;
        c.signed_with = signed_with;
        c.typical_size = size;
        all.push_back(std::move(c));
    };
    add_book("authors", 130, paging::offset, credential::bearer);
    add_book("books", 95, paging::page_number, credential::api_key);
    add_book("loans", 110, paging::cursor, credential::oauth2);
    add_book("readers", 70, paging::header_link, credential::basic);
    add_book("shelves", 100, paging::header_cursor, credential::bearer);
    add_book("notices", 64, paging::next_url, credential::bearer);
    add_book("branches", 12, paging::whole, credential::bearer);
    return all;
}

/// SplitMix64: mixes a number into one that looks like chance.
constexpr std::uint64_t mix(std::uint64_t x) noexcept
{
    x += 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31U);
}

std::string hexadecimal(std::uint64_t value, std::size_t digits)
{
    std::string text;
    for (; digits != 0; --digits) {
        text.push_back("0123456789abcdef"[(value >> (4 * (digits - 1))) & 0xfU]);
    }
    return text;
}

/// What a careless client gets wrong when it puts a key into a path, one kind for each remainder of the index.
constexpr std::array odd_prefixes{
    "",
    "a/b ",
    "50%25 ",
    "what?x=1&y#z ",
    "Łódź ",
    "東京/",
    "plus+semi;comma,",
    "\"<{quoted}>\" ",
    "../up ",
    "é%zz ",
};

/// 2024-01-01T00:00:00Z and so many seconds, as RFC 3339 has it.
std::string timestamp(std::uint64_t seconds)
{
    const std::uint64_t day = seconds / 86'400 % 28;
    const std::uint64_t month = seconds / 86'400 / 28 % 12;
    const std::uint64_t year = 2024 + seconds / 86'400 / 28 / 12;
    std::array<char, 96> text{};
    const int length = std::snprintf(text.data(), text.size(), "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ",
        static_cast<unsigned>(year), static_cast<unsigned>(month + 1), static_cast<unsigned>(day + 1),
        static_cast<unsigned>(seconds / 3600 % 24), static_cast<unsigned>(seconds / 60 % 60),
        static_cast<unsigned>(seconds % 60), static_cast<unsigned>(seconds % 1000));
    return {text.data(), static_cast<std::size_t>(length)};
}

} // namespace

dataset::dataset(dataset_options options) : options_(std::move(options)), collections_(the_collections())
{
    tables_.resize(collections_.size());
    for (index c = 0; c != collections_.size(); ++c) {
        table& own = tables_[c];
        const collection& described = collections_[c];
        const std::size_t average = size_of(described);
        std::size_t parents = 1;
        if (!described.parent.empty()) {
            own.parent = find(described.api, described.parent);
            parents = size(own.parent);
        }
        own.first.push_back(0);
        for (index parent = 0; parent != parents; ++parent) {
            const bool exact = described.parent.empty() || options_.exact_sizes;
            const std::size_t count = exact ? average : number(c, parent, 1) % (2 * average + 1);
            own.first.push_back(own.first.back() + count);
        }
        const bool has_children = std::any_of(collections_.begin(), collections_.end(),
            [&](const collection& other) { return other.api == described.api && other.parent == described.name; });
        if (has_children) {
            for (index r = 0; r != own.first.back(); ++r) {
                own.keys.emplace(key(c, r), r);
            }
        }
    }
}

dataset::index dataset::find(std::string_view api, std::string_view name) const
{
    const auto found = std::find_if(
        collections_.begin(), collections_.end(), [&](const collection& c) { return c.api == api && c.name == name; });
    return found == collections_.end() ? none : static_cast<index>(found - collections_.begin());
}

dataset::index dataset::parent_of(index c, index record) const
{
    const auto& first = tables_[c].first;
    return static_cast<index>(std::upper_bound(first.begin(), first.end(), record) - first.begin()) - 1;
}

std::string dataset::key(index c, index record) const
{
    const auto& described = collections_[c];
    if (!described.odd_keys) {
        return std::to_string(1000 * (c + 1) + record);
    }
    const std::string_view prefix = odd_prefixes[record % odd_prefixes.size()];
    return std::string(prefix) + hexadecimal(number(c, record, 2), 6) + '-' + std::to_string(record);
}

dataset::index dataset::find_key(index c, std::string_view key) const
{
    const auto& keys = tables_[c].keys;
    const auto found = keys.find(key);
    return found == keys.end() ? none : found->second;
}

boost::json::object dataset::record(index c, index record, std::uint64_t revision) const
{
    const auto& described = collections_[c];
    const std::uint64_t chance = number(c, record, 3);
    boost::json::object r;
    if (described.api == "seed004") {
        r["id"] = 1000 * (c + 1) + record;
        r["token"] = key(c, record);
    } else if (described.odd_keys) {
        r["id"] = key(c, record);
    } else {
        r["id"] = 1000 * (c + 1) + record;
    }
    r["name"] = described.name + " " + std::to_string(record) + (record % 3 == 0 ? " \"Zürich\" \xF0\x9F\xA7\xAC" : "")
        + (revision == 0 ? std::string() : ", revision " + std::to_string(revision));
    r["revision"] = revision;
    r["date_created"] = timestamp(3600 * record + chance % 3600);
    r["date_modified"] = timestamp(3600 * record + 7200 + 86'400 * revision);
    boost::json::object details;
    details["index"] = record;
    details["parent"] = nullptr;
    if (const index parent = tables_[c].parent; parent != none) {
        details["parent"] = key(parent, parent_of(c, record));
    }
    boost::json::object checksum;
    checksum["kind"] = "splitmix64";
    checksum["value"] = hexadecimal(chance, 16);
    details["checksum"] = std::move(checksum);
    r["details"] = std::move(details);
    boost::json::array tags;
    for (std::uint64_t tag = 0; tag != chance % 4; ++tag) {
        tags.emplace_back("tag-" + std::to_string(tag));
    }
    r["tags"] = std::move(tags);
    r["active"] = chance % 2 == 0;
    r["deleted_at"] = nullptr;
    r["score"] = static_cast<double>(chance % 10'000) / 64.0;
    // More than a double can hold exactly, less than what overflows a signed 64-bit integer.
    r["size_bytes"] = static_cast<std::int64_t>(9'007'199'254'740'993U + chance % 1'000'000'000'000'000'000U);
    return r;
}

std::size_t dataset::size_of(const collection& c) const
{
    auto found = options_.sizes.find(c.api + "/" + c.name);
    if (found == options_.sizes.end()) {
        found = options_.sizes.find(c.name);
    }
    return found == options_.sizes.end() ? c.typical_size : found->second;
}

std::uint64_t dataset::number(index c, index record, std::uint64_t salt) const noexcept
{
    return mix(mix(mix(options_.data_seed + salt) ^ c) ^ record);
}

} // namespace example_api
