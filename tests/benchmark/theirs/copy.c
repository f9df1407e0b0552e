/// \file
/// Theirs: copies rows from memory into a PostgreSQL table, 6,400 rows as one query: a binary COPY into a temporary
/// table and one INSERT, with a row that says how far it has come.
///
///     benchmark_copy ROWS CONNECTION SCHEMA
///
/// ROWS is what the generator wrote, CONNECTION what libpq takes. The schema's table `records` has the types that
/// corest's PostgreSQL destination finds for these records. Prints the number of rows.

#include "rows.h"

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { rows_per_transaction = 6400 };

static PGconn* db;

static void fail(const char* doing)
{
    fprintf(stderr, "benchmark_copy: %s: %s\n", doing, PQerrorMessage(db));
    exit(1);
}

static void execute(const char* sql)
{
    PGresult* result = PQexec(db, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK) {
        fail(sql);
    }
    PQclear(result);
}

/* What is sent, in the binary format of COPY. */
static char* batch;
static size_t used;
static size_t capacity;

static void put(const void* bytes, size_t size)
{
    if (used + size > capacity) {
        capacity = 2 * (used + size);
        batch = realloc(batch, capacity);
        if (!batch) {
            fail("memory");
        }
    }
    memcpy(batch + used, bytes, size);
    used += size;
}

static void put_number(uint64_t number, unsigned size)
{
    unsigned char bytes[8];
    for (unsigned i = 0; i < size; ++i) {
        bytes[i] = (unsigned char)(number >> (8 * (size - 1 - i)));
    }
    put(bytes, size);
}

static void put_value(struct value v, bool is_bool)
{
    switch (v.kind) {
    case 'n':
        put_number(UINT32_MAX, 4);
        break;
    case 't':
        put_number(v.number, 4);
        put(v.text, v.number);
        break;
    default: /* the bits of a double are sent as those of an integer are */
        put_number(is_bool ? 1 : 8, 4);
        put_number(v.number, is_bool ? 1 : 8);
    }
}

/* The results of the statements up to the COPY, or, behind it, of all others. */
static void drain(bool until_copy)
{
    PGresult* result = NULL;
    while ((result = PQgetResult(db)) != NULL) {
        const ExecStatusType status = PQresultStatus(result);
        PQclear(result);
        if (until_copy && status == PGRES_COPY_IN) {
            return;
        }
        if (status != PGRES_COMMAND_OK) {
            fail("the batch");
        }
    }
}

static void send_batch(unsigned long long rows)
{
    char sql[2048];
    snprintf(sql, sizeof sql,
        "BEGIN; UPDATE walks SET position = '{\"offset\": %llu}';"
        "CREATE TEMPORARY TABLE s(id bigint, name text, status text, created_at text, active boolean, score double "
        "precision, size_bytes bigint, comment text, owner text, tags text, metrics text, url text) ON COMMIT DROP;"
        "COPY s FROM STDIN (FORMAT binary);"
        "INSERT INTO records SELECT DISTINCT ON (id) id, name, status, created_at::timestamptz, active, score, "
        "size_bytes, comment, owner::jsonb, tags::jsonb, metrics::jsonb, url FROM s ORDER BY id, ctid DESC "
        "ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, status = EXCLUDED.status, created_at = "
        "EXCLUDED.created_at, active = EXCLUDED.active, score = EXCLUDED.score, size_bytes = EXCLUDED.size_bytes, "
        "comment = EXCLUDED.comment, owner = EXCLUDED.owner, tags = EXCLUDED.tags, metrics = EXCLUDED.metrics, "
        "url = EXCLUDED.url; COMMIT",
        rows);
    put("\xff\xff", 2);
    if (!PQsendQuery(db, sql)) {
        fail("the query");
    }
    drain(true);
    if (PQputCopyData(db, batch, (int)used) != 1 || PQputCopyEnd(db, NULL) != 1) {
        fail("the rows");
    }
    drain(false);
    used = 0;
}

int main(int argc, char** argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: benchmark_copy ROWS CONNECTION SCHEMA\n");
        return 2;
    }
    struct rows all = open_rows(argv[1]);
    db = PQconnectdb(argv[2]);
    if (PQstatus(db) != CONNECTION_OK) {
        fail(argv[2]);
    }
    char sql[512];
    snprintf(sql, sizeof sql, "CREATE SCHEMA \"%s\"; SET search_path TO \"%s\"", argv[3], argv[3]);
    execute(sql);
    execute("CREATE TABLE walks(position text); INSERT INTO walks VALUES('')");
    execute(
        "CREATE TABLE records(id bigint PRIMARY KEY, name text, status text, created_at timestamptz, active boolean, "
        "score double precision, size_bytes bigint, comment text, owner jsonb, tags jsonb, metrics jsonb, url text)");
    unsigned long long rows = 0;
    while (all.at != all.end) {
        if (used == 0) {
            put("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
        }
        put_number(columns, 2);
        for (int column = 0; column < columns; ++column) {
            put_value(next_value(&all), column == 4);
        }
        if (++rows % rows_per_transaction == 0) {
            send_batch(rows);
        }
    }
    if (used != 0) {
        send_batch(rows);
    }
    PQfinish(db);
    printf("{\"rows\": %llu}\n", rows);
    return 0;
}
