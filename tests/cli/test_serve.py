"""The demo's supervisor: all children stop with it, whoever ends first."""

import socket
import sys
import time

from cp_circles.cli.demo import is_taken, running, wait_for_any

SLEEPER = (sys.executable, "-c", "import time; time.sleep(60)")
QUITTER = (sys.executable, "-c", "raise SystemExit(3)")


def test_children_stop_when_the_block_ends():
    with running([SLEEPER, SLEEPER]) as children:
        assert [child.poll() for child in children] == [None, None]
    assert all(child.poll() is not None for child in children)


def test_children_stop_when_interrupted():
    with running([SLEEPER]) as children:
        raise KeyboardInterrupt
    assert children[0].poll() is not None


def test_one_that_ends_by_itself_is_noticed_and_the_other_stopped():
    began = time.monotonic()
    with running([SLEEPER, QUITTER]) as children:
        assert wait_for_any(children) == 3
    assert children[0].poll() is not None
    assert time.monotonic() - began < 20


def test_a_taken_port_is_noticed_before_anything_starts():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert is_taken(port)
    assert not is_taken(port)
