"""The jobs of the command itself: `corest run` beside a program that does the same, and `corest plan`."""

import contextlib
import json
import sqlite3

import jobs

GROUP = "command"


def flat_dictionary(bench, disposition):
    return jobs.dictionary(bench, disposition), "records"


def tree_dictionary(bench, disposition):
    """A file with the dictionary of the tree, and the table that is looked at."""
    def resource(name, path):
        return {"name": name, "primary_key": "id", "write_disposition": disposition,
                "endpoint": {"path": path, "data_selector": "data", "paginator": {"type": "offset", "limit": bench.page}}}

    file = bench.scratch / f"tree-{disposition}.json"
    file.write_text(json.dumps({
        "client": {"base_url": bench.server.plain},
        "resources": [resource("projects", "/projects"),
                      resource("samples", "/projects/{resources.projects.id}/samples"),
                      resource("files", "/samples/{resources.samples.id}/files")],
    }))
    return file, "files"


def expected_ids(bench, table):
    return bench.expected["flat" if table == "records" else "tree"]["ids"]


def check_sqlite(bench, stored, table, who):
    with contextlib.closing(sqlite3.connect(stored)) as database:
        check_ids(bench, (row[0] for row in database.execute(f"SELECT id FROM {table}")), table, who)


def check_ndjson(bench, stored, table, who):
    with open(stored / f"{table}.ndjson", "rb") as lines:
        check_ids(bench, (jobs.id_of(line) for line in lines), table, who)


def check_ids(bench, ids, table, who):
    jobs.check_ids(bench, ids, who, expected_ids(bench, table))


class CommandJob(jobs.Job):
    """`corest run` and the job `load` of corest_benchmark, with the same dictionary into the same kind of destination."""

    group = GROUP

    def __init__(self, shape, destination):
        what = {"flat": "corest run, flat records", "tree": "corest run, a tree of 2,051 requests"}[shape]
        where = {"sqlite": "SQLite", "ndjson": "NDJSON"}[destination]
        super().__init__(f"run_{shape}_{destination}", CommandJob.compare, f"{what} into {where}",
                         "a program on corest, the same dictionary", self.run_command)
        self.destination = destination
        self.dictionary = {"flat": flat_dictionary, "tree": tree_dictionary}[shape]

    def store(self, bench, program):
        file, table = self.dictionary(bench, "merge" if self.destination == "sqlite" else "append")
        folder = bench.results()
        stored = folder / "data.db" if self.destination == "sqlite" else folder
        run = program(file, f"{self.destination}:{stored}")
        check = check_sqlite if self.destination == "sqlite" else check_ndjson
        check(bench, stored, table, "stored")
        return run

    def run_command(self, bench):
        return self.store(bench, lambda file, to: bench.measure(bench.command, "run", file, "--to", to))

    def run_program(self, bench):
        return self.store(bench, lambda file, to: bench.ours("load", file, to))

    def compare(self, bench):
        bench = bench.having(pairs=min(bench.pairs, 5))
        ours, theirs = bench.in_turns(lambda: self.run_command(bench), lambda: self.run_program(bench))
        bench.results()
        return jobs.compared(self, ours, theirs, {"wall": 1.05})


# Twenty resources as dictionaries of dlt have them: a few roots, and what hangs below them, most with defaults only.
PLANNED = {
    "accounts": (), "users": (), "teams": (), "catalogs": (), "folders": (),
    "folder_members": ("folders",), "team_members": ("teams",), "user_tokens": ("users",), "tables": ("catalogs",),
    "columns": ("catalogs", "tables"), "models": ("folders",), "model_runs": ("models",), "model_files": ("models",),
    "boards": ("folders",), "cards": ("boards",), "card_runs": ("boards", "cards"), "filters": ("boards",),
    "schedules": ("boards",), "exports": ("boards", "schedules"), "export_runs": ("exports",),
}


def planned_text():
    """The source as a Python file."""
    resources = []
    for name, above in PLANNED.items():
        path = "".join(f"/{parent}/{{resources.{parent}.id}}" for parent in above) if len(above) == 1 \
            else "".join(f"/{parent}/{{{parent[:-1]}_id}}" for parent in above)
        endpoint = {"path": f"/v1{path}/{name}", "data_selector": f"_embedded.{name}"}
        if name.endswith("_runs"):
            endpoint["paginator"] = {"type": "page_number", "page_param": "page", "start_from_page": 1}
        resources.append({"name": name, "endpoint": endpoint})
    dictionary = {
        "client": {"base_url": "https://api.example.com", "auth": {"type": "bearer", "token": "never looked up"}},
        "resource_defaults": {"primary_key": "id", "write_disposition": "merge"},
        "resources": resources,
    }
    return f"import dlt\n\nsource = rest_api_source({dictionary!r})\n"


def run_plan(bench):
    file = bench.scratch / "planned.py"
    file.write_text(planned_text())
    run = bench.measure(bench.command, "plan", "--json", file)
    names = sorted(resource["name"] for resource in run["said"]["resources"])
    if names != sorted(PLANNED):
        raise jobs.Wrong(f"plan: the resources are {', '.join(names)}")
    return run


def plan(job, bench):
    runs, = bench.having(pairs=3 * bench.pairs).in_turns(lambda: run_plan(bench))
    wall = jobs.middle(runs, "wall")
    return {
        "job": job.name, "what": job.what, "against": job.against, "unit": "s",
        "ours": {what: jobs.middle(runs, what) for what in ("wall", "cpu", "peak_rss_kib")}, "theirs": {},
        "ratios": {}, "goals": [jobs.goal("wall, ms", 1000 * wall, 15)], "runs": {"ours": runs},
    }


PLAN = jobs.Job("plan", plan, f"corest plan, a Python file with {len(PLANNED)} resources", "-", run_plan)
PLAN.group = GROUP

ALL = [CommandJob(shape, destination) for shape in ("flat", "tree") for destination in ("sqlite", "ndjson")] + [PLAN]
