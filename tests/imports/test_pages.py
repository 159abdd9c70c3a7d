"""The pages: upload, preview, order, run, and find the report again; nobody reads another's."""

import io

import pytest
import sqlalchemy as sa

from cp_circles.db.models import Job, JobState
from cp_circles.files.models import Blob
from cp_circles.jobs.in_process import make_worker
from cp_circles.organisations.models import Region
from cp_circles.people.models import Role, ScopeKind
from cp_circles.projects.models import Project
from cp_circles.savings.models import Saving, SavingState
from tests.imports.conftest import csv_of
from tests.imports.test_chinese_sheet import ROWS, workbook


def person_with(make, role, scope_kind=ScopeKind.PLATFORM, scope=None):
    person = make.person()
    make.grant(person, role, scope_kind, scope)
    return person


def upload(client, content, name="rows.csv", mapping="iac"):
    return client.send("/imports", {"mapping": mapping, "file": (io.BytesIO(content), name)})


def work(app):
    """Let the worker run what is due."""
    make_worker(app).run_due()


def projects(session):
    session.expire_all()
    return session.scalar(sa.select(sa.func.count()).select_from(Project))


@pytest.fixture
def administrator(us, make, client):
    person = person_with(make, Role.ADMINISTRATOR)
    client.enter(person)
    return person


def test_from_upload_to_report(us, client, app, administrator):
    assert client.get("/imports").status_code == 200
    sent = upload(client, csv_of({}, {"superid": "AM074302", "psaved": "-5", "impcost": ""}))
    assert sent.status_code == 303
    preview = client.get(sent.location)
    assert preview.status_code == 200
    assert "AM0743 no. 1 electricity" in preview.text and "4,095.00" in preview.text
    assert "投资未知" in preview.text and "节约金额为负" in preview.text
    assert projects(us) == 0

    form = {"changed": "skip", "send_key": "k1"}
    ordered = client.send(sent.location, form)
    assert ordered.status_code == 303
    assert client.send(sent.location, form).location == ordered.location
    assert 'hx-trigger="every 2s"' in client.get(ordered.location).text
    work(app)
    report = client.get(ordered.location)
    assert projects(us) == 2 and "hx-trigger" not in report.text
    job = us.scalars(sa.select(Job).where(Job.kind == "imports.projects")).one()
    assert (job.state, job.report["counts"]["added"], job.progress_done) == (JobState.DONE, 2, 2)
    assert "节约金额为负" in report.text
    assert "rows.csv" in client.get("/imports").text
    found = client.get(f"{ordered.location}/findings.csv")
    assert found.mimetype == "text/csv" and ",3,psaved,节约金额为负" in found.text


def test_a_job_run_again_stores_once_and_keeps_its_report(us, client, app, administrator):
    ordered = client.send(upload(client, csv_of({})).location, {"changed": "skip", "send_key": "k"})
    work(app)
    job = us.scalars(sa.select(Job).where(Job.kind == "imports.projects")).one()
    job.state = JobState.WAITING
    us.commit()
    work(app)
    us.expire_all()
    assert (projects(us), job.state, job.report["counts"]["added"]) == (1, JobState.DONE, 1)
    assert client.get(ordered.location).status_code == 200


def test_bad_rows_are_shown_before_anything_is_stored_and_kept_out(us, client, app, administrator):
    content = csv_of({}, {"superid": "AM074302", "psaved": "abc"})
    sent = upload(client, content)
    page = client.get(sent.location)
    assert "“abc”不是数字" in page.text and "good_rows_only" in page.text
    ordered = client.send(sent.location, {"changed": "skip", "send_key": "a"})
    work(app)
    assert projects(us) == 0 and "未保存任何数据" in client.get(ordered.location).text
    client.send(sent.location, {"changed": "skip", "send_key": "b", "good_rows_only": "y"})
    work(app)
    assert projects(us) == 1


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "empty.csv", "文件是空的"),
        (b"a,b\n1,2\n", "other.csv", "superid"),
        (b"PK\x03\x04x", "broken.xlsx", ""),
        (b"\x1f\x8bx", "broken.csv.gz", "gzip"),
        (bytes(range(256)), "binary.csv", ""),
    ],
)
def test_a_bad_file_comes_back_to_the_form_and_is_not_kept(us, client, administrator, content, name, words):
    answer = upload(client, content, name)
    assert answer.status_code == 422 and words in answer.text
    assert us.scalar(sa.select(sa.func.count()).select_from(Blob)) == 0


def test_without_a_file_or_with_a_foreign_mapping_the_form_says_so(us, client, administrator):
    assert client.send("/imports", {"mapping": "iac"}).status_code == 422
    assert upload(client, csv_of({}), mapping="nothing").status_code == 422


