/// \file
/// Theirs: appends rows from memory to a table of DuckDB, 6,400 rows a transaction, and makes of it a table that is
/// merged once, or a Parquet file. And it looks into what was stored.
///
///     benchmark_append database ROWS FILE    appends to a table, from which one INSERT ... ON CONFLICT fills `records`
///     benchmark_append parquet ROWS FILE     appends to a table in memory, of which one COPY TO makes the file
///     benchmark_append ids FILE              number, sum and exclusive or of the ids in a database or a Parquet file
///     benchmark_append same FILE FILE        how many rows, columns and types included, are not in both
///
/// ROWS is what the generator wrote. The types are those that corest's destinations find for these records.

#include "rows.h"

#include <duckdb.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { rows_per_transaction = 6400 };

static duckdb_database database;
static duckdb_connection db;

static void fail(const char* doing, const char* why)
{
    fprintf(stderr, "benchmark_append: %s: %s\n", doing, why ? why : "failed");
    exit(1);
}

static void open_database(const char* file)
{
    if (duckdb_open(file, &database) != DuckDBSuccess || duckdb_connect(database, &db) != DuckDBSuccess) {
        fail(file ? file : "memory", "it cannot be opened");
    }
}

static void execute(const char* sql)
{
    duckdb_result result;
    if (duckdb_query(db, sql, &result) != DuckDBSuccess) {
        fail(sql, duckdb_result_error(&result));
    }
    duckdb_destroy_result(&result);
}

/* The microseconds since 1970 of "2024-01-10T10:10:07Z". */
static int64_t micros_of(const char* text)
{
    int year = 0;
    int month = 0;
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    if (sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2dZ", &year, &month, &day, &hour, &minute, &second) != 6) {
        fail(text, "no timestamp");
    }
    duckdb_timestamp_struct parts;
    parts.date.year = year;
    parts.date.month = (int8_t)month;
    parts.date.day = (int8_t)day;
    parts.time.hour = (int8_t)hour;
    parts.time.min = (int8_t)minute;
    parts.time.sec = (int8_t)second;
    parts.time.micros = 0;
    return duckdb_to_timestamp(parts).micros;
}

static void append(duckdb_appender to, struct value v, int column)
{
    duckdb_state done = DuckDBSuccess;
    if (v.kind == 'n') {
        done = duckdb_append_null(to);
    } else if (column == 3) {
        char text[32] = {0};
        memcpy(text, v.text, v.number < 31 ? v.number : 31);
        duckdb_timestamp moment;
        moment.micros = micros_of(text);
        done = duckdb_append_timestamp(to, moment);
    } else if (column == 4) {
        done = duckdb_append_bool(to, v.number != 0);
    } else if (v.kind == 'i') {
        done = duckdb_append_int64(to, (int64_t)v.number);
    } else if (v.kind == 'r') {
        done = duckdb_append_double(to, real_of(v));
    } else {
        done = duckdb_append_varchar_length(to, v.text, v.number);
    }
    if (done != DuckDBSuccess) {
        fail("a value", duckdb_appender_error(to));
    }
}

static const char* const columns_sql =
    "id BIGINT, name VARCHAR, status VARCHAR, created_at TIMESTAMP WITH TIME ZONE, active BOOLEAN, score DOUBLE, "
    "size_bytes BIGINT, comment VARCHAR, owner JSON, tags JSON, metrics JSON, url VARCHAR";

/* Appends all rows to the table `staged`. */
static unsigned long long append_all(const char* path)
{
    struct rows all = open_rows(path);
    char sql[512];
    snprintf(sql, sizeof sql, "CREATE TABLE staged(%s)", columns_sql);
    execute(sql);
    execute("CREATE TABLE walks(position VARCHAR); INSERT INTO walks VALUES('')");
    unsigned long long rows = 0;
    duckdb_appender to = NULL;
    while (all.at != all.end) {
        if (rows % rows_per_transaction == 0) {
            execute("BEGIN");
            if (duckdb_appender_create(db, NULL, "staged", &to) != DuckDBSuccess) {
                fail("the appender", duckdb_appender_error(to));
            }
        }
        for (int column = 0; column < columns; ++column) {
            append(to, next_value(&all), column);
        }
        duckdb_appender_end_row(to);
        ++rows;
        if (rows % rows_per_transaction == 0 || all.at == all.end) {
            if (duckdb_appender_flush(to) != DuckDBSuccess) {
                fail("the rows", duckdb_appender_error(to));
            }
            duckdb_appender_destroy(&to);
            snprintf(sql, sizeof sql, "UPDATE walks SET position = '%llu'; COMMIT", rows);
            execute(sql);
        }
    }
    return rows;
}

