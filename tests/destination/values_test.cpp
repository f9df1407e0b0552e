/// \file
/// Every type with every kind of value, in SQLite and in files.

#include <destination/file_tables.hpp>
#include <destination/value_cases.hpp>

#include <map>
#include <string>

namespace corest::test {

namespace {

class sqlite_values : public sqlite_tables {
public:
    static std::map<std::string, std::string> differences() { return {{"bool", "1"}}; }
};

class ndjson_values : public file_tables<ndjson_files> {
public:
    static std::map<std::string, std::string> differences() { return {{"binary", "AP8="}}; }
};

class csv_values : public file_tables<csv_files> {
public:
    static std::map<std::string, std::string> differences()
    {
        return {{"binary", "AP8="},
            {"text, NUL",
                "!record 2: the field 'v' holds a text with the character U+0000 in it, which CSV cannot hold. Leave "
                "the field out, declare it as binary if it is one, or load into another destination."}};
    }
};

} // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, Values, sqlite_values);
INSTANTIATE_TYPED_TEST_SUITE_P(Ndjson, Values, ndjson_values);
INSTANTIATE_TYPED_TEST_SUITE_P(Csv, Values, csv_values);

} // namespace corest::test
