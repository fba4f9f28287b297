"""An nginx that answers as the service does, on ephemeral loopback ports: plain and over TLS."""

import http.client
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile

CONFIGURATION = """
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log crit;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  keepalive_requests 1000000000;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  ssl_certificate {folder}/certificate.pem;
  ssl_certificate_key {folder}/key.pem;
  ssl_session_cache shared:sessions:1m;
  server {{
    listen 127.0.0.1:{plain_port};
    listen 127.0.0.1:{tls_port} ssl;
    location = /v1/rvm {{
      default_type application/json;
      return 200 '{{"status":"queued"}}';
    }}
  }}
}}
"""


def make_certificate(folder):
    """Its own authority, for the loopback address."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", f"{folder}/key.pem",
                    "-out", f"{folder}/certificate.pem"], check=True, stderr=subprocess.DEVNULL)


def listening_socket():
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", 0))
    listener.listen(512)
    return listener


class Nginx:
    """Runs while the `with` block lasts. `preexec` runs in the child before nginx starts."""

    def __init__(self, preexec=None):
        self._preexec = preexec

    def __enter__(self):
        program = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
        if program is None:
            sys.exit("nginx is not installed: run `make bench`, which installs it")
        self._folder = tempfile.TemporaryDirectory()
        make_certificate(self._folder.name)
        # nginx takes over sockets that are already listening: so no port can be lost meanwhile.
        with listening_socket() as plain, listening_socket() as tls:
            self._plain_port, self._tls_port = plain.getsockname()[1], tls.getsockname()[1]
            configuration = pathlib.Path(self._folder.name) / "nginx.conf"
            configuration.write_text(CONFIGURATION.format(
                folder=self._folder.name, plain_port=self._plain_port, tls_port=self._tls_port))
            self._process = subprocess.Popen(
                [program, "-p", self._folder.name, "-c", str(configuration)],
                env={**os.environ, "NGINX": f"{plain.fileno()};{tls.fileno()};"},
                pass_fds=[plain.fileno(), tls.fileno()], preexec_fn=self._preexec,
                stderr=subprocess.DEVNULL)  # it announces the sockets; errors go to its log
        self._require_answer()
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait()
        self._folder.cleanup()

    @property
    def base_url(self):
        return f"http://127.0.0.1:{self._plain_port}/v1"

    @property
    def tls_base_url(self):
        return f"https://127.0.0.1:{self._tls_port}/v1"

    @property
    def ca_file(self):
        return f"{self._folder.name}/certificate.pem"

    def _require_answer(self):
        """The socket listens already, so the first answer comes when nginx is up."""
        connection = http.client.HTTPConnection("127.0.0.1", self._plain_port, timeout=10)
        connection.request("POST", "/v1/rvm", body="{}")
        answer = connection.getresponse()
        if answer.status != 200:
            sys.exit(f"nginx answers {answer.status}")
        connection.close()
