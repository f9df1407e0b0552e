/// \file
/// Theirs: inserts rows from memory into an SQLite database, with one prepared statement, a transaction per 1,000 rows.
///
///     benchmark_insert ROWS DATABASE
///
/// ROWS is what the generator wrote. Table, statement and settings are those of corest's SQLite destination: columns
/// without a type, the key `id`, WAL, synchronous = NORMAL, the same cache. Prints the number of rows.

#include "rows.h"

#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { rows_per_transaction = 1000 };

static sqlite3* db;

static void check(int result, int expected, const char* doing)
{
    if (result != expected) {
        fprintf(stderr, "benchmark_insert: %s: %s\n", doing, sqlite3_errmsg(db));
        exit(1);
    }
}

static void execute(const char* sql)
{
    check(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK, sql);
}

int main(int argc, char** argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: benchmark_insert ROWS DATABASE\n");
        return 2;
    }
    struct rows all = open_rows(argv[1]);

    check(sqlite3_open_v2(argv[2], &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL),
        SQLITE_OK, argv[2]);
    execute("PRAGMA journal_mode = WAL");
    execute("PRAGMA synchronous = NORMAL");
    execute("PRAGMA cache_size = -16384");
    execute("PRAGMA secure_delete = FAST");
    execute(
        "CREATE TABLE records(id NOT NULL, name, status, created_at, active, score, size_bytes, comment, owner, tags, "
        "metrics, url, PRIMARY KEY(id))");
    sqlite3_stmt* insert = NULL;
    check(
        sqlite3_prepare_v3(db,
            "INSERT INTO records(id,name,status,created_at,active,score,size_bytes,comment,owner,tags,metrics,url) "
            "VALUES(?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT(id) DO UPDATE SET name=excluded.name,status=excluded.status,"
            "created_at=excluded.created_at,active=excluded.active,score=excluded.score,size_bytes=excluded.size_bytes,"
            "comment=excluded.comment,owner=excluded.owner,tags=excluded.tags,metrics=excluded.metrics,url=excluded."
            "url",
            -1, SQLITE_PREPARE_PERSISTENT, &insert, NULL),
        SQLITE_OK, "the statement");

    unsigned long long rows = 0;
    while (all.at != all.end) {
        if (rows % rows_per_transaction == 0) {
            execute("BEGIN IMMEDIATE");
        }
        for (int column = 1; column <= columns; ++column) {
            const struct value v = next_value(&all);
            switch (v.kind) {
            case 'n':
                sqlite3_bind_null(insert, column);
                break;
            case 'i':
                sqlite3_bind_int64(insert, column, (sqlite3_int64)v.number);
                break;
            case 'r':
                sqlite3_bind_double(insert, column, real_of(v));
                break;
            default:
                sqlite3_bind_text64(insert, column, v.text, v.number, SQLITE_STATIC, SQLITE_UTF8);
            }
        }
        check(sqlite3_step(insert), SQLITE_DONE, "the row");
        sqlite3_reset(insert);
        ++rows;
        if (rows % rows_per_transaction == 0) {
            execute("COMMIT");
        }
    }
    if (rows % rows_per_transaction != 0) {
        execute("COMMIT");
    }
    sqlite3_finalize(insert);
    check(sqlite3_close(db), SQLITE_OK, "close");
    printf("{\"rows\": %llu}\n", rows);
    return 0;
}
