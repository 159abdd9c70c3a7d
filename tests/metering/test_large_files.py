"""A large file of readings is read by a job: its page waits, then shows the same preview as for a small one."""

import io

import pytest
import sqlalchemy as sa

from cp_circles.db.models import Job, JobState
from cp_circles.jobs.in_process import make_worker
from cp_circles.metering.models import Reading
from cp_circles.metering.services import previewing
from cp_circles.people.models import Role, ScopeKind

HEADING = "表计,月份,读数,备注,附件\n"
ROWS = "".join(f"甲表,2026-0{month},{1000 + month},,\n" for month in range(1, 6)) + "乙表,2026-01,5,,\n"


@pytest.fixture
def site(session, make, client):
    """A metering verifier at the page of a company with one meter."""
    company = make.company()
    make.meter(company, name="甲表")
    verifier = make.person(email="m@example.com")
    make.employed(company, verifier)
    make.grant(verifier, Role.METERING, ScopeKind.COMPANY, company)
    session.commit()
    client.enter(verifier)
    return company, verifier


def upload(client, company, text):
    """Send a file."""
    content = (HEADING + text).encode()
    file = (io.BytesIO(content), "一年.csv")
    return client.send(f"/meters/company/{company.id}/import", {"file": file})


def large():
    """The same rows, and twelve with much that no column of the layout reads."""
    return ROWS + "".join(f"甲表,2025-{n + 1:02d},{1000 + n},,{'x' * 41_800}\n" for n in range(12))


def test_a_large_file_is_read_by_a_job_and_stored_as_a_small_one(session, client, app, site):
    sent = upload(client, site[0], large())
    assert sent.status_code == 303
    waiting = client.get(sent.location).text
    assert 'hx-trigger="every 2s"' in waiting and session.query(Reading).count() == 0
    again = client.send(sent.location, {"act": "store"})
    assert again.status_code == 303 and again.location == sent.location
    make_worker(app).run_due()
    page = client.get(sent.location).text
    assert "hx-trigger" not in page and "甲表" in page and "乙表" in page
    form = {"shape": "long", "changed": "leave", "send_key": "k", "good_rows_only": "y"}
    looked = client.send(sent.location, form | {"act": "again", "role-3": ""})
    assert looked.status_code == 303 and "every 2s" in client.get(sent.location).text
    make_worker(app).run_due()
    stored = client.send(sent.location, form | {"act": "store"})
    make_worker(app).run_due()
    assert stored.status_code == 303 and session.query(Reading).count() == 17
    assert "乙表" in client.get(stored.location).text


def test_a_large_file_that_cannot_be_read_says_why_and_nobody_else_sees_it(session, make, client, app, site):
    content = b"\x00\x01" * 250_500
    sent = client.send(f"/meters/company/{site[0].id}/import", {"file": (io.BytesIO(content), "x.csv")})
    assert sent.status_code == 422
    text = "第一列;第二列\n" + "".join(f"{'x' * 83_500};y\n" for _ in range(6))
    sent = client.send(f"/meters/company/{site[0].id}/import", {"file": (io.BytesIO(text.encode()), "x.csv")})
    make_worker(app).run_due()
    job = session.scalars(sa.select(Job).where(Job.kind == previewing.KIND)).one()
    assert job.state is JobState.DONE and "refused" in job.report
    assert "文件无法检查" in client.get(sent.location).text
    other = make.person()
    session.commit()
    client.enter(other)
    assert client.get(sent.location).status_code == 404
