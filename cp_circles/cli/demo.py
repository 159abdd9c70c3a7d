"""The demo by command: serve it, with the worker beside the server, and stop both together."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click
from flask import current_app
from flask.cli import AppGroup

from cp_circles.demo.accounts import account_table
from cp_circles.demo.load import is_empty, load_demo
from cp_circles.files.storage import LocalStorage

demo = AppGroup("demo", help="The demo season.")

Process = subprocess.Popen[bytes]
WORKER = (sys.executable, "-m", "flask", "jobs", "work")
SERVER = (sys.executable, "-m", "gunicorn", "wsgi:app", "--worker-class", "gthread", "--threads", "8")


@demo.command("load")
@click.option("--if-empty", is_flag=True, help="Do nothing if somebody is in the database already.")
def load_command(if_empty: bool) -> None:
    """Load the demo season, and start the demo clock."""
    config, clock = current_app.extensions["cp_config"], current_app.extensions["cp_clock"]
    with current_app.extensions["cp_sessions"].writing() as session, session.begin():
        if not is_empty(session):
            if if_empty:
                return
            raise click.ClickException("the database is not empty; `make demo-reset` starts over")
        click.echo("loading the demo season (under a minute) ...")
        began = time.monotonic()
        load_demo(session, LocalStorage(config.evidence_folder), config.demo_clock or clock.now())
    clock.reset()
    click.echo(f"demo: loaded in {time.monotonic() - began:.0f} s")


@demo.command("serve")
@click.option("--port", default=8000, show_default=True, help="Port on 127.0.0.1.")
@click.option("--workers", default=2, show_default=True, help="Server processes.")
def serve_command(port: int, workers: int) -> None:
    """Serve until interrupted; print the accounts once the server answers."""
    address = f"127.0.0.1:{port}"
    server = (*SERVER, "--workers", str(workers), "--bind", address, "--log-level", "warning")
    ended = None
    if is_taken(port):
        raise click.ClickException(f"{address} is taken: PORT=... before make demo names another port")
    with running([WORKER, server]) as children:
        if not answers(f"http://{address}/health", children):
            raise click.ClickException(f"the server did not start on {address}")
        click.echo(f"\nCP Circles: http://{address}   (Ctrl-C stops it)\n{account_table()}")
        ended = wait_for_any(children)
    if ended:
        raise click.ClickException(f"a process ended by itself with code {ended}")


def is_taken(port: int) -> bool:
    """Whether another program serves this port of 127.0.0.1 already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


@contextmanager
def running(commands: list[tuple[str, ...]]) -> Iterator[list[Process]]:
    """Start the commands; stop them all, whatever ends the block. Jobs run in the worker only."""
    environment = os.environ | {"JOBS_IN_PROCESS": "0", "FLASK_APP": "wsgi"}
    before = signal.signal(signal.SIGTERM, _interrupt)
    children: list[Process] = []
    try:
        for command in commands:
            children.append(subprocess.Popen(command, env=environment))
        yield children
    except KeyboardInterrupt:
        click.echo("stopping")
    finally:
        stop(children)
        signal.signal(signal.SIGTERM, before)


def stop(children: list[Process], seconds: float = 15) -> None:
    """Ask each to end, and end those that do not."""
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            child.kill()


def answers(url: str, children: list[Process], seconds: float = 90) -> bool:
    """Whether the url answers before a child ends or the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and all(child.poll() is None for child in children):
        try:
            with urllib.request.urlopen(url, timeout=2):
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.1)
    return False


def wait_for_any(children: list[Process]) -> int | None:
    """Wait until one child ends; give back its exit code."""
    while True:
        for child in children:
            if child.poll() is not None:
                return child.returncode
        time.sleep(0.5)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
