"""An nginx that answers as the service does, on an ephemeral loopback port."""

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
  server {{
    listen 127.0.0.1:{port};
    location = /v1/rvm {{
      default_type application/json;
      return 200 '{{"status":"queued"}}';
    }}
  }}
}}
"""


class Nginx:
    """Runs while the `with` block lasts. `preexec` runs in the child before nginx starts."""

    def __init__(self, preexec=None):
        self._preexec = preexec

    def __enter__(self):
        program = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
        if program is None:
            sys.exit("nginx is not installed: run `make bench`, which installs it")
        self._folder = tempfile.TemporaryDirectory()
        # nginx takes over a socket that is already listening: so the port cannot be lost meanwhile.
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", 0))
            listener.listen(512)
            self._port = listener.getsockname()[1]
            configuration = pathlib.Path(self._folder.name) / "nginx.conf"
            configuration.write_text(
                CONFIGURATION.format(folder=self._folder.name, port=self._port))
            self._process = subprocess.Popen(
                [program, "-p", self._folder.name, "-c", str(configuration)],
                env={**os.environ, "NGINX": f"{listener.fileno()};"},
                pass_fds=[listener.fileno()], preexec_fn=self._preexec,
                stderr=subprocess.DEVNULL)  # it announces the socket; errors go to its log
        self._require_answer()
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait()
        self._folder.cleanup()

    @property
    def base_url(self):
        return f"http://127.0.0.1:{self._port}/v1"

    def _require_answer(self):
        """The socket listens already, so the first answer comes when nginx is up."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
        connection.request("POST", "/v1/rvm", body="{}")
        answer = connection.getresponse()
        if answer.status != 200:
            sys.exit(f"nginx answers {answer.status}")
        connection.close()