static void store(const char* rows_file, const char* file)
{
    open_database(file);
    const unsigned long long rows = append_all(rows_file);
    char sql[512];
    snprintf(sql, sizeof sql, "CREATE TABLE records(%s, PRIMARY KEY (id))", columns_sql);
    execute(sql);
    execute(
        "BEGIN; INSERT INTO records SELECT * FROM staged ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, "
        "status = EXCLUDED.status, created_at = EXCLUDED.created_at, active = EXCLUDED.active, score = "
        "EXCLUDED.score, size_bytes = EXCLUDED.size_bytes, comment = EXCLUDED.comment, owner = EXCLUDED.owner, tags "
        "= EXCLUDED.tags, metrics = EXCLUDED.metrics, url = EXCLUDED.url; DROP TABLE staged; COMMIT");
    printf("{\"rows\": %llu}\n", rows);
}

static void write_parquet(const char* rows_file, const char* file)
{
    open_database(NULL);
    const unsigned long long rows = append_all(rows_file);
    char sql[4096];
    snprintf(sql, sizeof sql, "COPY staged TO '%s' (FORMAT parquet, COMPRESSION zstd)", file);
    execute(sql);
    printf("{\"rows\": %llu}\n", rows);
}

static bool is_parquet(const char* file)
{
    const size_t size = strlen(file);
    return size > 8 && strcmp(file + size - 8, ".parquet") == 0;
}

/* What stands behind FROM for a file: a database is attached under a name. */
static void source_of(const char* file, const char* name, char* sql, size_t size)
{
    if (is_parquet(file)) {
        snprintf(sql, size, "read_parquet('%s')", file);
        return;
    }
    snprintf(sql, size, "ATTACH '%s' AS %s (READ_ONLY)", file, name);
    execute(sql);
    snprintf(sql, size, "%s.records", name);
}

/* The first row of a query that has numbers only. */
static void numbers_of(const char* sql, int count, int64_t* numbers)
{
    duckdb_result result;
    if (duckdb_query(db, sql, &result) != DuckDBSuccess) {
        fail(sql, duckdb_result_error(&result));
    }
    for (int i = 0; i < count; ++i) {
        numbers[i] = duckdb_value_int64(&result, (idx_t)i, 0);
    }
    duckdb_destroy_result(&result);
}

static void show_ids(const char* file)
{
    char from[4096];
    char sql[8192];
    int64_t found[3];
    open_database(NULL);
    source_of(file, "a", from, sizeof from);
    snprintf(sql, sizeof sql, "SELECT count(*), sum(id)::BIGINT, bit_xor(id) FROM %s", from);
    numbers_of(sql, 3, found);
    printf("{\"rows\": %" PRId64 ", \"sum\": %" PRId64 ", \"xor\": %" PRId64 "}\n", found[0], found[1], found[2]);
}

static void compare(const char* one, const char* other)
{
    char a[4096];
    char b[4096];
    char sql[32768];
    int64_t found[3];
    open_database(NULL);
    source_of(one, "a", a, sizeof a);
    source_of(other, "b", b, sizeof b);
    snprintf(sql, sizeof sql,
        "SELECT (SELECT count(*) FROM (FROM %s EXCEPT FROM %s)), (SELECT count(*) FROM (FROM %s EXCEPT FROM %s)), "
        "(SELECT count(*) FROM ((SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM %s)) EXCEPT (SELECT "
        "column_name, column_type FROM (DESCRIBE SELECT * FROM %s))))",
        a, b, b, a, a, b);
    numbers_of(sql, 3, found);
    printf("{\"rows\": %" PRId64 ", \"columns\": %" PRId64 "}\n", found[0] + found[1], found[2]);
}

int main(int argc, char** argv)
{
    if (argc == 4 && strcmp(argv[1], "database") == 0) {
        store(argv[2], argv[3]);
    } else if (argc == 4 && strcmp(argv[1], "parquet") == 0) {
        write_parquet(argv[2], argv[3]);
    } else if (argc == 3 && strcmp(argv[1], "ids") == 0) {
        show_ids(argv[2]);
    } else if (argc == 4 && strcmp(argv[1], "same") == 0) {
        compare(argv[2], argv[3]);
    } else {
        fprintf(stderr, "usage: benchmark_append (database | parquet) ROWS FILE | ids FILE | same FILE FILE\n");
        return 2;
    }
    duckdb_disconnect(&db);
    duckdb_close(&database);
    return 0;
}