def test_a_wrong_home_is_said_on_the_form(session, client, make, company):
    client.enter(person_with(make, Role.ADMINISTRATOR))
    answer = upload(client, csv_of({}))
    assert answer.status_code == 422 and "china" in answer.text
    assert projects(session) == 0


def test_a_department_imports_the_chinese_sheet_and_sees_no_other_mapping(
    session, client, app, make, company
):
    client.enter(person_with(make, Role.DEPARTMENT, ScopeKind.COMPANY, company))
    page = client.get("/imports")
    assert "课题成果汇总表" in page.text and "美国工业评估中心" not in page.text
    sent = upload(client, workbook(*ROWS), "汇总.xlsx", "cn_project_sheet")
    assert sent.status_code == 303
    preview = client.get(sent.location)
    assert "降低空压机电耗" in preview.text and "18,600" in preview.text
    ordered = client.send(sent.location, {"changed": "skip", "send_key": "k"})
    work(app)
    assert projects(session) == 2
    assert "投资未知" in client.get(ordered.location).text


def test_nobody_opens_anothers_preview_or_report(us, client, app, make, administrator):
    sent = upload(client, csv_of({"products": "Planted syrup"}))
    ordered = client.send(sent.location, {"changed": "skip", "send_key": "k"})
    work(app)
    assert "Planted syrup" in client.get(sent.location).text
    company = us.scalars(sa.select(Project)).one().company
    for person in (person_with(make, Role.DEPARTMENT, ScopeKind.COMPANY, company), make.person()):
        client.enter(person)
        for path in (sent.location, ordered.location, f"{ordered.location}/findings.csv"):
            assert client.get(path).status_code == 404
    client.enter(person_with(make, Role.ADMINISTRATOR))
    assert client.get(sent.location).status_code == 404
    assert client.get(ordered.location).status_code == 200


@pytest.mark.parametrize("token", ["x", "eyJhIjoxfQ.abc"])
def test_a_forged_token_opens_nothing(client, administrator, token):
    assert client.get(f"/imports/preview/{token}").status_code == 404
    assert client.send(f"/imports/preview/{token}", {"changed": "skip"}).status_code == 404


def test_the_board_shows_claimed_dollars_apart_from_verified(us, client, app, administrator):
    rows = [{"superid": f"AM07430{n}", "ar_number": str(n), "psaved": str(1000 * n)} for n in (1, 2, 3)]
    client.send(upload(client, csv_of(*rows)).location, {"changed": "skip", "send_key": "k"})
    work(app)
    claimed = client.get("/boards?metric=yuan&basis=claimed")
    assert "6,000" in claimed.text and "美元" in claimed.text and "2018" in claimed.text
    assert "得克萨斯州" in claimed.text
    by_centre = client.get(f"/boards?metric=yuan&basis=claimed&region={region_id(us, 'TX')}")
    assert "得克萨斯州 · AM 评估中心" in by_centre.text
    for path in (
        "/boards?metric=yuan",
        "/boards?metric=yuan&season=2018",
        "/public/boards?metric=yuan&basis=claimed",
    ):
        assert "6,000.00" not in client.get(path).text


def region_id(session, code):
    return session.scalar(sa.select(Region.id).where(Region.code == code))


def test_an_imported_claim_is_shown_in_its_currency_and_can_be_signed_by_nobody(
    us, client, app, make, administrator
):
    content = csv_of({"pconserved": "", "psaved": "-1234", "impcost": ""})
    client.send(upload(client, content).location, {"changed": "skip", "send_key": "k"})
    work(app)
    saving = us.scalars(sa.select(Saving)).one()
    page = client.get(f"/savings/{saving.id}").text
    assert "-1,234.00" in page.replace("−", "-") and "美元" in page and "文件未给出" in page
    assert saving.claim.sha256 in page
    listed = client.get(f"/savings/project/{saving.project_id}").text
    assert "美元" in listed
    overview = client.get(f"/projects/{saving.project_id}/overview").text
    assert "1,234.00 美元" in overview and "1,234.00 元" not in overview
    board = client.get("/boards?metric=yuan&basis=claimed&by=project").text
    assert saving.project.title in board and f"/boards/projects/{saving.project_id}" not in board
    owner = person_with(make, Role.PROCESS_OWNER, ScopeKind.COMPANY, saving.project.company)
    client.enter(owner)
    assert saving.project.title not in client.get("/savings/to-sign").text
    form = {"claim_sha256": saving.claim.sha256, "role": "process_owner"}
    assert client.send(f"/savings/{saving.id}/sign", form).status_code == 409
    us.expire_all()
    assert (saving.state, saving.claim.signatures) == (SavingState.CLAIMED, [])
