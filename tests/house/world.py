"""Two companies in two provinces, each with all that the product records, and every text planted.

`SECRET-A` stands in what only the people of side A may read, `WHO-A` in the names of people, `NAME-A` in what
may be published under their name. The table of `test_access_table.py` asks for every door from both sides and looks for the texts.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask import Flask
from PIL import Image
from sqlalchemy.orm import Session

from cp_circles.announcements.services import announce
from cp_circles.awards.models import AwardChoice
from cp_circles.awards.services import give_awards
from cp_circles.circles.models import ActivityPhoto, CirclePartner
from cp_circles.editions import queries as editions
from cp_circles.files.services import store_blob
from cp_circles.files.storage import LocalStorage
from cp_circles.guidance import services as guidance
from cp_circles.guidance.models import Verdict
from cp_circles.guidance.queries import sheet_of
from cp_circles.judges.models import JudgeProfile
from cp_circles.judging.models import CalendarDay, CircleBan, Entry, Round, RoundJudge, ScoreSheet, Season
from cp_circles.ledger.models import BoardFreeze
from cp_circles.metering.models import Reading
from cp_circles.notices.services import add_comment, assign_task, send_mail
from cp_circles.notices.services.tasks import MENTION
from cp_circles.objections import services as objections_services
from cp_circles.panels import services as panels_services
from cp_circles.people import services as people
from cp_circles.people.models import Employment, Grant, Role, ScopeKind, StandIn
from cp_circles.people.rules import SYSTEM, Actor
from cp_circles.projects import services as projects
from cp_circles.projects.models import Evidence, EvidenceVersion, StepRecord
from cp_circles.results.models import BlindPage
from cp_circles.results.services import freezing, make_blind_pages
from cp_circles.savings import services as savings
from cp_circles.savings.models import (
    Claim,
    FollowUp,
    MediaSource,
    MeterUse,
    MoneyKind,
    MoneyRow,
    Saving,
    SavingAdjustment,
    SavingMeter,
    SavingState,
    SideEffect,
    Split,
    SplitShare,
)
from cp_circles.standings import services as standings_services
from cp_circles.tools.services import create_sheet
from cp_circles.verification.models import Bill, IntangibleEffect, MoneyProof, ThirdParty, UnitPrice
from tests.builders import Builders
from tests.conftest import NOW
from tests.house.panel_work import deliberation_of, exercise_of, scan_of, talk_of
from tests.judging.world import World as JudgingWorld
from tests.judging.world import t2

COMPANY_ROLES = ("facilitator", "department", "process_owner", "metering", "finance", "third_party")
CIRCLE_ROLES = ("member", "leader")
OFFICIALS = ("county_official", "city_official", "province_official")
SIDED = (*CIRCLE_ROLES, *COMPANY_ROLES, "judge", *OFFICIALS)
ABOVE = ("nation_official", "administrator")
NAMED = (*SIDED, *ABOVE, "nobody")
READERS = (*NAMED, "visitor")


def role_of(name: str) -> Role | None:
    """The grant behind a reader's name."""
    if name in {"nobody", "visitor"}:
        return None
    return Role.OFFICIAL if name.endswith("_official") else Role(name)


