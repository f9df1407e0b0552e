"""The jobs of the typed destinations: `corest run` into PostgreSQL, DuckDB and Parquet, beside bare programs.

Theirs have the rows in memory and do what the destination does at least: the same tables, as many rows a transaction,
a row that says how far it has come. Ours fetches the pages, and reads and types them.
"""

import pathlib
import time

import jobs
import postgres

GROUP = "databases"


def need_program(bench, name, what):
    if not (bench.programs / name).exists():
        raise jobs.Skipped(f"{what} was not found when the programs were built")


def run_command(bench, disposition, destination):
    return bench.measure(bench.command, "run", jobs.dictionary(bench, disposition), "--to", destination,
                         "--progress", "none")


# ---- PostgreSQL ----

def check_postgres(bench, database, schema):
    ids = database.lines(f"COPY (SELECT id FROM {schema}.records) TO STDOUT")
    jobs.check_ids(bench, map(int, ids), f"{schema}, stored")


def same_postgres_tables(database):
    """Every value, and the types of the columns: else it would be no comparison."""
    types = [database.lines("SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = "
                            f"'{schema}' AND table_name = 'records' ORDER BY ordinal_position")
             for schema in ("ours", "theirs")]
    if types[0] != types[1]:
        raise jobs.Wrong(f"postgres: our columns are {types[0]}, theirs {types[1]}")
    for one, other in (("ours", "theirs"), ("theirs", "ours")):
        differing = database.lines(f"SELECT count(*) FROM (TABLE {one}.records EXCEPT TABLE {other}.records) AS rows")
        if differing != ["0"]:
            raise jobs.Wrong(f"postgres: {differing[0]} rows of {one} are not among {other}")


def load_postgres(job, bench):
    if not postgres.find_programs():
        raise jobs.Skipped("PostgreSQL's server was not found")
    need_program(bench, "benchmark_copy", "libpq")
    # In memory where the data are: what is measured are the programs, not the disk.
    memory = pathlib.Path("/dev/shm")
    with postgres.Postgres(memory if bench.data.is_relative_to(memory) else None) as database:
        def load(schema, program):
            database.lines(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
            database.lines("CHECKPOINT")
            before = database.cpu()
            run = program()
            time.sleep(0.2)  # until its connection has ended
            run["server_cpu"] = database.cpu() - before
            check_postgres(bench, database, schema)
            return run

        runs = bench.in_turns(
            lambda: load("ours", lambda: run_command(
                bench, "merge", f"postgres:{database.connection}?schema=ours")),
            lambda: load("theirs", lambda: bench.measure(
                "benchmark_copy", bench.data / "rows", database.connection, "theirs")))
        same_postgres_tables(database)
    result = jobs.compared(job, *runs, {"wall": 1.15})
    server_cpu = [jobs.middle(side, "server_cpu") for side in runs]
    result["note"] = f"the server's CPU is {server_cpu[0]:.2f} s, theirs {server_cpu[1]:.2f} s"
    return result


# ---- DuckDB, Parquet ----

def check_file(bench, file, who):
    said = bench.measure("benchmark_append", "ids", file)["said"]
    bench.expect(said, bench.expected["flat"]["ids"], f"{who}, stored")


def same_files(bench, one, other):
    """Every value, and the types of the columns."""
    said = bench.measure("benchmark_append", "same", one, other)["said"]
    if said != {"rows": 0, "columns": 0}:
        raise jobs.Wrong(f"{one.name}: {said['rows']} rows and {said['columns']} columns are not those of {other.name}")


def load_duckdb(job, bench):
    need_program(bench, "benchmark_append", "DuckDB")
    ours_file = bench.results() / "ours.duckdb"
    theirs_file = ours_file.with_name("theirs.duckdb")

    def run(program, file):
        for old in file.parent.glob(f"{file.name}*"):
            old.unlink()
        done = program()
        check_file(bench, file, file.stem)
        return done

    runs = bench.in_turns(
        lambda: run(lambda: run_command(bench, "merge", f"duckdb:{ours_file}"), ours_file),
        lambda: run(lambda: bench.measure("benchmark_append", "database", bench.data / "rows", theirs_file),
                    theirs_file))
    same_files(bench, ours_file, theirs_file)
    bench.results()
    return jobs.compared(job, *runs, {"wall": 1.15})


def load_parquet(job, bench):
    need_program(bench, "benchmark_append", "DuckDB")
    folder = bench.results()
    ours_file = folder / "ours" / "records.parquet"
    theirs_file = folder / "theirs.parquet"

    def ours():
        for old in folder.glob("ours/**/*"):
            if old.is_file():
                old.unlink()
        done = run_command(bench, "replace", f"parquet:{ours_file.parent}")
        check_file(bench, ours_file, "ours")
        return done

    def theirs():
        done = bench.measure("benchmark_append", "parquet", bench.data / "rows", theirs_file)
        check_file(bench, theirs_file, "theirs")
        return done

    runs = bench.in_turns(ours, theirs)
    same_files(bench, ours_file, theirs_file)
    bench.results()
    return jobs.compared(job, *runs, {})


ALL = [
    jobs.Job("postgres", load_postgres, "corest run into PostgreSQL, merge on id",
             "bare libpq, rows from memory: COPY and INSERT ... ON CONFLICT"),
    jobs.Job("duckdb", load_duckdb, "corest run into DuckDB, merge on id", "bare appender, rows from memory, one merge"),
    jobs.Job("parquet", load_parquet, "corest run into Parquet", "bare appender, rows from memory, COPY TO"),
]
for job in ALL:
    job.group = GROUP
