"""Consent is asked once for an edition, can be taken back, and stands on paper for whoever has no account."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from cp_circles.db.models import Event
from cp_circles.editions.models import Edition
from cp_circles.errors import DomainError, Invalid, NotFound
from cp_circles.files.models import Blob
from cp_circles.notices.models import Task
from cp_circles.people.models import Employment, Role, ScopeKind
from cp_circles.personal import services
from cp_circles.personal.models import Consent
from tests.conftest import NOW
from tests.personal.conftest import PASSWORD


@pytest.fixture
def scan(session):
    """The scan of a signed paper."""
    blob = Blob(sha256="ab" * 32, size=10, media_type="application/pdf", created_at=NOW)
    session.add(blob)
    session.flush()
    return blob


def enter(client):
    """Sign in by the form of an application that asks for consent."""
    config = client.application.extensions["cp_config"]
    client.application.extensions["cp_config"] = replace(config, ask_consent=True)
    return client.send(
        "/sign-in", {"identifier": "worker@example.com", "password": PASSWORD, "next": "/tasks"}
    )


def renewed(session, edition):
    """A newer edition of the notice."""
    row = Edition(
        kind=edition.kind, key=edition.key, edition="2027", sha256="0" * 64,
        content=edition.content.replace('edition: "2026"', 'edition: "2027"'),
        published_at=edition.published_at + timedelta(days=1),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def test_it_is_asked_at_the_first_sign_in_and_not_again(client, session, worker, edition):
    assert enter(client).location == "/tasks"
    assert client.get("/tasks").location == "/account/consent?next=/tasks"
    page = client.get("/account/consent?next=/tasks").text
    assert "个人信息使用告知书" in page and "重新同意之前" in page
    assert client.get("/account/data").status_code == 200
    answer = client.send("/account/consent", {"edition": str(edition.id), "next": "/tasks"})
    assert answer.location == "/tasks" and client.get("/tasks").status_code == 200
    client.send("/sign-out")
    enter(client)
    assert client.get("/tasks").status_code == 200
    assert session.scalars(sa.select(Consent.edition_id)).all() == [edition.id]


def test_a_form_sent_before_the_consent_is_kept(client, worker, edition):
    enter(client)
    answer = client.send("/account/notifications", {"tasks": "digest"})
    assert answer.location.startswith("/account/consent") and "cp_held" in answer.headers["Set-Cookie"]
    refused = client.send("/drafts", {"form": "x"}, headers={"Accept": "application/json"})
    assert refused.status_code == 403


def test_a_newer_edition_is_asked_at_the_next_sign_in(client, session, worker, edition):
    enter(client)
    client.send("/account/consent", {"edition": str(edition.id)})
    newer = renewed(session, edition)
    assert client.get("/tasks").status_code == 200
    client.send("/sign-out")
    enter(client)
    assert client.get("/tasks").status_code == 302
    assert client.send("/account/consent", {"edition": str(edition.id)}).status_code == 409
    assert client.send("/account/consent", {"edition": str(newer.id)}).status_code == 303


def test_taken_back_it_closes_the_pages_and_tells_the_department(client, session, make, worker, edition):
    enter(client)
    client.send("/account/consent", {"edition": str(edition.id)})
    assert client.send("/account/consent/withdraw").status_code == 303
    assert client.get("/tasks").status_code == 302
    task = session.scalars(sa.select(Task).where(Task.subject_kind == "people")).one()
    assert task.values == {"name": "工人乙"} and task.done_at is None
    assert client.send("/account/consent/withdraw").status_code == 409
    client.send("/account/consent", {"edition": str(edition.id)})
    session.refresh(task)
    assert task.done_at is not None and client.get("/tasks").status_code == 200
    verbs = session.scalars(sa.select(Event.verb).where(Event.verb.startswith("personal."))).all()
    assert verbs == ["personal.agree", "personal.withdraw_consent", "personal.agree"]


def test_a_worker_without_account_signs_on_paper(client, session, make, company, head, edition):
    silent = make.employed(company, make.person(name="工人丙"))
    client.enter(head)
    page = f"/companies/{company.id}/consents/{silent.id}"
    assert client.send(page, {}).status_code == 422
    assert session.scalars(sa.select(Consent)).all() == []
    sent = {"scan": (io.BytesIO(b"not a scan at all"), "同意书.txt")}
    assert client.send(page, sent, content_type="multipart/form-data").status_code == 422
    picture = _png()
    sent = {"scan": (io.BytesIO(picture), "同意书.png")}
    assert client.send(page, sent, content_type="multipart/form-data").status_code == 303
    row = session.scalars(sa.select(Consent)).one()
    assert (row.person_id, row.recorded_by_id, row.scan_name) == (silent.id, head.id, "同意书.png")
    assert "纸质" in client.get(f"/companies/{company.id}/consents").text
    answer = client.get(f"{page}/{row.id}")
    assert answer.mimetype == "image/png" and answer.get_data()
    answer.close()


def opened(client, path):
    """The status of a file's answer, closed again."""
    answer = client.get(path)
    answer.close()
    return answer.status_code