@dataclass
class Side(JudgingWorld):
    """One company with its circle, project, readings, saving, results, rounds and people."""

    session: Session
    make: Builders
    letter: str
    nation: Any
    season: Season
    past: Season
    storage: LocalStorage
    people: dict[str, Any] = field(default_factory=dict)
    sign_in_id: int = 0

    def __post_init__(self) -> None:
        self.start = NOW
        self.secret, self.name = f"SECRET-{self.letter}", f"NAME-{self.letter}"
        self.who = f"WHO-{self.letter}"
        self._places()
        self._people()
        self._circles()
        self._project()
        self._saving()
        self._verification()
        self._results()
        self._rounds()
        self._duties()
        self._prize()
        self._notices()
        self.session.flush()

    def _places(self) -> None:
        make = self.make
        self.province = make.region("province", self.nation)
        self.city = make.region("city", self.province)
        self.county = make.region("county", self.city)
        self.company = make.company(self.county, name=f"示例公司 {self.name}", name_en=f"Example {self.name}")
        self.workshop = make.department(self.company, f"车间 {self.secret}")

    def _people(self) -> None:
        make = self.make
        for name in SIDED:
            low = f"{name}.{self.letter}@example.com".lower()
            person = make.person(name=f"{name} {self.who}", email=low)
            self.people[name] = person
            if name in (*CIRCLE_ROLES, *COMPANY_ROLES):
                make.employed(self.company, person, employee_number=f"{name}-{self.letter}")
            if name in COMPANY_ROLES:
                make.grant(person, Role(name), ScopeKind.COMPANY, self.company)
        for name in OFFICIALS:
            region = {"county": self.county, "city": self.city, "province": self.province}[name.split("_")[0]]
            make.grant(self.people[name], Role.OFFICIAL, ScopeKind.REGION, region)
        self.colleague = make.employed(self.company, make.person(name=f"工人 {self.who}"))
        self.code_holder = self.colleague

    def actor(self, name: str) -> Actor:
        """The actor of one of this side's people."""
        return self.make.actor(self.people[name])

    def _circles(self) -> None:
        make = self.make
        facts = {"company": self.company, "slogan": f"口号 {self.secret}"}
        self.circle = make.circle(
            name=f"小组 {self.name}", members=2, leader=self.people["leader"], created_by_id=None, **facts
        )
        make.circle_member(self.circle, self.people["member"])
        self.draft_circle = make.circle(
            name=f"草稿 {self.secret}", state="draft", leader=self.people["leader"],
            created_by_id=self.people["leader"].id, **facts,
        )  # fmt: skip
        self.waiting_circle = make.circle(
            name=f"待批 {self.secret}", state="submitted", leader=self.people["leader"], **facts
        )
        self.partner = CirclePartner(
            circle=self.circle, company=make.company(self.county, name=f"伙伴 {self.secret}"),
            share=Decimal("0.2"), reason=f"同线 {self.secret}", asked_at=NOW,
        )  # fmt: skip
        self.session.add(self.partner)
        self.activity = make.activity(
            self.circle, summary=f"例会 {self.secret}", created_by_id=self.people["leader"].id
        )
        self.comment = add_comment(
            self.session, actor=self.actor("leader"), subject=self.circle, text=f"留言 {self.secret}",
            url=f"/circles/{self.circle.id}", now=NOW,
        )  # fmt: skip
        blob = store_blob(self.session, self.storage, picture(self.letter), "照片.png", NOW)
        self.photo = ActivityPhoto(
            activity_id=self.activity.id, sha256=blob.sha256, name=f"{self.secret}.png"
        )
        self.session.add(self.photo)
        self.session.flush()

    def _project(self) -> None:
        make, member = self.make, self.actor("member")
        self.project = make.project(
            self.circle, title=f"课题 {self.name}", reason=f"理由 {self.secret}", created_by_id=None
        )
        self.draft_project = make.project(self.circle, state="draft", title=f"草稿 {self.secret}")
        self.waiting_project = make.project(self.circle, state="submitted", title=f"待批 {self.secret}")
        spec = editions.pack(self.session, self.project.method_edition_id)
        self.step = next(row for row in self.project.steps if spec.step(row.key).records)
        self.kind = spec.step(self.step.key).records[0].kind
        fields = spec.step(self.step.key).records[0].fields
        self.record = StepRecord(
            project_id=self.project.id, step_key=self.step.key, kind=self.kind,
            content={one.key: self.secret for one in fields if one.type in {"text", "long_text"}}, created_at=NOW,
        )  # fmt: skip
        self.session.add(self.record)
        self.session.flush()
        blob = store_blob(self.session, self.storage, picture(self.letter, "red"), "证据.png", NOW)
        self.evidence = projects.add_evidence(
            self.session, actor=member, project=self.project, step=self.step, blob=blob,
            title=f"证据 {self.secret}", filename="证据.png", effective_on=date(2026, 3, 2), now=NOW,
        )  # fmt: skip
        self.evidence_version = self.evidence.versions[0]
        self.tool_sheet = create_sheet(
            self.session, actor=member, project=self.project, code="pareto", title=f"排列图 {self.secret}", now=NOW,
            inputs={"rows": [{"label": self.secret, "amount": "3"}, {"label": "其他", "amount": "1"}]},
        )  # fmt: skip
        self.remark = add_comment(
            self.session, actor=member, subject=self.project, text=f"意见 {self.secret}",
            url=f"/projects/{self.project.id}", now=NOW,
        )  # fmt: skip

    def _saving(self) -> None:
        make = self.make
        self.draft_saving = make.mv_1(self.project)
        self.draft_saving.money_note = f"说明 {self.secret}"
        self.adjustment = SavingAdjustment(quantity=Decimal(1), note="新增设备")
        self.draft_saving.adjustments.append(self.adjustment)
        self.side_effect = SideEffect(
            indicator_code="WATER", quantity=Decimal(1), unit="m3", note="清洗水", added_at=NOW
        )
        self.draft_saving.side_effects.append(self.side_effect)
        self.further_meter = SavingMeter(meter=make.meter(self.company, "DRIVER", "h"), use=MeterUse.DRIVER)
        self.draft_saving.further_meters.append(self.further_meter)
        self.session.flush()
        self.saving = make.mv_1(self.project)
        self.saving.money_note = self.saving.adjustment_note = f"说明 {self.secret}"
        self.meter, self.counter = self.saving.meter, self.saving.production_meter
        self.meter.name = self.counter.name = f"表计 {self.secret}"
        self.counter.name += " 产量"
        self.loose_meter = make.meter(self.company, name=f"备用表 {self.secret}")
        self.reading = make.reading(
            self.loose_meter,
            date(2026, 1, 1),
            date(2026, 1, 31),
            5,
            note=f"备注 {self.secret}",
            photo_sha256=self.photo.sha256,
        )
        self.finding = make.finding(self.reading, values={}, msgid=f"示例 {self.secret}")
        self.token = make.api_token(self.company, f"系统 {self.secret}")
        savings.claim_saving(self.session, actor=self.actor("leader"), saving=self.saving, now=NOW)
        self.signature = savings.sign_claim(
            self.session, actor=self.actor("process_owner"), saving=self.saving, role=Role.PROCESS_OWNER,
            claim_sha256=self.saving.claim.sha256, password_confirmed_at=NOW, now=NOW,
        )  # fmt: skip

    def _verification(self) -> None:
        number, actors = f"编号 {self.secret}", {"finance": self.actor("finance").person_id}
        blob = store_blob(self.session, self.storage, picture(self.letter), "账单.png", NOW)
        facts = {"company_id": self.company.id, "indicator_code": self.saving.indicator_code, "unit": "kWh"}
        self.bill = Bill(
            supplier="示例供应商", number=number, period_from=NOW.date(), period_to=NOW.date(),
            quantity=Decimal(1), amount=Decimal(1), sha256=blob.sha256, file_name="账单.png", added_at=NOW,
            **facts,
        )  # fmt: skip
        self.price = UnitPrice(price=Decimal(1), valid_from=NOW.date(), source=number, added_at=NOW, **facts)
        self.money_row = MoneyRow(
            saving_id=self.draft_saving.id,
            kind=MoneyKind.INDIRECT,
            amount=Decimal(1),
            note=number,
            added_at=NOW,
        )
        grant = self.make.grant(self.people["third_party"], Role.THIRD_PARTY, ScopeKind.SAVING, self.saving)
        self.third_party = ThirdParty(
            company_id=self.company.id, saving_id=self.saving.id, person_id=self.people["third_party"].id,
            grant_id=grant.id, body=f"机构 {self.secret}", reason="示例", invited_at=NOW,
        )  # fmt: skip
        self.effect = IntangibleEffect(
            project_id=self.project.id, text=f"改善 {self.secret}", shown_by="照片", stated_at=NOW
        )
        self.stand_in = StandIn(
            person_id=actors["finance"], stand_in_id=self.people["metering"].id, role=Role.FINANCE,
            scope_kind=ScopeKind.COMPANY, scope_id=self.company.id, since=NOW,
            until=NOW + timedelta(days=3), reason="示例", named_at=NOW,
        )  # fmt: skip
        self.session.add_all(
            [self.bill, self.price, self.money_row, self.third_party, self.effect, self.stand_in]
        )
        self.session.flush()
        self.proof = MoneyProof(
            saving_id=self.saving.id, bill_id=self.bill.id, dated_on=NOW.date(), quantity=Decimal(1), unit="kWh",
            unit_price=Decimal(1), tied_at=NOW,
        )  # fmt: skip
        self.claim_reading = self.session.scalars(
            sa.select(Reading).where(Reading.meter_id == self.saving.meter_id).order_by(Reading.id)
        ).first()
        self.claim_reading.photo_sha256 = self.photo.sha256
        self.session.add(self.proof)
        self.session.flush()
        self._guard()

    def _guard(self) -> None:
        meter, facts = self.saving.meter, {"company_id": self.company.id}
        medium = self.make.meter(self.company, "COMPRESSED_AIR", "m3", name=f"气表 {self.secret}")
        self.source = MediaSource(meter=medium, source=meter, named_at=NOW, **facts)
        shares = [
            SplitShare(project=self.project, share=Decimal("0.5")),
            SplitShare(project=self.draft_project, share=Decimal("0.5")),
        ]
        self.split = Split(
            meter=meter, starts_on=NOW.date(), ends_on=NOW.date(), reason=f"依据 {self.secret}",
            proposed_at=NOW, shares=shares, **facts,
        )  # fmt: skip
        self.follow_up = FollowUp(
            saving_id=self.saving.id, claim_id=self.saving.claim.id, months=6, due_on=NOW.date(),
            asked_at=NOW, note=self.secret, **facts,
        )  # fmt: skip
        beside = Saving(
            project=self.project, indicator_code="COMPRESSED_AIR", meter=medium, state=SavingState.CLAIMED,
            created_at=NOW, reporting_from=self.saving.reporting_from, reporting_to=self.saving.reporting_to,
        )  # fmt: skip
        names = (
            "number method_version inputs factors evidence_hashes quantity unit direct_yuan indirect_yuan"
            " forecast_yuan canonical_text sha256 claimed_at"
        )
        copied = {name: getattr(self.saving.claim, name) for name in names.split()}
        beside.claims.append(Claim(**copied))
        self.beside = beside
        self.session.add_all([self.source, self.split, self.follow_up, beside])
        self.session.flush()

    def _finished(self, state: str, **facts: Any) -> Any:
        project = self.make.project(self.circle, state="completed", title=f"完成的课题 {self.name}")
        piece = Evidence(project_id=project.id, step_key=project.steps[0].key, title=f"证据 {self.secret}")
        piece.versions.append(
            EvidenceVersion(
                number=1,
                sha256=self.evidence_version.sha256,
                filename="证据.png",
                effective_on=date(2026, 3, 2),
                uploaded_at=NOW,
            )
        )
        self.session.add(piece)
        self.session.flush()
        return self.make.result(project, state=state, summary=f"摘要 {self.secret}", **facts)

    def _results(self) -> None:
        self.draft_result = self._finished("draft")
        self.free_result = self._finished("draft")
        self.counted = self._counted(self.free_result.project)
        freezing.freeze_result(
            self.session, actor=self.actor("leader"), result=self.free_result,
            version=self.free_result.version, now=NOW,
        )  # fmt: skip
        make_blind_pages(self.session, self.storage, result=self.free_result, now=NOW)
        self.entered = {level: self._finished("frozen") for level in ("company", "city", "province", "past")}
        blob = store_blob(self.session, self.storage, picture(self.letter, "blue"), "页.png", NOW)
        self.pages = {}
        for level, result in (*self.entered.items(), ("free", self.free_result)):
            page = BlindPage(
                result_id=result.id, position=9, label=f"附件 {self.letter}", source_sha256=blob.sha256,
                page_number=1, shown_sha256=blob.sha256,
                confirmed_at=NOW if level in {"company", "province", "past"} else None,
            )  # fmt: skip
            self.session.add(page)
            self.session.flush()
            self.pages[level] = page

    def _counted(self, project: Any) -> Any:
        """A verified saving of a project."""
        saving = self.make.mv_1(project)
        savings.claim_saving(self.session, actor=self.actor("leader"), saving=saving, now=NOW)
        for role in ("process_owner", "metering", "finance"):
            savings.sign_claim(
                self.session, actor=self.actor(role), saving=saving, role=Role(role),
                claim_sha256=saving.claim.sha256, password_confirmed_at=NOW, now=NOW,
            )  # fmt: skip
        return saving

    def started(self, days: float, season: Season | None = None) -> Side:
        """This side with its rounds beginning so many days before now."""
        self.start = NOW - timedelta(days=days)
        self.season = season or self.season
        return self

    def _rounds(self) -> None:
        present = self.season
        name = f"轮次 {self.name}"
        self.company_round = self.started(12).company_round(name=name)
        self.company_round.announced_at = self.start
        judge_now = self.people["judge"]
        self.session.add(
            JudgeProfile(person_id=judge_now.id, home_region_id=self.city.id, saved_at=self.start)
        )
        self.company_entry = self.entry(self.company_round, self.entered["company"])
        self.company_judge = self.judge(self.company_round, person=judge_now)
        self.numbers(self.company_round)
        self.sheet = self.assign(self.company_entry, self.company_judge, "on_site")
        self.plan = panels_services.draft_panel(
            self.session, actor=SYSTEM, round_=self.company_round, stage="on_site", now=self.at("scoring")
        )
        self.sheet.comment = f"评语 {self.secret}"
        self.talk = talk_of(self.session, self.company_entry)
        self.exercise = exercise_of(
            self.session, self.sheet, f"示例 {self.secret}", self.pages["company"].source_sha256, NOW
        )
        self.city_round = self.started(6).round_at("city", name=name)
        self.city_entry = self.entry(self.city_round, self.entered["city"], accepted=False)
        self.city_judge = panels_services.invite_judge(
            self.session, actor=SYSTEM, round_=self.city_round, person=judge_now, now=self.at("entry")
        )
        self._province_round(name)
        self.season = present

    def _province_round(self, name: str) -> None:
        self.started(20)
        self.province_round = self.round_at("province", name=name)
        self.province_entry = self.entry(self.province_round, self.entered["province"])
        self.province_judge, self.scored_sheet = self._judged(self.province_round, self.province_entry)
        scan_of(self.scored_sheet, self.pages["company"].source_sha256, agreed_at=NOW)
        self.deliberation = deliberation_of(self.session, self.scored_sheet, f"原因 {self.secret}", NOW)
        self.publish(self.province_round)
        self.province_round.announced_at = self.start
        self.calendar_day = CalendarDay(
            pack=f"pack{self.make.number()}", day=NOW.date(), is_worked=False, name="示例假日", added_at=NOW
        )
        self.session.add(self.calendar_day)
        self.objection = objections_services.file_objection(
            self.session, actor=self.actor("facilitator"), entry=self.province_entry,
            text=f"异议 {self.secret}", evidence=None, now=NOW - timedelta(hours=3),
        )  # fmt: skip

    def _judged(self, round_: Round, entry: Entry) -> tuple[RoundJudge, ScoreSheet]:
        """Three judges hand in their sheets; the first of them is the judge of this side."""
        judges = [
            self.judge(round_, person=self.people["judge"] if place == 0 else self._other_judge(place))
            for place in range(3)
        ]
        self.numbers(round_)
        sheets = [self.score(self.assign(entry, judge), t2("90")) for judge in judges]
        return judges[0], sheets[0]

    def _other_judge(self, place: int) -> Any:
        return self.make.person(name=f"评委{place} {self.who}")

    def publish(self, round_: Round) -> None:
        """Compute in the deliberation and publish at the beginning of the publicity period."""
        standings_services.compute_standing(
            self.session, actor=SYSTEM, round_=round_, now=self.at("deliberation")
        )
        standings_services.publish_standing(
            self.session, actor=SYSTEM, round_=round_, now=self.at("publicity", 0.01)
        )

    def _duties(self) -> None:
        department = self.actor("department")
        self.visit = guidance.save_visit(
            self.session, actor=department, company=self.company, circle_id=self.circle.id,
            held_on=NOW.date(), advice=f"建议 {self.secret}", follow_up=f"跟进 {self.secret}",
            due_on=NOW.date(), now=NOW,
        )  # fmt: skip
        edition, sheet = sheet_of(self.session, "inspection")
        seen = {item.key: guidance.Seen(Verdict.FINE) for item in sheet.items}
        seen[sheet.items[0].key] = guidance.Seen(Verdict.FINDING, f"问题 {self.secret}", NOW.date())
        made = guidance.log_inspection(
            self.session, actor=department, company=self.company, edition=edition,
            circle_id=self.circle.id, held_on=NOW.date(), seen=seen, now=NOW,
        )  # fmt: skip
        self.inspected = made.findings[0]
        self.inspected.sha256, self.inspected.filename = self.evidence_version.sha256, "证据.png"
        self.session.flush()

    def _prize(self) -> None:
        """A finished city round of the season before, with its award."""
        present = self.season
        self.started(300, self.past)
        self.round_at("province", name=f"轮次 {self.name}")
        scheme = self.edition("award_scheme", "one_two_three")
        self.past_round = self.round_at("city", name=f"上年 {self.name}", award_edition_id=scheme.id)
        self.past_entry = self.entry(self.past_round, self.entered["past"])
        self._judged(self.past_round, self.past_entry)
        self.publish(self.past_round)
        standings_services.finish_round(
            self.session, actor=SYSTEM, round_=self.past_round, now=self.start + timedelta(days=40)
        )
        self.awards = give_awards(
            self.session, actor=SYSTEM, round_=self.past_round, now=self.start + timedelta(days=41)
        )
        self.award = self.awards[0]
        self.choice = AwardChoice(
            round_id=self.past_round.id, award_key="best_presentation", entry_id=self.past_entry.id,
            reason="示例", chosen_at=NOW,
        )  # fmt: skip
        self.ban = CircleBan(
            circle_id=self.circle.id, result_id=self.past_entry.result_id, until_year=2030,
            reason=f"禁评 {self.secret}", set_at=NOW,
        )  # fmt: skip
        self.session.add_all([self.choice, self.ban])
        self.season = present
        self.freeze = BoardFreeze(
            region_id=self.province.id, region_path=self.province.path, season=2025,
            reason=f"冻结 {self.name}", frozen_at=NOW,
        )  # fmt: skip
        self.session.add(self.freeze)
        self.session.flush()

    def _notices(self) -> None:
        make = self.make
        self.tasks, self.mails = {}, {}
        for name, person in self.people.items():
            self.tasks[name] = assign_task(
                self.session, kind=MENTION, subject=self.project, url="/tasks", to_person=person,
                values={"what": f"任务 {self.secret}"}, now=NOW,
            )  # fmt: skip
            self.mails[name] = send_mail(
                self.session, to_person=person, subject="%(what)s", body="%(what)s",
                values={"what": f"邮件 {self.secret}"}, now=NOW,
            )  # fmt: skip
        self.employment = self.session.query(Employment).filter_by(person_id=self.colleague.id).one()
        self.grant = make.grant(self.colleague, Role.FACILITATOR, ScopeKind.COMPANY, self.company)
        self.invitee = make.employed(self.company, make.person(name=f"新人 {self.who}"))
        notice = store_blob(self.session, self.storage, f"附件 {self.secret}".encode(), "通知.txt", NOW)
        self.announcement = announce(
            self.session, actor=self.actor("department"), title=f"公告 {self.secret}", text="示例",
            scope_kind=ScopeKind.COMPANY, scope_id=self.company.id, starts_on=NOW.date(),
            files=[(notice, f"{self.secret}.txt")], today=NOW.date(), now=NOW,
        )  # fmt: skip


