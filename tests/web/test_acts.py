"""The history names every act in words."""

import re
from pathlib import Path

from cp_circles.web.acts import ACTS

CODE = Path(__file__).resolve().parents[2] / "cp_circles"


def test_every_act_that_is_recorded_has_words():
    written = {
        verb
        for path in CODE.rglob("*.py")
        for verb in re.findall(r'\bverb(?:=|": )"([a-z_]+\.[a-z_]+)"', path.read_text("utf-8"))
    }
    assert len(written) > 60
    assert written - set(ACTS) == set()
