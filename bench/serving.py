"""Gunicorn under measurement: the same server and settings for the application and the reference."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def serving(
    application: str, environment: dict[str, str], *, workers: int = 1, peaks: list[int] | None = None
) -> Iterator[int]:
    """Serve `module:app` on a free port; gives the port, stops the server at the end.

    `peaks` takes the largest memory, in MB, that a worker held.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "gunicorn", application, "--worker-class", "gthread", "--threads", "8"]
    command += ["--workers", str(workers), "--bind", f"127.0.0.1:{port}", "--log-level", "warning"]
    log = Path(environment.get("INSTANCE_DIR", os.devnull))
    with (log / "server.log" if log.is_dir() else log).open("ab") as stream:
        server = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, stderr=stream)
    try:
        _wait(port, server)
        yield port
        if peaks is not None:
            peaks.append(_peak_memory(server.pid))
    finally:
        server.terminate()
        server.wait(60)


def _peak_memory(server: int) -> int:
    """The largest resident size, in MB, of the server's workers; 0 where the system does not tell."""
    children = Path(f"/proc/{server}/task/{server}/children")
    if not children.is_file():
        return 0
    sizes = [0]
    for worker in children.read_text().split():
        status = Path(f"/proc/{worker}/status").read_text()
        sizes += [int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmHWM")]
    return max(sizes)


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not start")


def get(path: str, *, cookie: str = "") -> bytes:
    """A GET as it goes over the wire; the cookie is `name=value`."""
    extra = f"Cookie: {cookie}\r\n" if cookie else ""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Language: zh-CN\r\n{extra}\r\n".encode()


def post(path: str, body: str, *, cookie: str) -> bytes:
    """A form sent by POST as it goes over the wire."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body.encode())}\r\n\r\n"
    )
    return head.encode() + body.encode()
