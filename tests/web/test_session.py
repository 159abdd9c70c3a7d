"""One transaction a request: what is kept, what is forgotten, what survives a refusal."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from cp_circles.db.clock import Clock
from cp_circles.people.models import Person


@pytest.fixture
def browser_of(trial, client):
    return client


def names(session):
    return list(session.scalars(sa.select(Person.name).order_by(Person.id)))


def test_a_good_answer_keeps_what_was_written(browser_of, session):
    assert browser_of.send("/trial/write/200").status_code == 200
    assert names(session) == ["写入"]


@pytest.mark.parametrize("status", [400, 409, 422, 500])
def test_a_refusal_forgets_what_was_written(browser_of, session, status):
    assert browser_of.send(f"/trial/write/{status}").status_code == status
    assert names(session) == []


@pytest.mark.parametrize("when", ["", "?flush=1"])
def test_a_constraint_is_answered_with_409_and_nothing_is_written(browser_of, session, when):
    answer = browser_of.send(f"/trial/clash{when}")
    assert answer.status_code == 409
    assert "同时修改" in answer.text
    assert names(session) == []


def test_a_separate_session_survives_the_refusal(browser_of, session):
    assert browser_of.send("/trial/survive").status_code == 409
    assert names(session) == ["留下"]


def test_a_crash_is_answered_with_a_reference_number(browser_of, caplog):
    answer = browser_of.get("/trial/refuse/crash")
    assert answer.status_code == 500
    references = [record.args[0] for record in caplog.records if record.msg.startswith("failed")]
    assert len(references) == 1 and references[0] in answer.text
    assert "planted" not in answer.text


def test_the_demo_clock_runs_on_and_is_shared_by_processes(tmp_path: Path):
    start = datetime(2026, 9, 18, 1, 0, tzinfo=UTC)
    first = Clock("Asia/Shanghai", demo_start=start, file=tmp_path / "clock")
    shown = first.now()
    second = Clock("Asia/Shanghai", demo_start=start, file=tmp_path / "clock")
    assert start <= shown <= second.now() < start + timedelta(seconds=5)
    (tmp_path / "clock").write_text((datetime.now(UTC) - timedelta(hours=2)).isoformat())
    assert second.now() >= start + timedelta(hours=2)
    second.reset()
    assert second.now() < start + timedelta(seconds=5)


def test_today_is_the_date_in_the_governing_zone(tmp_path: Path):
    clock = Clock("Asia/Shanghai", demo_start=datetime(2026, 9, 18, 23, 0, tzinfo=UTC), file=tmp_path / "c")
    assert clock.today().isoformat() == "2026-09-19"


def test_a_clash_at_the_commit_drops_the_word_saved_and_keeps_the_headers(browser_of, session):
    answer = browser_of.send("/trial/clash?say=saved")
    assert (answer.status_code, "已经保存" in answer.text) == (409, False)
    assert "frame-ancestors" in answer.headers["Content-Security-Policy"]
    assert "已经保存" not in browser_of.get("/sign-in").text


def test_built_files_are_kept_for_ever_and_pages_are_not(app, client):
    import re

    page = client.get("/sign-in")
    address = re.search(r'href="(/static/css/base\.[0-9a-f]{12}\.css)"', page.text).group(1)
    with client.get(address, headers={"Accept-Encoding": "br"}) as answer:
        assert answer.headers["Cache-Control"] == "max-age=315360000, public, immutable"
        assert answer.headers["Content-Encoding"] == "br"
    assert "immutable" not in page.headers.get("Cache-Control", "")
    assert client.get("/static/css/base.css").status_code == 404
    assert client.get("/static/../config.py").status_code == 404


def test_a_missing_build_says_what_to_run(app, tmp_path):
    from cp_circles.web.assets import AssetsMissing, Manifest

    with pytest.raises(AssetsMissing, match="make assets"):
        Manifest(tmp_path / "manifest.json").hashed("css/base.css")
