"""Heads, receipts and the audit of a round, as people meet them."""

import io
import zipfile

import pytest
import sqlalchemy as sa

from cp_circles.db.models import Event
from cp_circles.judging import tasks
from cp_circles.judging.models import ScoreSheet
from cp_circles.notices.models import Mail
from cp_circles.people.models import Person
from cp_circles.standings import services as standings_services
from cp_circles.trust import queries
from cp_circles.trust.receipts import Code, code_from, code_of
from tests.judging.test_pages import text_of
from tests.trust.test_audit import published


def handed_in(session):
    """The links of the sheets that were handed in."""
    wanted = sa.select(Event).where(Event.verb == "judging.submit_sheet").order_by(Event.id)
    return session.scalars(wanted).all()


@pytest.fixture
def round_(session, world):
    """A round with its list published."""
    return published(session, world)


def test_heads_are_public_and_printed(session, client, round_):
    page = text_of(client.get("/trust/"))
    head = queries.newest_head(session)
    assert head.hash in page and head.after["hash"] in page and round_.name in page
    assert head.hash in text_of(client.get(f"/judging/lists/{round_.public_key}/print"))
    assert "/trust/" in text_of(client.get(f"/judging/lists/{round_.public_key}"))


def test_taking_the_list_back_publishes_a_head(session, world, round_):
    from cp_circles.standings.services.publicity import withdraw_publication

    before = queries.newest_head(session).position
    withdraw_publication(
        session, actor=world.officials["city"], round_=round_, reason="重评", now=world.at("publicity")
    )
    assert queries.newest_head(session).position == before + 1


def test_a_receipt_is_checked_without_signing_in(session, client, round_):
    link = handed_in(session)[0]
    code = str(code_of(link))
    page = text_of(client.get("/trust/check", query_string={"receipt": f" {code.upper()}\n"}))
    assert link.after["sha256"] in page and round_.name in page and queries.newest_head(session).hash in page

    for wrong in (f"{round_.id}-{link.position + 1}-{link.hash}", f"999-1-{link.hash}"):
        page = text_of(client.get("/trust/check", query_string={"receipt": wrong}))
        assert link.after["sha256"] not in page and round_.name not in page
    session.execute(sa.update(Event).where(Event.id == link.id).values(reason="x"))
    page = text_of(client.get("/trust/check", query_string={"receipt": code}))
    assert link.after["sha256"] not in page
    assert text_of(client.get("/trust/check", query_string={"receipt": "<b>abc"}))


def test_a_receipt_before_publication_names_no_head_and_no_draft_round(session, client, world):
    round_ = world.round_at("province", name="秘密轮次")
    entry = world.entry(round_)
    link = session.scalars(sa.select(Event).where(Event.verb == "judging.enter_result")).one()
    page = text_of(client.get("/trust/check", query_string={"receipt": str(code_of(link))}))
    assert entry.result.sha256 in page and "秘密轮次" not in page


@pytest.mark.parametrize("text", ["", "12", "1-2-3", "a-1-" + "0" * 64, "1-1-" + "g" * 64])
def test_code_from_refuses_what_is_no_receipt(text):
    assert code_from(text) is None


def test_code_from_reads_what_it_wrote():
    code = Code(3, 17, "0f" * 32)
    assert code_from(f"  {str(code).upper()} ") == code


def test_judges_and_teams_see_their_own_receipts_only(session, client, world, round_):
    sheets = session.scalars(sa.select(ScoreSheet).order_by(ScoreSheet.id)).all()
    links = {link.subject_id: link for link in handed_in(session)}
    client.enter(sheets[0].judge)
    page = text_of(client.get("/trust/receipts?of=sheets"))
    for sheet in sheets:
        assert (str(code_of(links[sheet.id])) in page) == (sheet.judge_id == sheets[0].judge_id)

    first, second, *_ = world.entries_of(round_)
    client.enter(session.get(Person, world.leader_of(first.result).person_id))
    page = text_of(client.get("/trust/receipts?of=entries"))
    assert first.result.sha256 in page and second.result.sha256 not in page


def test_a_team_is_told_the_number_of_sheets_with_the_list_only(session, world):
    round_ = world.judged_round("city")
    entry = world.entries_of(round_)[0]
    leader = world.leader_of(entry.result)
    assert [row.sheets for row in queries.entry_receipts(session, actor=leader).rows] == [None]
    official = world.officials["city"]
    standings_services.compute_standing(session, actor=official, round_=round_, now=world.at("deliberation"))
    standings_services.publish_standing(session, actor=official, round_=round_, now=world.at("deliberation"))
    assert [row.sheets for row in queries.entry_receipts(session, actor=leader).rows] == [3]


def test_receipts_come_by_mail(session, round_):
    head = queries.newest_head(session)
    mails = session.scalars(sa.select(Mail).where(Mail.subject == tasks.ENTRY_RECEIPT)).all()
    assert {(mail.values["head"], mail.values["count"]) for mail in mails} == {(head.hash, 3)}
    assert len({mail.values["package"] for mail in mails}) == len(mails) == 3
    judges = session.scalars(sa.select(Mail).where(Mail.subject == tasks.SHEETS_RECEIPT)).all()
    last = {str(code_of(link)) for link in handed_in(session)}
    assert len(judges) == len({mail.person_id for mail in judges}) * 3
    assert all(mail.values["receipt"] in last for mail in judges)


def test_the_organiser_downloads_the_audit_once_the_list_is_out(session, client, world, round_):
    address = f"/trust/rounds/{round_.id}/audit.zip"
    client.enter(session.get(Person, world.officials["city"].person_id))
    answer = client.get(address)
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        assert {"events.jsonl", "verify_audit.py", "README.md"} <= set(packed.namelist())
    assert address in text_of(client.get(f"/judging/rounds/{round_.id}/standing"))
    client.enter(session.get(Person, world.officials["county"].person_id))
    assert client.get(address).status_code == 404


def test_the_script_is_given_to_anybody(client):
    answer = client.get("/trust/verify_audit.py")
    assert answer.status_code == 200 and b"def problems_of" in answer.data


def test_the_command_writes_a_folder(session, app, client, round_, tmp_path):
    session.commit()
    run = app.test_cli_runner()
    done = run.invoke(args=["audit", "export", "--round", str(round_.id), str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "out" / "events.jsonl").is_file()
    assert run.invoke(args=["audit", "export", "--round", "999", str(tmp_path)]).exit_code == 1
