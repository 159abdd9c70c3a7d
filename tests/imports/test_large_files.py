"""A large file is checked by a job: the page waits for it, then shows the same preview as for a small one."""

import re

import sqlalchemy as sa

from cp_circles.db.models import Job, JobState
from cp_circles.imports import previewing
from cp_circles.imports.previewing import is_large
from cp_circles.jobs.in_process import make_worker
from cp_circles.people.models import Role, ScopeKind
from tests.imports.conftest import ROW, csv_of
from tests.imports.test_pages import administrator, projects, upload

__all__ = ["administrator"]


def large():
    """Six rows of which one has no fiscal year, each with much that no column of the mapping reads."""
    rows = [{"superid": f"AM07430{n}", "id": f"AM074{n}", "filler": "x" * 100_000} for n in range(5)]
    return csv_of(
        *rows, rows[0] | {"fy": "?", "superid": "AM074309", "filler": ""}, headings=[*ROW, "filler"]
    )


def test_a_large_file_is_checked_by_a_job_and_previewed_then(us, client, app, administrator):
    content = large()
    assert is_large(content) and not is_large(csv_of({}))
    sent = upload(client, content)
    assert sent.status_code == 303
    waiting = client.get(sent.location).text
    assert 'hx-trigger="every 2s"' in waiting and "正在排队等待检查" in waiting
    make_worker(app).run_due()
    preview = client.get(sent.location).text
    assert "hx-trigger" not in preview and "AM0740 no. 1 electricity" in preview
    shown = [int(text) for text in re.findall(r'stat__value">(\d+)<', preview)[:5]]
    assert shown == [6, 5, 0, 0, 1]
    assert projects(us) == 0
    ordered = client.send(sent.location, {"changed": "skip", "good_rows_only": "y", "send_key": "k"})
    assert ordered.status_code == 303
    make_worker(app).run_due()
    assert projects(us) == 5


def test_a_file_that_cannot_be_checked_says_why(us, client, app, make, administrator):
    sent = upload(client, large())
    job = us.scalars(sa.select(Job).where(Job.kind == previewing.KIND)).one()
    us.execute(sa.update(Job).values(person_id=make.person().id))
    us.commit()
    make_worker(app).run_due()
    us.refresh(job)
    assert job.state is JobState.DONE and "refused" in job.report
    assert "文件无法检查" in client.get(sent.location).text


def test_nobody_sees_anothers_check(us, client, make, administrator):
    sent = upload(client, large())
    other = make.person()
    make.grant(other, Role.ADMINISTRATOR, ScopeKind.PLATFORM, None)
    us.commit()
    client.enter(other)
    assert client.get(sent.location).status_code == 404
