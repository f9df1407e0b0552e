"""Makes the data, starts the server, runs the jobs and reports. Called by run.sh, which builds the programs."""

import argparse
import dataclasses
import hashlib
import json
import os
import pathlib
import platform
import shutil
import signal
import subprocess
import sys
import tempfile

import command
import databases
import jobs
import latency
import report
import server

PAGE = 100
GIBIBYTE = 1 << 30
ALL = jobs.ALL + databases.ALL + latency.ALL + command.ALL


def arguments():
    parser = argparse.ArgumentParser(prog="tests/benchmark/run.sh")
    parser.add_argument("--build", required=True, type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true", help="a tenth of the data, 3 pairs")
    parser.add_argument("--jobs", help="names, with commas between")
    parser.add_argument("--pairs", type=int, help="how often ours and theirs are run, alternating")
    parser.add_argument("--json", type=pathlib.Path, help="also write every figure to this file")
    parser.add_argument("--data", type=pathlib.Path, help="where the data are made or found")
    parser.add_argument("--versus", type=pathlib.Path, help="compare with another build of corest, in turns")
    parser.add_argument("--list", action="store_true", help="say which jobs there are")
    given = parser.parse_args()
    if given.pairs is None:
        given.pairs = 3 if given.quick else 7
    if given.pairs < 1:
        parser.error("--pairs: at least 1")
    return given


def chosen(names):
    if not names:
        return ALL
    known = {job.name: [job] for job in ALL}
    for job in ALL:
        known.setdefault(job.group, []).append(job)
    wrong = [name for name in names.split(",") if name not in known]
    if wrong:
        raise SystemExit(f"run.sh: there is no job {', '.join(wrong)}; there are {', '.join(known)}")
    return [job for name in names.split(",") for job in known[name]]


def place_for_data(given, records):
    """A folder for data and results, and whether it goes afterwards."""
    if given.data:
        given.data.mkdir(parents=True, exist_ok=True)
        return given.data.resolve(), False
    needed = 4 * GIBIBYTE * records // 1_000_000
    memory = pathlib.Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > needed:
        return pathlib.Path(tempfile.mkdtemp(prefix="corest-benchmark-", dir=memory)), True
    folder = given.build / ("data-quick" if given.quick else "data")
    folder.mkdir(exist_ok=True)
    return folder.resolve(), False


def make_data(folder, program, records):
    """Has the data made, unless this very generator has made them before. Returns what a reader must come to."""
    expected = folder / "expected.json"
    mark = folder / "generator"
    source = pathlib.Path(__file__).resolve().parent / "data" / "generate.cpp"
    version = f"{hashlib.sha256(source.read_bytes()).hexdigest()} {records}"
    if not (expected.exists() and mark.exists() and mark.read_text() == version):
        print(f"making {records:,} records in {folder} ...", flush=True)
        for old in ("expected.json", "generator", "rows"):
            (folder / old).unlink(missing_ok=True)
        for old in ("flat", "tree"):
            shutil.rmtree(folder / old, ignore_errors=True)
        subprocess.run([program, folder, str(records)], check=True)
        mark.write_text(version)
    return json.loads(expected.read_text())


def machine(compiler):
    def first_line(*command):
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except OSError:
            return ""
        return (done.stdout + done.stderr).partition("\n")[0]

    processor = ""
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            processor = line.partition(": ")[2]
            break
    return {
        "processor": processor,
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()}",
        "load_before": round(os.getloadavg()[0], 2),
        "compiler": first_line(compiler, "--version"),
        "nginx": first_line(server.find_nginx(), "-v"),
        "libcurl": first_line("curl-config", "--version"),
    }


def compiler_of(build):
    for line in (build / "CMakeCache.txt").read_text().splitlines():
        if line.startswith("CMAKE_CXX_COMPILER:"):
            return line.partition("=")[2]
    raise SystemExit(f"run.sh: {build}/CMakeCache.txt names no compiler")


def compare_builds(given, selected, bench):
    """The jobs that cost corest something alone, in this build and in another one."""
    other = dataclasses.replace(bench, programs=given.versus.resolve() / "tests" / "benchmark")
    results = []
    for job in selected:
        if job.ours and (given.jobs or job.group != latency.GROUP): # those that only wait say little
            results.append(jobs.versus(job, bench, other))
            print(report.versus(results[-1]), flush=True)
    if given.json:
        given.json.write_text(json.dumps(results, indent=1) + "\n")


def main():
    given = arguments()
    if given.list:
        for job in ALL:
            print(f"{job.group:10} {job.name:20} {job.what}")
        return
    selected = chosen(given.jobs)
    if given.json: # better to know now than at the end
        given.json.parent.mkdir(parents=True, exist_ok=True)
        given.json.touch()
    programs = given.build.resolve() / "tests" / "benchmark"
    compiler = compiler_of(given.build)
    about = machine(compiler)
    records = 100_000 if given.quick else 1_000_000
    folder, passing = place_for_data(given, records)
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="corest-benchmark-"))
    try:
        expected = make_data(folder, programs / "benchmark_data", records)
        scratch.chmod(0o755)
        with server.Server(folder, records, scratch) as running, \
                latency.LateServer(programs / "benchmark_late_server") as late:
            bench = jobs.Bench(running, late, programs, folder, scratch, expected, PAGE, given.pairs, given.quick,
                               compiler)
            print(f"{about['processor']}, {about['cores']} cores, load {about['load_before']}; "
                  f"data and results in {folder}; {given.pairs} pairs", flush=True)
            results = []
            try:
                if given.versus:
                    compare_builds(given, selected, bench)
                    return
                for job in selected:
                    print(f"  {job.name} ...", end="", flush=True)
                    try:
                        results.append(job.run(bench))
                    except jobs.Skipped as why:
                        print(f" skipped: {why}", flush=True)
                        continue
                    print(" " + report.in_short(results[-1]), flush=True)
            finally:
                if running.faults():
                    print("\nnginx complained:\n" + running.faults(), file=sys.stderr)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        if passing:
            shutil.rmtree(folder, ignore_errors=True)
    print()
    print(report.table(results))
    if given.json:
        given.json.write_text(json.dumps(
            {"machine": about, "records": records, "pairs": given.pairs, "jobs": results}, indent=1) + "\n")


if __name__ == "__main__":
    # A signal ends the program as an exception does, so that server and folders are cleared away.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGHUP, lambda *_: sys.exit(129))
    try:
        main()
    except jobs.Wrong as wrong:
        print(f"\nrun.sh: WRONG RESULT: {wrong}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
