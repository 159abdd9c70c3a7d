"""What was acknowledged is there after a server process is killed in the midst of writing."""

import os
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy.orm import Session

from cp_circles.db.models import Event
from cp_circles.metering.models import Reading
from cp_circles.people import services as people
from cp_circles.people.models import Role, ScopeKind
from tests.conftest import NOW
from tests.web_fixtures import CSRF

pytestmark = pytest.mark.slow
KILLS = 3
WRITERS = 3


def children_of(pid: int) -> list[int]:
    """The processes that a process started."""
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    return [int(word) for word in listed.stdout.split()]


def server_pid(log: Path) -> int:
    """Gunicorn's first process, from its log."""
    lines = log.read_text().splitlines()
    return int(next(line for line in lines if "Listening at" in line).split("[")[2].split("]")[0])


def cookie(app, token: str) -> str:
    """A signed-in session as its cookie."""
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    return f"cp_session={signer.dumps({'csrf': CSRF, '_user_id': token, '_fresh': True})}"


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Gives a redirect back as it is: it is the acknowledgement."""

    def redirect_request(self, *args):
        return None


def write_readings(
    url: str, meter: int, header: str, first: int, stop: threading.Event, kept: list[str]
) -> None:
    """Post one reading a day, and note what was acknowledged."""
    opener = urllib.request.build_opener(NoRedirect)
    number = first
    while not stop.is_set():
        number += WRITERS
        day = date(2000, 1, 1) + timedelta(days=number)
        fields = {
            "csrf_token": CSRF,
            "starts_on": day,
            "ends_on": day,
            "quantity": number % 97 + 1,
            "note": f"n{number}",
        }
        data = urllib.parse.urlencode(fields).encode()
        request = urllib.request.Request(f"{url}/meters/{meter}/readings", data, {"Cookie": header})
        try:
            with opener.open(request, timeout=10):
                pass
        except urllib.error.HTTPError as answer:
            with answer:
                if answer.code in {302, 303} and "/sign-in" not in answer.headers["Location"]:
                    kept.append(f"n{number}")
        except OSError:
            continue


def test_a_killed_worker_loses_nothing_that_was_acknowledged(app, engine, live, make, session):
    meter = make.meter(make.company())
    person = make.person()
    make.grant(person, Role.METERING, ScopeKind.COMPANY, meter.company, since=NOW - timedelta(days=1))
    token, _ = people.sign_in(session, person=person, password=None, address="127.0.0.1", agent="x", now=NOW)
    session.commit()
    header, stop, kept = cookie(app, token), threading.Event(), []
    writers = [
        threading.Thread(target=write_readings, args=(live.url, meter.id, header, place, stop, kept))
        for place in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    killed = kill_workers(live, kept)
    stop.set()
    for writer in writers:
        writer.join(timeout=30)
    assert killed == KILLS
    assert len(kept) > 2 * KILLS
    with Session(engine) as fresh:
        stored = fresh.scalars(sa.select(Reading.note)).all()
        assert set(kept) <= set(stored)
        assert len(stored) == len(set(stored))
        told = fresh.scalar(sa.select(sa.func.count(Event.id)).where(Event.verb == "metering.record_reading"))
        assert told == len(stored)
        assert fresh.scalar(sa.text("PRAGMA integrity_check")) == "ok"


def kill_workers(live, kept: list[str]) -> int:
    """Kill a worker as soon as some more readings were acknowledged, a few times."""
    master, killed = server_pid(live.log), 0
    for _ in range(KILLS):
        seen, deadline = len(kept), time.monotonic() + 20
        while len(kept) < seen + 4 and time.monotonic() < deadline:
            time.sleep(0.01)
        workers = children_of(master)
        if len(kept) >= seen + 4 and workers:
            os.kill(workers[0], signal.SIGKILL)
            killed += 1
    deadline = time.monotonic() + 20
    seen = len(kept)
    while len(kept) < seen + 4 and time.monotonic() < deadline:
        time.sleep(0.01)
    return killed
