"""Background jobs by command: the worker."""

import signal
from types import FrameType
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from cp_circles.jobs.kinds import Tools
from cp_circles.jobs.worker import Worker

jobs = AppGroup("jobs", help="Background jobs.")


def make_worker(app: Any) -> Worker:
    """A worker with the application's sessions and clock."""
    config = app.extensions["cp_config"]
    tools = Tools(sessions=app.extensions["cp_sessions"], now=app.extensions["cp_clock"].now, config=config)
    return Worker(tools, poll_seconds=config.job_poll_seconds)


@jobs.command("work")
@click.option("--once", is_flag=True, help="Run what is due now, then end.")
def work_command(once: bool) -> None:
    """Run background jobs until interrupted."""
    worker = make_worker(current_app)
    if once:
        click.echo(f"jobs: {worker.run_due()} run")
        return

    def end(number: int, frame: FrameType | None) -> None:
        worker.stop()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    worker.run_forever()