def test_a_paper_is_read_by_who_collected_it_and_by_the_person_only(
    client, session, make, company, head, edition
):
    silent = make.employed(company, make.person(name="工人丙"))
    client.enter(head)
    sent = {"scan": (io.BytesIO(_png()), "同意书.png")}
    page = f"/companies/{company.id}/consents/{silent.id}"
    assert client.send(page, sent, content_type="multipart/form-data").status_code == 303
    row = session.scalars(sa.select(Consent)).one()
    later = make.company()
    chief = make.employed(later)
    make.grant(chief, Role.DEPARTMENT, ScopeKind.COMPANY, later)
    for job in session.scalars(sa.select(Employment).where(Employment.person_id == silent.id)):
        job.ended_on = NOW.date()
    make.employed(later, silent)
    session.flush()
    client.enter(chief)
    page = client.get(f"/companies/{later.id}/consents/{silent.id}").text
    assert "由收取该文件的企业保管" in page and f"/{row.id}" not in page
    assert opened(client, f"/companies/{later.id}/consents/{silent.id}/{row.id}") == 404
    assert opened(client, f"/companies/{company.id}/consents/{silent.id}/{row.id}") == 404
    assert opened(client, f"/account/consent/{row.id}/paper") == 404
    client.enter(head)
    assert "已离职人员的纸质同意书" in client.get(f"/companies/{company.id}/consents").text
    assert opened(client, f"/companies/{company.id}/consents/{silent.id}/{row.id}") == 200
    client.enter(silent)
    assert f"/account/consent/{row.id}/paper" in client.get("/account/consent").text
    assert opened(client, f"/account/consent/{row.id}/paper") == 200
    company.merged_into_id = later.id
    session.flush()
    client.enter(chief)
    assert opened(client, f"/companies/{later.id}/consents/{silent.id}/{row.id}") == 200


def test_paper_is_for_ones_own_staff_without_an_account(session, make, company, head, worker, scan, edition):
    silent, stranger = make.employed(company), make.employed(make.company())
    facts = {"company": company, "scan": scan, "name": "同意书.pdf", "now": NOW}
    with pytest.raises(DomainError):
        services.record_paper_consent(session, actor=make.actor(head), person_id=worker.id, **facts)
    with pytest.raises(NotFound):
        services.record_paper_consent(session, actor=make.actor(head), person_id=stranger.id, **facts)
    with pytest.raises(NotFound):
        services.record_paper_consent(session, actor=make.actor(worker), person_id=silent.id, **facts)
    scan.media_type = "text/plain"
    with pytest.raises(Invalid):
        services.record_paper_consent(session, actor=make.actor(head), person_id=silent.id, **facts)
    assert session.scalars(sa.select(Consent)).all() == []
    scan.media_type = "application/pdf"
    services.record_paper_consent(session, actor=make.actor(head), person_id=silent.id, **facts)
    with pytest.raises(DomainError):
        services.record_paper_consent(session, actor=make.actor(head), person_id=silent.id, **facts)


def _png():
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "PNG")
    return out.getvalue()
