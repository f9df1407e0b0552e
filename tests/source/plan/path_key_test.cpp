#include <corest/source/plan/path_key.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

using corest::source::binding_reason;
using corest::source::source_text;
using corest::source::detail::collection_path;
using corest::source::detail::constant_lookup;
using corest::source::detail::find_candidates;
using corest::source::detail::path_key;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

const constant_lookup constants = [](const std::string& name) -> std::optional<source_text> {
    if (name == "workspace") {
        return source_text("acme & co");
    }
    return name == "tenant" ? std::optional(source_text("the_tenant", "params.tenant")) : std::nullopt;
};

/// Collections of resources, each a name and a path.
std::vector<collection_path> collections(const std::vector<std::pair<std::string, std::string>>& given)
{
    std::vector<collection_path> out;
    for (const auto& [name, path] : given) {
        collection_path& c = out.emplace_back();
        c.name = name;
        c.path = path_key(path);
        c.filled = path_key(path, constants);
    }
    return out;
}

/// The candidates for the last placeholder of the path of the last resource, as "name reason".
std::vector<std::string> candidates(
    const std::vector<std::pair<std::string, std::string>>& given, std::string* segment = nullptr)
{
    const corest::path_template path(given.back().second);
    const auto found = find_candidates(collections(given), given.size() - 1, path.placeholders().back(), constants);
    if (segment != nullptr) {
        *segment = found.segment;
    }
    std::vector<std::string> out;
    for (const auto& c : found.found) {
        const bool by_path = c.reason == binding_reason::same_path;
        const bool by_name = c.reason == binding_reason::same_name;
        out.push_back(given[c.resource].first + (by_path ? " same_path" : by_name ? " name" : " segment"));
    }
    return out;
}

} // namespace

TEST(PathKey, HasOneSlashAtItsBeginningAndNoneAtItsEnd)
{
    EXPECT_EQ(path_key("projects"), "/projects");
    EXPECT_EQ(path_key("/projects//"), "/projects");
    EXPECT_EQ(path_key(""), "/");
    EXPECT_EQ(path_key("https://api.test/projects/"), "https://api.test/projects");
}

TEST(PathKey, HasNoQueryAndNoFragment)
{
    EXPECT_EQ(path_key("/projects?all=1"), "/projects");
    EXPECT_EQ(path_key("/projects/#top"), "/projects");
}

TEST(PathKey, HasConstantsInPlaceOfPlaceholdersOnlyWhereTheyAreLookedUp)
{
    EXPECT_EQ(path_key("/{workspace}/a/{id}", constants), "/acme%20%26%20co/a/{id}");
    EXPECT_EQ(path_key("/{tenant}/a", constants), "/{$secret the_tenant}/a");
    EXPECT_EQ(path_key("/{workspace}/a/{id}"), "/{workspace}/a/{id}");
    EXPECT_EQ(path_key("/{{workspace}}/a", constants), "/{{workspace}}/a");
}

TEST(Candidates, ThePathBeforeComesBeforeTheSegment)
{
    EXPECT_THAT(
        candidates({{"a", "/x/users"}, {"b", "/users"}, {"c", "/users/{id}/posts"}}), ElementsAre("b same_path"));
    EXPECT_THAT(candidates({{"a", "/x/users"}, {"c", "/users/{id}/posts"}}), ElementsAre("a segment"));
    EXPECT_THAT(candidates({{"users", "/people"}, {"c", "/users/{id}/posts"}}), ElementsAre("users name"));
}

TEST(Candidates, PathsAreComparedWithTheirConstants)
{
    EXPECT_THAT(candidates({{"a", "/acme%20%26%20co/users"}, {"b", "/{workspace}/users/{id}/posts"}}),
        ElementsAre("a same_path"));
}

TEST(Candidates, AreAllNamedAndNeverTheResourceItself)
{
    EXPECT_THAT(candidates({{"a", "/x/users"}, {"b", "/y/users"}, {"c", "/users/{id}/users"}}),
        ElementsAre("a segment", "b segment"));
    std::string segment;
    EXPECT_THAT(candidates({{"c", "/users/{id}/users"}}, &segment), IsEmpty());
    EXPECT_EQ(segment, "users");
}

TEST(Candidates, ThereAreNoneWhereTheTextBeforeNamesNoCollection)
{
    std::string segment;
    EXPECT_THAT(candidates({{"a", "/users"}, {"b", "/users?id={id}"}}, &segment), IsEmpty());
    EXPECT_EQ(segment, "");
    EXPECT_THAT(candidates({{"a", "/users"}, {"b", "/users-{id}"}}, &segment), IsEmpty());
    EXPECT_THAT(candidates({{"a", "/"}, {"b", "/{id}"}}, &segment), IsEmpty());
    EXPECT_THAT(candidates({{"a", "/users"}, {"b", "/{x}/{id}"}}, &segment), IsEmpty());
    EXPECT_EQ(segment, "");
}
