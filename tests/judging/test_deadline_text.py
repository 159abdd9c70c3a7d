"""What is left of a deadline, in the unit that tells it."""

from datetime import date, datetime, timedelta

import pytest

from cp_circles.circles.dates import SHANGHAI
from cp_circles.judging.presenting import deadline_text
from cp_circles.notices.presenting import due_text
from tests.conftest import NOW


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=3, hours=5), "还有 3 天"),
        (timedelta(hours=48), "还有 2 天"),
        (timedelta(hours=25), "还有 25 小时"),
        (timedelta(hours=23, minutes=59), "还有 23 小时"),
        (timedelta(minutes=59, seconds=30), "还有 60 分钟"),
        (timedelta(seconds=20), "还有 1 分钟"),
    ],
)
def test_a_deadline_says_what_is_left(app, left, words):
    with app.test_request_context():
        assert words in deadline_text(NOW + left, NOW)


def test_days_are_those_of_the_calendar_as_on_the_list_of_tasks(app):
    afternoon = datetime(2026, 9, 18, 15, 0, tzinfo=SHANGHAI)
    with app.test_request_context():
        told = deadline_text(datetime(2026, 9, 23, 9, 0, tzinfo=SHANGHAI), afternoon)
        assert "还有 5 天" in told
        assert due_text(date(2026, 9, 23), date(2026, 9, 18)) == "还有 5 天"


def test_a_deadline_that_is_over_says_when(app):
    with app.test_request_context():
        assert "还有" not in deadline_text(NOW, NOW)
