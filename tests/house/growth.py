"""What lists grow from: a season with a company, and one more row of each kind."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from cp_circles.announcements.services import announce
from cp_circles.awards.models import Award
from cp_circles.db.events import record_event
from cp_circles.db.jobs import enqueue_job
from cp_circles.files.models import Blob
from cp_circles.judges.models import JudgeProfile
from cp_circles.judging.chain import put_head_in_platform_chain
from cp_circles.judging.models import CircleBan, ScoreSheet, SheetState
from cp_circles.metering.services.filing import KIND as READINGS
from cp_circles.notices.services import assign_task, send_mail
from cp_circles.notices.services.tasks import MENTION
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import SYSTEM
from cp_circles.personal.models import Consent
from cp_circles.personal.queries.consents import current_notice
from cp_circles.personal.queries.papers import RECORDED
from cp_circles.savings import services as savings
from cp_circles.sittings.models import Deliberation, Talk
from tests.conftest import NOW
from tests.judging.world import World, t2


@dataclass
class Scene:
    """A season with a company, and what a list grows from."""

    world: World
    make: Any
    session: Any
    company: Any
    person: Any

    def grant(self, role: Role, kind: ScopeKind = ScopeKind.PLATFORM, scope: Any = None) -> None:
        """One more role of the reader."""
        self.make.grant(self.person, role, kind, scope)


def more_circles(scene: Scene) -> None:
    """A circle of the company."""
    scene.make.circle(scene.company)


def more_projects(scene: Scene) -> None:
    """A project of a new circle."""
    scene.make.project(scene.make.circle(scene.company))


def more_results(scene: Scene) -> None:
    """A frozen result."""
    scene.world.result(scene.company)


def more_meters(scene: Scene) -> None:
    """A meter with a reading."""
    meter = scene.make.meter(scene.company)
    scene.make.reading(meter, date(2026, 1, 1), date(2026, 1, 31), 5)


def more_files(scene: Scene) -> None:
    """A file of readings of the company."""
    payload = {"company_id": scene.company.id, "name": "示例.csv", "sha256": "0" * 64}
    key, person_id = f"file:{scene.make.number()}", scene.person.id
    enqueue_job(scene.session, kind=READINGS, key=key, payload=payload, person_id=person_id, now=NOW)


def more_sub_meters(scene: Scene) -> None:
    """A main meter with a sub-meter, both read."""
    main = scene.make.meter(scene.company)
    for meter in (main, scene.make.meter(scene.company, parent_id=main.id)):
        scene.make.reading(meter, date(NOW.year, 1, 1), date(NOW.year, 1, 31), 5)


def more_claims(scene: Scene) -> None:
    """A claimed saving of a new circle."""
    project = scene.make.project(scene.make.circle(scene.company))
    saving = scene.make.mv_1(project)
    leader = scene.make.actor(project.circle.leader.person)
    savings.claim_saving(scene.session, actor=leader, saving=saving, now=NOW)


def more_tasks(scene: Scene) -> None:
    """A task and a message of the reader."""
    circle = scene.make.circle(scene.company)
    assign_task(
        scene.session,
        kind=MENTION,
        subject=circle,
        url=f"/circles/{circle.id}",
        to_person=scene.person,
        now=NOW,
    )
    send_mail(scene.session, to_person=scene.person, subject="示例", body="示例", now=NOW)


def more_companies(scene: Scene) -> None:
    """A company in a county of its own."""
    scene.make.company(scene.make.region("county", scene.world.city))


def more_people(scene: Scene) -> None:
    """A person of the company with a role."""
    person = scene.make.employed(scene.company)
    scene.make.grant(person, Role.FACILITATOR, ScopeKind.COMPANY, scene.company)


def more_entries(scene: Scene) -> None:
    """An entry of a new company in the city's round."""
    company = scene.make.company(scene.world.county)
    scene.world.entry(scene.round_, scene.world.result(company), accepted=True)


def more_rounds(scene: Scene) -> None:
    """The round of another company."""
    scene.world.company_round(scene.make.company(scene.world.county))


def more_sheets(scene: Scene) -> None:
    """An entry that the reader judges."""
    company = scene.make.company(scene.world.county)
    entry = scene.world.entry(scene.round_, scene.world.result(company))
    scene.world.numbers(scene.round_)
    scene.world.assign(entry, scene.judge)


def more_locked(scene: Scene, entry: Any, judge: Any, total: Decimal, stage: str = "paper") -> None:
    """A sheet of a judge that was handed in."""
    track = next(row for row in entry.round_.tracks if row.key == entry.track_key)
    sheet = ScoreSheet(
        round_id=entry.round_id,
        entry_id=entry.id,
        judge_id=judge.person_id,
        stage=stage,
        rubric_edition_id=track.rubrics[stage],
        state=SheetState.SUBMITTED,
        total=total,
    )
    scene.session.add(sheet)


