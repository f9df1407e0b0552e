"""nginx on loopback, configured for the benchmark: static pages by ?offset=, plain, over TLS, compressed, late."""

import ctypes
import os
import pathlib
import resource
import shutil
import signal
import socket
import subprocess
import time

# Late: every answer is kept back for this many seconds.
LATENCY = 0.02

CONFIGURATION = """
load_module {echo_module};
daemon off;
worker_processes 1;
pid {scratch}/nginx.pid;
error_log {scratch}/error.log warn;
worker_rlimit_nofile {files};
{user}
events {{ worker_connections 1024; }}
http {{
    access_log off;
    default_type application/json;
    sendfile on;
    tcp_nodelay on;
    keepalive_requests 4000000000;
    keepalive_timeout 600s;
    open_file_cache max={cached} inactive=3600s;
    open_file_cache_valid 3600s;
    client_body_temp_path {scratch}/body;
    proxy_temp_path {scratch}/proxy;
    fastcgi_temp_path {scratch}/fastcgi;
    uwsgi_temp_path {scratch}/uwsgi;
    scgi_temp_path {scratch}/scgi;
    root {data};

    # An offset beyond the data begins again at its start: the data are a power of ten of records, at most a million.
    map $arg_offset $repeated {{
        "~^\\d*?0*(?<low>\\d{{1,{digits}}})$" $low;
    }}

    server {{
        listen 127.0.0.1:{plain};
        location = /records {{ rewrite ^ /flat/$arg_offset.json break; }}
        location = /repeated {{ rewrite ^ /flat/$repeated.json break; }}
        location ~ ^/records/\\d+/children$ {{ rewrite ^ /tree/children.json break; }}
        location = /projects {{ rewrite ^ /tree/projects.json break; }}
        location ~ ^/projects/(?<project>\\d+)/samples$ {{ rewrite ^ /tree/samples/$project.json break; }}
        location ~ ^/samples/(?<sample>\\d+)/files$ {{ rewrite ^ /tree/files/$sample.json break; }}
    }}
    server {{
        listen 127.0.0.1:{tls} ssl;
        ssl_certificate {scratch}/certificate.pem;
        ssl_certificate_key {scratch}/key.pem;
        location = /records {{ rewrite ^ /flat/$arg_offset.json break; }}
    }}
    server {{
        listen 127.0.0.1:{gzip};
        gzip_static always; # a client that did not ask for it fails
        location = /records {{ rewrite ^ /flat/$arg_offset.json break; }}
    }}
    server {{
        listen 127.0.0.1:{late};
        location = /records {{ echo_sleep {latency}; echo_exec /flat/$arg_offset.json; }}
        location = /projects {{ echo_sleep {latency}; echo_exec /tree/projects.json; }}
        location ~ ^/projects/(?<project>\\d+)/samples$ {{
            echo_sleep {latency};
            echo_exec /tree/samples/$project.json;
        }}
        location ~ ^/samples/(?<sample>\\d+)/files$ {{ echo_sleep {latency}; echo_exec /tree/files/$sample.json; }}
        location /tree/ {{ internal; }}
        location /flat/ {{ internal; }}
    }}
}}
"""


def find_nginx():
    """The program, wherever Debian's PATH hides it."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if not found:
        raise SystemExit("run.sh: nginx was not found; ./bootstrap.sh --benchmark installs it")
    return found


def find_echo_module():
    for folder in ("/usr/lib/nginx/modules", "/usr/share/nginx/modules", "/usr/lib64/nginx/modules"):
        module = pathlib.Path(folder) / "ngx_http_echo_module.so"
        if module.exists():
            return module
    raise SystemExit("run.sh: nginx's echo module was not found; ./bootstrap.sh --benchmark installs it")


def free_ports(count):
    """Ports that nobody listens on."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [s.getsockname()[1] for s in held]
    for s in held:
        s.close()
    return ports


def make_certificate(scratch):
    """A certificate for 127.0.0.1 that signs itself: the clients are given it as the root that they trust."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=corest benchmark",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", scratch / "key.pem", "-out", scratch / "certificate.pem"],
        check=True, capture_output=True)
    return scratch / "certificate.pem"


def end_with_parent():
    """In the child: nginx gets SIGTERM even if this program is killed."""
    set_death_signal = 1
    ctypes.CDLL(None).prctl(set_death_signal, signal.SIGTERM)


class Server:
    """`with Server(...) as server:` - the server is stopped at the end, whatever happened."""

    def __init__(self, data, records, scratch):
        self.data = pathlib.Path(data).resolve()
        self.records = records
        self.scratch = pathlib.Path(scratch).resolve()
        self.process = None

    def __enter__(self):
        self.certificate = make_certificate(self.scratch)
        plain, tls, gzip, late = free_ports(4)
        self.plain = f"http://127.0.0.1:{plain}"
        self.tls = f"https://127.0.0.1:{tls}"
        self.gzip = f"http://127.0.0.1:{gzip}"
        self.late = f"http://127.0.0.1:{late}"
        # Every file that is served stays open, as far as the system lets it.
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        files = 65536 if most == resource.RLIM_INFINITY else min(most, 65536)
        configuration = self.scratch / "nginx.conf"
        configuration.write_text(CONFIGURATION.format(
            echo_module=find_echo_module(), scratch=self.scratch, data=self.data, plain=plain, tls=tls, gzip=gzip,
            late=late, latency=LATENCY, files=files, cached=files * 3 // 4, digits=len(str(self.records)) - 1,
            user="user root;" if os.geteuid() == 0 else ""))
        self.process = subprocess.Popen(
            [find_nginx(), "-p", self.scratch, "-c", configuration, "-e", self.scratch / "error.log"],
            preexec_fn=end_with_parent)
        try:
            self.wait_until_it_answers(plain)
        except BaseException:
            self.__exit__()
            raise
        return self

    def wait_until_it_answers(self, port):
        for _ in range(100):
            if self.process.poll() is not None:
                raise SystemExit("run.sh: nginx did not start:\n" + (self.scratch / "error.log").read_text())
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise SystemExit("run.sh: nginx does not answer")

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def faults(self):
        """What nginx complained about."""
        log = self.scratch / "error.log"
        return log.read_text() if log.exists() else ""
