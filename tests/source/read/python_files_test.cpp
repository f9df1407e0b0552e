/// \file
/// The static reader against Python itself: files are read by the one, and run by the other with the stand-in for dlt.
/// Both must find the same dictionary.

#include <corest/error.hpp>
#include <corest/source/read/read_source.hpp>
#include <corest/source/read/source_steps.hpp>

#include <support/command.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace {
namespace python_files_test {

namespace json = boost::json;

// The interpreter itself, where `python3` is a script that looks for it; empty where there is none.
const std::string& python_path()
{
    static const std::string path = [] {
        const auto done = run_command({"/usr/bin/env", "python3", "-c",
            "import sys; print(sys.executable, end='') if sys.version_info >= (3, 9) else sys.exit(1)"});
        return done.status == 0 ? done.out : std::string();
    }();
    return path;
}

// With the keys of each object in their order: which of the things that are done to a source comes first counts for
// nothing.
json::value in_order(const json::value& v)
{
    if (const auto* list = v.if_array()) {
        json::array out;
        for (const json::value& one : *list) {
            out.push_back(in_order(one));
        }
        return out;
    }
    if (!v.is_object()) {
        return v;
    }
    std::map<std::string, json::value> members;
    for (const auto& member : v.get_object()) {
        members.emplace(member.key(), in_order(member.value()));
    }
    json::object out;
    for (auto& [key, value] : members) {
        out.emplace(key, std::move(value));
    }
    return out;
}

// Something that a file does to its source, as the stand-in has written it.
corest::source::detail::source_step step_in(const json::object& written)
{
    using kind = corest::source::detail::source_step::kind;
    corest::source::detail::source_step out;
    const std::string type(written.at("type").as_string());
    out.type = type == "call" ? kind::call
        : type == "run"       ? kind::run
        : type == "options"   ? kind::options
                              : kind::assignment;
    out.method = std::string(written.at("method").as_string());
    out.is_plain = written.at("is_plain").as_bool();
    out.named = written.at("named").as_object();
    for (const json::value& argument : written.at("arguments").as_array()) {
        out.arguments.emplace_back(argument.as_string());
    }
    if (written.at("resources").is_array()) {
        out.resources.emplace();
        for (const json::value& name : written.at("resources").as_array()) {
            out.resources->emplace_back(name.as_string());
        }
    }
    return out;
}

// The dictionary that Python makes of a file, as text; else why there is none.
std::string run_by_python(const std::string& file, const temporary_folder& folder)
{
    const std::string out = folder.file("out.json");
    std::filesystem::remove(out);
    const auto done = run_command({python_path(), COREST_SOURCE_DIR "/tools/corest/python/dlt_stand_in.py", file, out,
        R"({"secrets":["access_token"]})"});
    json::error_code ec;
    const json::value result = json::parse(read_file(out), ec);
    if (ec || done.status != 0) {
        return "Python ended with " + std::to_string(done.status) + ": " + done.err;
    }
    const json::array& sources = result.at("sources").as_array();
    if (sources.size() != 1 || result.as_object().contains("failure")) {
        return "not one source: " + json::serialize(result);
    }
    json::value made = sources[0].at("dictionary");
    // What the file does to the source is done by who reads what the stand-in has written.
    std::vector<corest::source::detail::source_step> steps;
    for (const json::value& one : sources[0].at("steps").as_array()) {
        steps.push_back(step_in(one.as_object()));
    }
    (void)corest::source::detail::apply_source_steps(made, steps);
    return json::serialize(in_order(made)) + " of " + json::serialize(sources[0].at("section")) + " "
        + json::serialize(sources[0].at("name"));
}

std::string read_without_python(const std::string& file)
{
    corest::source::read_options options;
    options.is_given = [](std::string_view name) { return name == "access_token"; };
    try {
        const auto reading =
            corest::source::read_source(corest::source::detail::read_text_file(file, "source"), file, options);
        return json::serialize(in_order(reading.dictionary)) + " of \"" + reading.section + "\" \"" + reading.name
            + "\"";
    } catch (const corest::error& e) {
        return e.what();
    }
}

TEST(PythonFiles, AreReadAsPythonReadsThem)
{
    if (python_path().empty()) {
        GTEST_SKIP() << "no python3";
    }
    const temporary_folder folder;
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(COREST_TESTS_DIR "/source/read/python_files")) {
        files.push_back(entry.path().string());
    }
    std::sort(files.begin(), files.end());
    EXPECT_GE(files.size(), 40U);
    for (const std::string& file : files) {
        EXPECT_EQ(read_without_python(file), run_by_python(file, folder)) << file;
    }
}

