"""Servers of other people's making, from Debian's packages, each on loopback with its files in a folder, and stopped at the end."""

import hashlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import time
import urllib.request

USER, PASSWORD = "someone", "S3cr3t-pass"
# Of PASSWORD, by bcrypt, as htpasswd(1) writes it.
HASH = "$2y$04$36MDrPcT53df21CMVbkpOOCwk6ffl7NzaXFc4mNUPrQ/NavoBF372"
PATIENCE = 20


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def program(name):
    """Where a program is; Debian has servers in a folder that is not on everybody's PATH."""
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin")
    if found is None:
        raise SystemExit(f"{name} is not installed: ./bootstrap.sh --ci installs it")
    return found


class Server:
    """A program that answers at a port once it has started."""

    def __init__(self, folder, port, command, environment=None):
        self.port = port
        self.log = pathlib.Path(folder) / "log"
        with open(self.log, "ab") as output:
            self.process = subprocess.Popen(command, stdout=output, stderr=output, env={**os.environ, **(environment or {})})
        deadline = time.monotonic() + PATIENCE
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise SystemExit(f"{command[0]} did not start: {self.log.read_text()}")
            time.sleep(0.02)

    def answers(self):
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"


def docker_registry(folder):
    """Of container images: Basic authentication, a relative Link to the next page."""
    port = free_port()
    (folder / "htpasswd").write_text(f"{USER}:{HASH}\n")
    (folder / "config.yml").write_text(json.dumps({
        "version": 0.1, "log": {"accesslog": {"disabled": True}}, "http": {"addr": f"127.0.0.1:{port}"},
        "storage": {"filesystem": {"rootdirectory": str(folder / "images")}},
        "auth": {"htpasswd": {"realm": "images", "path": str(folder / "htpasswd")}}}))
    return Server(folder, port, [program("docker-registry"), "serve", str(folder / "config.yml")])


def push(registry, name, tags):
    """Puts an image without layers into a registry, under several tags."""
    passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    passwords.add_password(None, registry.url, USER, PASSWORD)
    opener = urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(passwords))

    def send(method, url, body=b"", kind="application/octet-stream"):
        return opener.open(urllib.request.Request(url, data=body, method=method, headers={"Content-Type": kind}))

    content = b"{}"
    digest = "sha256:" + hashlib.sha256(content).hexdigest()
    place = send("POST", f"{registry.url}/v2/{name}/blobs/uploads/").headers["Location"]
    send("PUT", f"{place}{'&' if '?' in place else '?'}digest={digest}", content)
    kind = "application/vnd.docker.distribution.manifest.v2+json"
    manifest = json.dumps({"schemaVersion": 2, "mediaType": kind, "layers": [], "config": {
        "mediaType": "application/vnd.docker.container.image.v1+json", "size": len(content), "digest": digest}}).encode()
    for tag in tags:
        send("PUT", f"{registry.url}/v2/{name}/manifests/{tag}", manifest, kind)


def httpbin(folder):
    """What shows requests, codings, redirects and authentication; Debian's, by Debian's Python."""
    port = free_port()
    start = f"from httpbin import app; app.run(host='127.0.0.1', port={port}, threaded=True)"
    return Server(folder, port, ["/usr/bin/python3", "-c", start])


NGINX = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
{user}
events {{ worker_connections 256; }}
http {{
    log_format short '$status';
    access_log {folder}/access.log short;
    default_type application/json;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    root {folder}/data;
    limit_req_zone $binary_remote_addr zone=slow:1m rate=20r/s;
    limit_req_status 429;
    server {{
        listen 127.0.0.1:{port};
        location = /things {{ limit_req zone=slow burst=2 nodelay; rewrite ^ /$arg_offset.json break; }}
        location = /free {{ rewrite ^ /$arg_offset.json break; }}
    }}
    server {{
        listen 127.0.0.1:{tls_port} ssl;
        ssl_certificate {folder}/certificate.pem;
        ssl_certificate_key {folder}/key.pem;
        location = /free {{ rewrite ^ /$arg_offset.json break; }}
    }}
}}
"""


def nginx(folder, pages):
    """Static pages by ?offset=: at /things twenty a second and 429 beyond, at /free without a limit, that also over TLS."""
    port, tls_port = free_port(), free_port()
    (folder / "data").mkdir()
    for offset, page in pages.items():
        (folder / "data" / f"{offset}.json").write_text(json.dumps(page))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", str(folder / "key.pem"),
                    "-out", str(folder / "certificate.pem")], check=True, capture_output=True)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port, tls_port=tls_port, user=user))
    server = Server(folder, port, [program("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf")])
    server.tls_url = f"https://127.0.0.1:{tls_port}"
    server.access_log = folder / "access.log"
    return server


def tinyproxy(folder):
    """A proxy that wants to know who it is."""
    port = free_port()
    (folder / "tinyproxy.conf").write_text(
        f'Port {port}\nListen 127.0.0.1\nTimeout 60\nAllow 127.0.0.1\nLogFile "{folder}/tinyproxy.log"\nLogLevel Connect\n'
        f"BasicAuth {USER} {PASSWORD}\n")
    server = Server(folder, port, [program("tinyproxy"), "-d", "-c", str(folder / "tinyproxy.conf")])
    server.connections = folder / "tinyproxy.log"
    return server
