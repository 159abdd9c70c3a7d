"""Documents through the door: ordered, written by the worker, downloaded; templates; the pack."""

import io
import re

import docx
import openpyxl
import pypdfium2
import pytest
import sqlalchemy as sa

from cp_circles.db.models import Job, JobState
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound
from cp_circles.files.storage import LocalStorage
from cp_circles.jobs import kinds
from cp_circles.jobs.in_process import make_worker
from cp_circles.people.models import Person, Role
from cp_circles.results import documenting, services
from cp_circles.results.documents.templates import standard_template
from cp_circles.results.models import ReportTemplate, ResultDocument
from tests.projects.walking import completed


@pytest.fixture(autouse=True)
def registered_jobs():
    """What other tests find registered with the worker stays as it was."""
    kept = dict(kinds.KINDS), dict(kinds.PERIODIC)
    yield
    for table, before in zip((kinds.KINDS, kinds.PERIODIC), kept, strict=True):
        table.clear()
        table.update(before)


@pytest.fixture
def storage(app):
    """The folder that the application keeps contents in."""
    return LocalStorage(app.extensions["cp_config"].evidence_folder)


@pytest.fixture
def result(world):
    """A draft with a saving of 126,000 kWh and a figure without a record."""
    project = completed(world)
    world.make.mv_1(project)
    return services.draft_result(
        world.session,
        actor=world.leader,
        project=project,
        summary="节电 12.6万 kWh，省水 77 t",
        now=world.now,
    )


def freeze(world, result):
    services.freeze_result(
        world.session, actor=world.leader, result=result, version=result.version, now=world.now
    )


def enter(client, world, actor):
    client.enter(world.session.get(Person, actor.person_id))


def text_of(answer):
    return answer.get_data(as_text=True)


def pdf_text(content):
    document = pypdfium2.PdfDocument(content)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return re.sub(r"\s", "", text)


def write(app, client, result, kind):
    """Order a document, let the worker write it, and download it."""
    base = f"/results/{result.id}/documents"
    assert client.send(f"{base}/{kind}").status_code == 303
    make_worker(app).run_due()
    answer = client.get(f"{base}/{kind}/file")
    assert answer.status_code == 200
    content = answer.data
    answer.close()
    return content


def test_ordered_watched_written_downloaded(app, client, world, result):
    freeze(world, result)
    enter(client, world, world.leader)
    base = f"/results/{result.id}/documents"
    assert client.get(f"{base}/pdf/file").status_code == 404
    page = text_of(client.get(base))
    assert "生成 PDF" in page and "77 t" in page
    assert client.send(f"{base}/pdf").status_code == 303
    assert "正在生成" in text_of(client.get(base))
    assert client.send(f"{base}/pdf").status_code == 303
    orders = sa.select(Job).where(Job.kind == documenting.DOCUMENT)
    assert len(world.session.scalars(orders).all()) == 1
    sha256 = result.sha256
    text = pdf_text(write(app, client, result, "pdf"))
    assert sha256 in text and "126,000" in text and "该数字无记录支撑" in text
    assert "草稿" not in text
    word = docx.Document(io.BytesIO(write(app, client, result, "word")))
    assert len(word.inline_shapes) == 1
    world.session.expire_all()
    assert {job.state for job in world.session.scalars(orders)} == {JobState.DONE}
    assert "已生成" in text_of(client.get(base))


def test_a_written_document_is_not_written_again(app, client, world, result):
    freeze(world, result)
    enter(client, world, world.leader)
    first = write(app, client, result, "pdf")
    world.session.expire_all()
    assert write(app, client, result, "pdf") == first
    rows = world.session.scalars(sa.select(ResultDocument)).all()
    assert len(rows) == 1


def test_a_draft_is_marked_and_written_anew_when_it_changes(app, client, world, result):
    enter(client, world, world.leader)
    assert "草稿" in pdf_text(write(app, client, result, "pdf"))
    result = world.session.get(type(result), result.id)
    services.edit_result(
        world.session, actor=world.leader, result=result, version=result.version,
        title="改了的题目", summary="新", intangible="", now=world.now,
    )  # fmt: skip
    world.session.commit()
    assert client.get(f"/results/{result.id}/documents/pdf/file").status_code == 404
    assert "改了的题目" in pdf_text(write(app, client, result, "pdf"))


def test_the_language_is_the_readers(app, client, world, result):
    freeze(world, result)
    enter(client, world, world.leader)
    client.send("/language", {"locale": "en"})
    text = pdf_text(write(app, client, result, "pdf"))
    assert "norecordbehindthisfigure" in text and "Contents" in text


def test_strangers_find_nothing(client, world, result):
    enter(client, world, world.stranger)
    base = f"/results/{result.id}/documents"
    assert [client.get(base).status_code, client.get(f"{base}/pdf/file").status_code] == [404, 404]
    assert client.send(f"{base}/pdf").status_code == 404
    with pytest.raises(NotFound):
        services.order_document(
            world.session, actor=world.leader, result=result, kind="odt", locale="en", now=world.now
        )
    assert world.session.scalars(sa.select(Job).where(Job.kind == documenting.DOCUMENT)).all() == []


