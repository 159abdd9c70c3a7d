"""Background jobs by command: the worker."""

import signal
from types import FrameType

import click
from flask import current_app
from flask.cli import AppGroup

from cp_circles.jobs.in_process import make_worker

jobs = AppGroup("jobs", help="Background jobs.")


@jobs.command("work")
@click.option("--once", is_flag=True, help="Run what is due now, then end.")
def work_command(once: bool) -> None:
    """Run background jobs until interrupted."""
    worker = make_worker(current_app._get_current_object())  # type: ignore[attr-defined]
    if once:
        click.echo(f"jobs: {worker.run_due()} run")
        return

    def end(number: int, frame: FrameType | None) -> None:
        worker.stop()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    worker.run_forever()
