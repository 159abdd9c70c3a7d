"""The worker of an application: in a thread of the web process, or for the command."""

import threading
from typing import Any

from cp_circles.jobs.kinds import Tools
from cp_circles.jobs.worker import Worker


def make_worker(app: Any) -> Worker:
    """A worker with the application's sessions, clock and settings, and every room's kinds."""
    from cp_circles.jobs.rooms import register_rooms

    register_rooms()
    config = app.extensions["cp_config"]
    tools = Tools(sessions=app.extensions["cp_sessions"], now=app.extensions["cp_clock"].now, config=config)
    return Worker(tools, poll_seconds=config.job_poll_seconds, context=app.app_context)


def init_app(app: Any) -> None:
    """Start the thread with the first request, if the settings say so: commands and tests have none."""
    config = app.extensions["cp_config"]
    if not config.jobs_in_process or config.app_env == "test":
        return
    started = threading.Event()

    def start() -> None:
        if not started.is_set():
            started.set()
            worker = make_worker(app)
            threading.Thread(target=worker.run_forever, name="jobs", daemon=True).start()

    app.before_request(start)