@dataclass
class World:
    """Both sides, those above them, and a sign-in token for everybody."""

    session: Session
    own: Side
    other: Side
    above: dict[str, Any]
    tokens: dict[tuple[str, str], str]
    past: Season
    season: Season
    nation: Any
    edition: Any
    nation_round: Round

    def side(self, letter: str) -> Side:
        """Side A or B."""
        return self.own if letter == "A" else self.other


def picture(text: str, color: str = "white") -> bytes:
    """A small PNG, different for each side and color."""
    image = Image.new("RGB", (40 + ord(text[0]), 30), color)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def build_world(session: Session, app: Flask) -> World:
    """Everything, flushed; the caller commits."""
    make = Builders(session, NOW)
    make.rulesets()
    nation = make.nation()
    ladder = editions.newest_edition(session, "ladder")
    season, past = (
        Season(
            pack="test", year=year, name=f"{year} 年度", starts_on=date(year, 1, 1), ends_on=date(year, 12, 31),
            ladder_edition_id=ladder.id,
        )
        for year in (2026, 2025)
    )  # fmt: skip
    session.add_all([season, past])
    session.flush()
    storage = LocalStorage(app.extensions["cp_config"].evidence_folder)
    national = JudgingWorld.__new__(JudgingWorld)
    national.session, national.make, national.season, national.nation = session, make, season, nation
    national.province = national.city = national.county = None
    national.start = NOW - timedelta(days=2)
    nation_round = national.round_at("nation", nation)
    sides = {letter: Side(session, make, letter, nation, season, past, storage) for letter in ("A", "B")}
    above = {
        "nation_official": make.person(name="全国"), "administrator": make.person(name="管理员"),
        "nobody": make.person(name="路人"),
    }  # fmt: skip
    make.grant(above["nation_official"], Role.OFFICIAL, ScopeKind.REGION, nation)
    make.grant(above["administrator"], Role.ADMINISTRATOR)
    tokens = {}
    for letter, side in sides.items():
        for name, person in {**side.people, **above}.items():
            tokens[letter, name], row = signed_in(session, person, NOW)
            if name == "leader":
                side.sign_in_id = row.id
    session.execute(sa.update(Grant).values(since=NOW - timedelta(days=400)))
    return World(
        session=session, own=sides["A"], other=sides["B"], above=above, tokens=tokens, past=past,
        season=season, nation=nation, edition=ladder, nation_round=nation_round,
    )  # fmt: skip


def signed_in(session: Session, person: Any, now: datetime) -> tuple[str, Any]:
    """A token and the row of a new sign-in."""
    return people.sign_in(session, person=person, password=None, address="127.0.0.1", agent="tests", now=now)
