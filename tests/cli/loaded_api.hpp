#pragma once

/// \file
/// The example API's five parts, loaded by the command into SQLite and compared record by record.

#include <api_server/server.hpp>

#include <support/command.hpp>
#include <support/database.hpp>
#include <support/seeds.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

/// A server of the example API, and a folder for what is loaded of it.
class LoadedApi : public testing::Test {
protected:
    /// The arguments with which a source loads a part of the example API into `out.db`.
    /// \param source its file
    /// \param number "000" to "004"
    std::vector<std::string> load_arguments(
        const std::string& source, const std::string& number, std::vector<std::string> more = {}) const
    {
        std::vector<std::string> all = {COREST_COMMAND, "run", source, "--to", "sqlite:" + folder.file("out.db"),
            "--set", "client.base_url=" + api.base_url("seed" + number)};
        if (number == "000" || number == "002") {
            all.insert(all.end(), {"--set", "client.auth.token_url=" + api.token_url("seed" + number)});
        }
        if (number == "004") {
            all.insert(all.end(), {"--param", "workspace=acme"});
        }
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }
    std::map<std::string, std::string> secrets() const { return seed_secrets(api); }
    /// Every record of every collection of an API is in its table, with the values that the API shows.
    void expect_all_rows(const std::string& name)
    {
        const database db(folder.file("out.db"));
        const example_api::dataset& data = api.data();
        for (example_api::dataset::index c = 0; c < data.collections().size(); ++c) {
            const auto& what = data.collections()[c];
            if (what.api != name) {
                continue;
            }
            if (data.size(c) == 0) { // the table is there, with its key only
                EXPECT_EQ(db.count(what.name), 0U);
                continue;
            }
            const auto rows = db.query("select id, name, details, size_bytes, score, deleted_at, active from \""
                + what.name + "\" order by rowid");
            ASSERT_EQ(rows.size(), data.size(c)) << what.name;
            std::map<std::string, database::row> by_id;
            for (const database::row& r : rows) {
                by_id[*r[0]] = r;
            }
            for (example_api::dataset::index i = 0; i < data.size(c); ++i) {
                const boost::json::object expected = data.record(c, i);
                const auto& id = expected.at("id");
                const auto found =
                    by_id.find(id.is_string() ? std::string(id.get_string()) : boost::json::serialize(id));
                ASSERT_NE(found, by_id.end()) << what.name << " lacks " << id;
                const database::row& r = found->second;
                EXPECT_EQ(*r[1], expected.at("name").get_string());
                EXPECT_EQ(boost::json::parse(*r[2]), expected.at("details"));
                EXPECT_EQ(*r[3], std::to_string(expected.at("size_bytes").to_number<std::int64_t>()));
                EXPECT_EQ(std::stod(*r[4]), expected.at("score").to_number<double>());
                EXPECT_FALSE(r[5].has_value());
                EXPECT_EQ(*r[6], expected.at("active").get_bool() ? "1" : "0");
            }
        }
    }

    /// No page of a collection was asked for twice.
    void expect_no_repeated_page() const
    {
        for (const auto& [what, n] : api.counts()) {
            if (what.first == "GET") {
                EXPECT_EQ(n, 1U) << what.second;
            }
        }
    }

    example_api::server api;
    temporary_folder folder;
};
