"""A PostgreSQL server for the sweep, on a unix socket in a folder of its own, and what a run has left in a database of it."""

import hashlib
import json
import os
import pathlib
import pwd
import shutil
import subprocess
import time

from nested_rows import without_ids

USER = "tester"
PATIENCE = 60


def programs():
    """The folder of the server's programs; None where they are not installed."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    return found[-1].parent if found else None


class Server:
    def __init__(self, folder, environment=None):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        variables = {**os.environ, **(environment or {})}
        self.prefix = []
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            names = [p.pw_name for p in pwd.getpwall()]
            user = "postgres" if "postgres" in names else "nobody"
            shutil.chown(self.folder, user)
            self.prefix = ["setpriv", f"--reuid={user}", f"--regid={pwd.getpwnam(user).pw_gid}", "--clear-groups"]
            for parent in self.folder.parents:  # its user has to get there
                if parent.owner() == "root" and parent != pathlib.Path("/") and not parent.stat().st_mode & 0o001:
                    parent.chmod(parent.stat().st_mode | 0o011)
        bin_folder = programs()
        subprocess.run([*self.prefix, bin_folder / "initdb", "-D", self.folder / "data", "-A", "trust", "-U", USER, "-E",
                        "UTF8", "--locale=C.UTF-8", "--no-sync"], check=True, stdout=subprocess.DEVNULL, cwd="/")
        self.process = subprocess.Popen(
            [*self.prefix, bin_folder / "postgres", "-D", self.folder / "data", "-k", self.folder, "-c", "listen_addresses=",
             "-c", "fsync=off", "-c", "max_connections=50"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", env=variables)
        deadline = time.monotonic() + PATIENCE
        while not self.answers():
            if time.monotonic() > deadline:
                raise SystemExit("the PostgreSQL server did not start")
            time.sleep(0.05)

    def answers(self):
        return subprocess.run(["psql", "-h", self.folder, "-U", USER, "-d", "postgres", "-c", ""], check=False,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Database:
    """What a run has left in a database, which stands for the folder that another destination has."""

    def __init__(self, server_folder, folder, is_new=True):
        self.server_folder = server_folder
        self.folder = pathlib.Path(folder)
        self.name = "d" + hashlib.sha256(str(folder).encode()).hexdigest()[:20]
        if is_new:
            self.admin(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)", f"CREATE DATABASE {self.name}")

    @property
    def argument(self):
        return f"postgres:host={self.server_folder} user={USER} dbname={self.name}"

    @property
    def path(self):
        return self.folder  # no file of it is the program's

    def exists(self):
        return True

    def copy_to(self, folder):
        copy = Database(self.server_folder, folder, is_new=False)
        # A session whose program was killed ends when the server has noticed it.
        deadline = time.monotonic() + 5
        while self.admin(f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{self.name}'") != "0":
            if time.monotonic() > deadline:
                self.end_sessions()
            time.sleep(0.01)
        self.admin(f"DROP DATABASE IF EXISTS {copy.name} WITH (FORCE)", f"CREATE DATABASE {copy.name} TEMPLATE {self.name}")
        return copy

    def end_sessions(self):
        self.admin(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{self.name}'")

    def tables(self):
        """Rows of each table that users see, each as often as it is there."""
        names = [n for n in self.names() if not n.startswith("_")]
        found = {n: [] for n in names}
        rows = " UNION ALL ".join(f"SELECT '{n}' AS name, to_json(t)::text FROM \"{n}\" AS t" for n in names)
        for line in self.ask(self.name, rows).splitlines() if names else []:
            name, _, row = line.partition("|")
            found[name].append(json.loads(row))
        return without_ids(found)

    def leftovers(self):
        """What only a run that is not over may have."""
        return [n for n in self.names() if n.startswith("_corest_staging")]

    def names(self):
        return self.ask(self.name, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").splitlines()

    def admin(self, *statements):
        return self.ask("postgres", *statements)

    def ask(self, database, *statements):
        arguments = [a for s in statements for a in ("-c", s)]
        done = subprocess.run(["psql", "-h", self.server_folder, "-U", USER, "-d", database, "-qAtX", "-v", "ON_ERROR_STOP=1",
                               *arguments], check=False, capture_output=True, text=True, timeout=PATIENCE)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return done.stdout.rstrip("\n")
