"""Gunicorn under measurement: the same server and settings for the application and the reference."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.processor import children_of, spent_by

ROOT = Path(__file__).resolve().parents[1]
FORGET_PEAK = "5"


@dataclass(frozen=True)
class Server:
    """A running gunicorn: where it answers and what its processes have used."""

    port: int
    process: int

    def spent(self) -> float:
        """Seconds of processor that it and its workers have used."""
        return spent_by(self.process)

    def peak(self) -> int:
        """The largest resident size, in MB, that a worker has held since it began or since `forget_peak`."""
        sizes = [0]
        for worker in children_of(self.process):
            status = Path(f"/proc/{worker}/status").read_text()
            sizes += [
                int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmHWM")
            ]
        return max(sizes)

    def forget_peak(self) -> None:
        """Let `peak` begin anew with what the workers hold now."""
        for worker in children_of(self.process):
            Path(f"/proc/{worker}/clear_refs").write_text(FORGET_PEAK)


@contextmanager
def serving(
    application: str, environment: dict[str, str], *, workers: int = 1, peaks: list[int] | None = None
) -> Iterator[int]:
    """Serve `module:app` on a free port; gives the port, stops the server at the end.

    `peaks` takes the largest memory, in MB, that a worker held.
    """
    with served(application, environment, workers=workers) as server:
        yield server.port
        if peaks is not None:
            peaks.append(server.peak())


@contextmanager
def served(application: str, environment: dict[str, str], *, workers: int = 1) -> Iterator[Server]:
    """Serve `module:app` on a free port, with what its processes use; stops the server at the end."""
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
        yield Server(port, server.pid)
    finally:
        server.terminate()
        server.wait(60)


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