def more_spreads(scene: Scene) -> None:
    """An entry whose two judges lie apart, sent to its panel."""
    session, world, round_ = scene.session, scene.world, scene.round_
    entry = world.entry(round_, world.result(world.make.company(world.county)))
    scene.panel = scene.panel or [world.judge(round_) for _ in range(2)]
    for judge, total in zip(scene.panel, ("90", "60"), strict=True):
        more_locked(scene, entry, judge, Decimal(total))
    session.add(
        Deliberation(
            round_id=round_.id,
            entry_id=entry.id,
            stage="paper",
            reason="示例",
            spread="30",
            opened_at=NOW,
            present=[],
        )
    )
    session.flush()


def more_talks(scene: Scene) -> None:
    """An entry of the company that is presented, with a judge's sheet."""
    world, round_ = scene.world, scene.own_round
    entry = world.entry(round_)
    scene.panel = scene.panel or [world.judge(round_)]
    more_locked(scene, entry, scene.panel[0], Decimal(80), "presentation")
    scene.session.add(Talk(round_id=round_.id, entry_id=entry.id, position=scene.make.number()))
    scene.session.flush()


def more_papers(scene: Scene) -> None:
    """A consent on paper of the reader, and one of a colleague who has left since."""
    session, make = scene.session, scene.make
    gone = make.employed(scene.company, ended_on=NOW.date())
    edition, _notice = current_notice(session)
    for person in (scene.person, gone):
        blob = Blob(sha256=f"{make.number():064x}", size=1, media_type="image/png", created_at=NOW)
        session.add(blob)
        session.flush()
        kept = Consent(
            person_id=person.id,
            edition_id=edition.id,
            agreed_at=NOW,
            scan_sha256=blob.sha256,
            withdrawn_at=NOW,
        )
        session.add(kept)
        session.flush()
        record_event(session, actor=SYSTEM, verb=RECORDED, subject=kept, company_id=scene.company.id, at=NOW)


def more_announcements(scene: Scene) -> None:
    """An announcement to the company, with an attachment of its own name."""
    announce(
        scene.session,
        actor=scene.make.holder(Role.DEPARTMENT, ScopeKind.COMPANY, scene.company),
        title="示例公告",
        text="示例",
        scope_kind=ScopeKind.COMPANY,
        scope_id=scene.company.id,
        starts_on=NOW.date(),
        today=NOW.date(),
        now=NOW,
    )


def more_found(scene: Scene) -> None:
    """A circle, a project and a colleague whose names the search finds."""
    scene.make.employed(scene.company, scene.make.person(name="示例人"))
    scene.make.project(scene.make.circle(scene.company, name="示例小组"), title="示例课题")


def more_judges(scene: Scene) -> None:
    """A judge of the register who lives in the city."""
    person = scene.make.person()
    profile = JudgeProfile(person_id=person.id, home_region_id=scene.world.city.id, saved_at=NOW)
    scene.session.add(profile)
    scene.session.flush()


def more_heads(scene: Scene) -> None:
    """A published head of the round of another company."""
    round_ = scene.world.company_round(scene.make.company(scene.world.county))
    put_head_in_platform_chain(scene.session, actor=SYSTEM, round_=round_, now=NOW)


def more_receipts(scene: Scene) -> None:
    """A sheet that the reader handed in."""
    company = scene.make.company(scene.world.county)
    entry = scene.world.entry(scene.round_, scene.world.result(company))
    scene.world.numbers(scene.round_)
    scene.world.score(scene.world.assign(entry, scene.judge), t2("80"))


def more_bans(scene: Scene) -> None:
    """A circle of the company that is barred."""
    result = scene.world.result()
    ban = CircleBan(
        circle_id=result.project.circle_id, result_id=result.id, until_year=2030, reason="示例", set_at=NOW
    )
    scene.session.add(ban)
    scene.session.flush()


def more_awards(scene: Scene) -> None:
    """An award of a result of the company."""
    entry, number = scene.world.entry(scene.round_, scene.world.result()), scene.make.number()
    scene.session.add(
        Award(
            round_id=scene.round_.id,
            entry_id=entry.id,
            award_key="first",
            label="一等奖",
            label_en="First prize",
            number=f"CP-{number}",
            public_key=f"{number:032x}",
            holder={
                "title": "示例",
                "circle": "",
                "company": "示例",
                "members": [],
                "round": "示例",
                "year": 2026,
            },
            sha256="0" * 64,
            given_at=NOW,
        )
    )
    scene.session.flush()