// What stands for a text; `access_token` and its like are defined in the file below.
const std::vector<std::string> python_texts = {"'x'", "\"it's\"", "r'\\d'", "'a' 'b'", "TEXT", "NESTED",
    "f'{TEXT}/{{id}}'", "TEXT + '/' + NESTED", "dlt.secrets['s']", "dlt.secrets['s']['t']", "SECRET",
    "f'Bearer {SECRET}'", "'B ' + SECRET", "os.environ['E']", "os.getenv('E', 'd')", "VARIABLE",
    "f'{VARIABLE}:{access_token}'", "access_token", "given", "literal", "START.isoformat()",
    "f'{START:%Y}'[0:0] + 'x'"};

// What may stand around one.
const std::vector<std::pair<std::string, std::string>> python_contexts = {{"", ""}, {"f'<{", "}>'"},
    {"'<' + ", " + '>'"}, {"[", ", 1]"}, {"[*[", "], 2]"}, {"{'k': ", "}"}, {"{**{'k': 1}, 'k': ", "}"},
    {"{'k': 1} | {'k': ", "}"}, {"dict(k=", ")"}, {"BearerTokenAuth(token=", ")"}, {"BearerTokenAuth(", ")"},
    {"OffsetPaginator(5, offset_param=", ")"}, {"dlt.sources.incremental('c', initial_value=", ")"},
    {"(", " if access_token else None)"}, {"(None if access_token is None else ", ")"}, {"cast(str, ", ")"}};

TEST(PythonFiles, EachConstructInEachOtherIsReadAsPythonReadsIt)
{
    if (python_path().empty()) {
        GTEST_SKIP() << "no python3";
    }
    const temporary_folder folder;
    for (const auto& [before, after] : python_contexts) {
        std::string file = "import os\nfrom datetime import datetime\nfrom typing import cast\nimport dlt\n"
                           "from dlt.sources.rest_api import rest_api_resources\n"
                           "from dlt.sources.helpers.rest_client.auth import BearerTokenAuth\n"
                           "from dlt.sources.helpers.rest_client.paginators import OffsetPaginator\n"
                           "TEXT = 'text'\nNESTED = TEXT + '!'\nSECRET = dlt.secrets['secret']\n"
                           "VARIABLE = os.getenv('V')\nSTART = datetime(2024, 1, 2)\n"
                           "@dlt.source\ndef make(given, access_token=dlt.secrets.value, literal='l'):\n"
                           "  yield from rest_api_resources({\n";
        for (std::size_t i = 0; i + 1 < python_texts.size(); ++i) {
            // Quotes of a kind cannot be nested in the fields of an f-string.
            const bool in_field = before.starts_with("f'");
            if (in_field && python_texts[i].find_first_of("'\\") != std::string::npos) {
                continue;
            }
            file += "    'v" + std::to_string(i) + "': " + before + python_texts[i] + after + ",\n";
        }
        const std::string path = folder.write("file.py", file + "  })\nmake('given')\n");
        EXPECT_EQ(read_without_python(path), run_by_python(path, folder)) << before << after;
    }
}

TEST(PythonFiles, WhatTheReaderRefusesPythonComputes)
{
    if (python_path().empty()) {
        GTEST_SKIP() << "no python3";
    }
    const temporary_folder folder;
    const std::string path = folder.write("file.py",
        "import os\nimport dlt\nfrom dlt.sources.rest_api import rest_api_source\n"
        "names = [n.lower() for n in ('A', 'B')]\nresources = []\nfor n in names:\n"
        "    resources.append({'name': n, 'endpoint': {'path': '/'.join(['x', n])}})\n"
        "config = {'client': {}}\nconfig['client']['base_url'] = 'https://{}'.format('a')\n"
        "config['client']['token'] = 'Token %s' % os.environ['T']\nconfig['resources'] = resources\n"
        "source = rest_api_source(config)\n");
    const std::string read = read_without_python(path);
    for (const std::string& reason :
        {path + R"(:9:32","reason":"a call of 'format'")", path + R"(:10:40","reason":"the operator '%'")",
            path + R"(:11:23","reason":"the variable 'resources', which is changed at )" + path + ":7:5"})
    {
        EXPECT_NE(read.find(reason), std::string::npos) << read;
    }
    EXPECT_EQ(run_by_python(path, folder),
        R"({"client":{"base_url":"https://a","token":{"$secret":["Token ",{"$secret":"T"}]}},"resources":[)"
        R"({"endpoint":{"path":"x/a"},"name":"a"},{"endpoint":{"path":"x/b"},"name":"b"}]} of "" "source")");
}

} // namespace python_files_test
} // namespace
