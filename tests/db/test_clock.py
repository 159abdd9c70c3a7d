"""The demo's clock: many threads may be the first to ask, and all are told the same time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest

from cp_circles.db.clock import Clock

START = datetime.fromisoformat("2026-09-18T09:00+08:00")


@pytest.mark.parametrize("again", range(20))
def test_threads_that_ask_at_once_agree(tmp_path, again):
    clock, together = Clock("Asia/Shanghai", demo_start=START, file=tmp_path / "demo_clock"), Barrier(16)

    def ask(number):
        together.wait()
        return clock.now()

    with ThreadPoolExecutor(16) as threads:
        times = list(threads.map(ask, range(16)))
    assert max(times) - min(times) < timedelta(seconds=5)
    assert START <= min(times) < START + timedelta(seconds=5)
    assert [path.name for path in tmp_path.iterdir()] == ["demo_clock"]