def test_the_report_page_links_figures_and_marks_what_has_no_record(client, world, result):
    enter(client, world, world.leader)
    page = text_of(client.get(f"/results/{result.id}"))
    assert re.search(r'<a href="#r-saving-1"[^>]*>12.6万 kWh</a>', page)
    assert re.search(r'<span class="marked">77 t <small>', page)
    assert "77 t" in text_of(client.get(f"/results/{result.id}/freeze"))


def own_template(phases, line="示例公司内部报告"):
    document = docx.Document(io.BytesIO(standard_template(phases)))
    document.paragraphs[0].insert_paragraph_before(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_companys_template_is_sent_previewed_used_and_ended(app, client, world, result):
    freeze(world, result)
    method = result.package["project"]["method"]["key"]
    phases = list(dict.fromkeys(step["phase"]["key"] for step in result.package["steps"]))
    enter(client, world, world.department)
    base = f"/results/company/{world.company.id}/templates"
    assert client.get(f"{base}/{method}.docx").status_code == 200
    refused = client.send(base, {"method": method, "file": (io.BytesIO(b"PK\x03\x04"), "a.docx")})
    assert refused.status_code == 422
    content = own_template(phases)
    sent = client.send(base, {"method": method, "file": (io.BytesIO(content), "自有.docx")})
    assert sent.status_code == 303
    template = world.session.scalars(sa.select(ReportTemplate)).one()
    preview = client.get(f"{base}/{template.id}/preview")
    assert "示例公司内部报告" in docx.Document(io.BytesIO(preview.data)).paragraphs[0].text
    offered = text_of(client.get(base))
    assert f"{base}/{template.id}/preview" in offered and "尚无冻结成果" not in offered
    template.method_key = "cp_audit"
    world.session.flush()
    offered = text_of(client.get(base))
    assert f"{base}/{template.id}/preview" not in offered and "该方法尚无冻结成果可供预览" in offered
    assert client.get(f"{base}/{template.id}/preview").status_code == 404
    template.method_key = method
    world.session.flush()
    assert client.send(f"{base}/{template.id}/end").status_code == 409
    assert client.send(f"{base}/{template.id}/use").status_code == 303
    assert "使用中" in text_of(client.get(base))
    written = docx.Document(io.BytesIO(write(app, client, result, "word")))
    assert written.paragraphs[0].text == "示例公司内部报告"
    assert client.send(f"{base}/{template.id}/use").status_code == 409
    assert client.send(f"{base}/{template.id}/end").status_code == 303
    written = docx.Document(io.BytesIO(write(app, client, result, "word")))
    assert written.paragraphs[0].text != "示例公司内部报告"
    enter(client, world, world.leader)
    assert client.get(base).status_code == 404


def test_templates_are_the_departments_and_checked(world, storage):
    send = {"company": world.company, "filename": "a.docx", "now": world.now}
    method = documenting.audit_method(world.session)
    phases = [phase.key for phase in method.phases]
    good = {"method_key": method.key, "content": own_template(phases)}
    with pytest.raises(NotFound):
        services.send_template(world.session, storage, actor=world.leader, **send, **good)
    bad = {"method_key": method.key, "content": own_template(phases, "{{ salary }}")}
    with pytest.raises(Invalid, match="do not exist"):
        services.send_template(world.session, storage, actor=world.department, **send, **bad)
    with pytest.raises(NotAllowed):
        services.send_template(
            world.session, storage, actor=world.make.holder(Role.ADMINISTRATOR), **send, **good
        )
    assert world.session.scalars(sa.select(ReportTemplate)).all() == []
    first = services.send_template(world.session, storage, actor=world.department, **send, **good)
    second = services.send_template(world.session, storage, actor=world.department, **send, **good)
    for template in (first, second):
        services.use_template(world.session, actor=world.department, template=template, now=world.now)
    assert first.ended_at == world.now and second.ended_at is None
    with pytest.raises(DomainError):
        services.end_template(world.session, actor=world.department, template=first, now=world.now)


def test_the_pack_is_chosen_seen_and_downloaded(client, world, result):
    freeze(world, result)
    base = f"/results/company/{world.company.id}/audit-pack"
    enter(client, world, world.department)
    assert "空" not in text_of(client.get(base)).split("<main")[0]
    assert client.get(f"{base}/file.docx").status_code == 404
    page = text_of(client.get(f"{base}?result={result.id}"))
    assert "暂行：分值由本平台建议，非官方表格" in page and "待填写" in page and "否：未核实" in page
    word = docx.Document(io.BytesIO(client.get(f"{base}/file.docx?result={result.id}").data))
    assert len([one for one in word.paragraphs if one.style.name == "Heading 1"]) == 11
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{base}/file.xlsx?result={result.id}").data))
    assert book.sheetnames[-2:] == ["审核评估表", "审核验收表"]
    assert client.get(f"{base}/file.odt?result={result.id}").status_code == 404
    enter(client, world, world.leader)
    assert client.get(base).status_code == 404
