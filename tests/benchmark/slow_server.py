#!/usr/bin/env python3
"""A server on an ephemeral loopback port that answers each request as the service does, but only
after so many milliseconds: slow_server.py <milliseconds>. Prints its port; ends with its input."""

import asyncio
import pathlib
import re
import subprocess
import sys

ANSWER = (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 19\r\n\r\n"
          b'{"status":"queued"}')
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


class SlowServer:
    """Runs while the `with` block lasts. `preexec` runs in the child first."""

    def __init__(self, milliseconds, preexec=None):
        self._process = subprocess.Popen(
            [sys.executable, str(pathlib.Path(__file__)), str(milliseconds)], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, preexec_fn=preexec)

    def __enter__(self):
        self.base_url = f"http://127.0.0.1:{int(self._process.stdout.readline())}/v1"
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.wait()


class Connection(asyncio.Protocol):
    def __init__(self, seconds):
        self._seconds = seconds
        self._received = b""

    def connection_made(self, transport):
        self._transport = transport

    def data_received(self, data):
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        if not end or len(body) < int(LENGTH.search(head).group(1)):
            return
        self._received = b""
        asyncio.get_running_loop().call_later(self._seconds, self._transport.write, ANSWER)


async def serve(seconds):
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(seconds), "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]) / 1000))
