"""The job that draws a blind copy: the result is frozen at once, judges see nothing before all is ready."""

import io
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from PIL import Image

from cp_circles.db.engine import Sessions
from cp_circles.db.events import events_of
from cp_circles.db.models import Job, JobState
from cp_circles.files.storage import LocalStorage
from cp_circles.jobs import kinds
from cp_circles.jobs.blind_copies import draw_blind_copy
from cp_circles.jobs.kinds import Tools
from cp_circles.jobs.worker import Worker
from cp_circles.notices.queries import open_tasks_for
from cp_circles.results import queries, services
from cp_circles.results.models import BlindPage, Result, ResultState
from cp_circles.results.services import draw_pages, keep_pages
from tests.conftest import NOW
from tests.results.planted import planted_project


def frozen(world, project):
    """A result of a project, frozen."""
    draft = services.draft_result(
        world.session, actor=world.leader, project=project, summary="节电", now=world.now
    )
    return services.freeze_result(
        world.session, actor=world.leader, result=draft, version=draft.version, now=world.now
    )


def test_a_freeze_is_done_at_once_and_orders_the_copy(world, storage):
    result = frozen(world, planted_project(world, storage))
    assert (result.state, result.blind_ready_at) == (ResultState.FROZEN, None)
    assert result.sha256 and result.blind_package and result.blind_pages == []
    job = queries.blind_copy_job(world.session, result)
    assert (job.state, job.payload) == (JobState.WAITING, {"result": result.id})
    assert queries.results_not_blinded(world.session, [result.id]) == {result.id}
    assert open_tasks_for(world.session, world.department) == []


def test_evidence_without_pages_makes_a_copy_that_is_ready_at_once(world, storage):
    result = frozen(world, world.make.project(world.circle, state="completed"))
    assert result.blind_ready_at == world.now
    assert queries.blind_copy_job(world.session, result) is None
    assert world.session.scalar(sa.select(sa.func.count(Job.id))) == 0
    assert queries.results_not_blinded(world.session, [result.id]) == set()


def test_pages_are_kept_once_and_ask_for_their_confirmation(world, storage):
    result = frozen(world, planted_project(world, storage))
    seen = []
    drawn = draw_pages(world.session, storage, result=result, progress=lambda *at: seen.append(at))
    assert seen == [(1, 3), (2, 3), (3, 3)] and result.blind_pages == []
    assert keep_pages(world.session, storage, result=result, drawn=drawn, now=world.now) == 3
    assert result.blind_ready_at == world.now
    assert events_of(world.session, result)[0].after == {"pages": 3}
    assert [task.subject_id for task in open_tasks_for(world.session, world.department)] == [result.id]
    assert queries.results_not_blinded(world.session, [result.id]) == {result.id}
    assert keep_pages(world.session, storage, result=result, drawn=drawn, now=world.now) == 0
    assert len(result.blind_pages) == 3
    for page in result.blind_pages:
        services.confirm_blind_page(world.session, actor=world.department, page=page, now=world.now)
    assert queries.results_not_blinded(world.session, [result.id]) == set()


def test_a_result_withdrawn_while_it_is_drawn_gets_no_pages(world, storage):
    result = frozen(world, planted_project(world, storage))
    drawn = draw_pages(world.session, storage, result=result)
    services.withdraw_result(world.session, actor=world.leader, result=result, reason="重写", now=world.now)
    assert keep_pages(world.session, storage, result=result, drawn=drawn, now=world.now) == 0
    assert (result.blind_pages, result.blind_ready_at) == ([], None)


def test_the_worker_draws_the_copy_whatever_died_before(engine, session, world, storage, tmp_path):
    result = frozen(world, planted_project(world, storage))
    id_ = result.id
    session.commit()
    config = SimpleNamespace(evidence_folder=tmp_path / "evidence", mail_host="")
    tools = Tools(sessions=Sessions(engine), now=lambda: NOW, config=config)

    def dies(done, total):
        raise OSError("the worker ended here")

    with pytest.raises(OSError, match="ended"):
        draw_blind_copy(Tools(**vars(tools) | {"progress": dies}), {"result": id_})
    assert session.scalar(sa.select(sa.func.count(BlindPage.id))) == 0
    session.rollback()
    kinds.KINDS.clear()
    kinds.PERIODIC.clear()
    kinds.register_kind(queries.BLIND_COPY, draw_blind_copy)
    try:
        assert Worker(tools).run_due() == 1
    finally:
        kinds.KINDS.clear()
    session.expire_all()
    job = session.scalars(sa.select(Job).where(Job.kind == queries.BLIND_COPY)).one()
    assert (job.state, job.report) == (JobState.DONE, {"pages": 3})
    assert (job.progress_done, job.progress_total) == (3, 3)
    result = session.get(Result, id_)
    assert result.blind_ready_at == NOW
    store = LocalStorage(tmp_path / "evidence")
    for page in result.blind_pages:
        with store.open(page.shown_sha256) as stream, Image.open(io.BytesIO(stream.read())) as image:
            assert image.format == "PNG"
    session.rollback()
    assert draw_blind_copy(tools, {"result": id_}) == {"pages": 3}
