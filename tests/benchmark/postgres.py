"""A PostgreSQL server for the benchmark: a private cluster with default settings, on a unix socket."""

import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile
import time

import server


def find_programs():
    """The folder of the server's programs; None where they are not installed."""
    for version in range(20, 12, -1):
        folder = pathlib.Path(f"/usr/lib/postgresql/{version}/bin")
        if (folder / "initdb").exists() and (folder / "psql").exists():
            return folder
    return None


class Postgres:
    """`with Postgres(above) as database:` - the server is stopped at the end, whatever happened."""

    def __init__(self, above):
        """\p above: the folder to make its own folder in, which its user must be able to enter; None: that for
        temporary files"""
        self.programs = find_programs()
        # The paths of sockets are short: no build folder will do.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="corest-benchmark-", dir=above))
        self.user = None
        self.process = None

    @property
    def connection(self):
        """What libpq takes, and, behind "postgres:", corest."""
        return f"host={self.folder} user=tester dbname=postgres"

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def start(self):
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            self.user = "postgres"
            try:
                entry = pwd.getpwnam(self.user)
            except KeyError:
                self.user = "nobody"
                entry = pwd.getpwnam(self.user)
            os.chown(self.folder, entry.pw_uid, entry.pw_gid)
        data = self.folder / "data"
        subprocess.run([self.programs / "initdb", "-D", data, "-A", "trust", "-U", "tester", "-E", "UTF8",
                        "--locale=C.UTF-8"], check=True, capture_output=True, user=self.user, cwd="/")
        with open(self.folder / "log", "wb") as log:
            self.process = subprocess.Popen(
                [self.programs / "postgres", "-D", data, "-k", self.folder, "-c", "listen_addresses="],
                stdout=log, stderr=log, user=self.user, cwd="/", preexec_fn=server.end_with_parent)
        self.wait_until_it_answers()

    def wait_until_it_answers(self):
        for _ in range(600):
            if self.process.poll() is not None:
                raise SystemExit("run.sh: PostgreSQL did not start:\n" + (self.folder / "log").read_text())
            ready = subprocess.run([self.programs / "pg_isready", "-h", self.folder], capture_output=True, check=False)
            if ready.returncode == 0:
                return
            time.sleep(0.1)
        raise SystemExit("run.sh: PostgreSQL does not answer")

    def lines(self, sql):
        """The lines that psql prints of a statement's rows, columns with a bar between."""
        done = subprocess.run([self.programs / "psql", "-d", self.connection, "-AtX", "-v", "ON_ERROR_STOP=1", "-c", sql],
                              check=True, capture_output=True, text=True)
        return done.stdout.splitlines()

    def cpu(self):
        """Seconds that its processes for connections that have ended have taken."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)  # without waiting for who is connected
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
