"""The main job over HTTP: from the registration of a circle to a certificate that can be checked."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from cp_circles.awards.models import Award
from cp_circles.circles.models import Circle
from cp_circles.editions import queries as editions
from cp_circles.jobs.blind_copies import draw_blind_copy
from cp_circles.jobs.in_process import make_worker
from cp_circles.judging.guards import rule_of
from cp_circles.judging.models import Entry, Objection, Round, ScoreSheet, Season, SheetState
from cp_circles.metering.models import Meter
from cp_circles.people.models import Role, ScopeKind
from cp_circles.projects import queries as projects
from cp_circles.projects.models import Project, StepState
from cp_circles.results.models import BlindPage, Result
from cp_circles.savings.models import Saving
from tests.journeys.reader import Page, Reader
from tests.projects import walking
from tests.results.planted import picture

COMPANY_STAFF = (Role.DEPARTMENT, Role.FACILITATOR, Role.PROCESS_OWNER, Role.METERING, Role.FINANCE)
LEVELS = ("company", "county", "city", "province", "nation")
AMOUNT = Decimal("88200.00")


@dataclass(frozen=True)
class Kit:
    """The rulesets that a run uses, by their keys."""

    method: str = "qc_solve_self"
    company_rule: str = "basic_company"
    upper_rule: str = "paper_blind"
    scheme: str = "one_two_three"


@dataclass
class Job:
    """The people, the clock, and what has come about so far."""

    app: Any
    session: Any
    make: Any
    clock: Any
    locale: str
    kit: Kit
    readers: dict[str, Reader] = field(default_factory=dict)
    rounds: dict[str, Round] = field(default_factory=dict)
    printed: dict[str, str] = field(default_factory=dict)

    # --- people ---

    def settle(self) -> None:
        """Places, a company, and accounts with their roles; everything else comes over HTTP."""
        make = self.make
        make.rulesets()
        self.nation, self.province, self.city, self.county = make.places()
        self.company = make.company(self.county, name="示例碧水化工")
        for role in COMPANY_STAFF:
            person = make.employed(self.company, make.person(name=f"示例{role.value}"))
            make.grant(person, role, ScopeKind.COMPANY, self.company)
            self._reader(role.value, person)
        for number, name in enumerate(("leader", "first", "second"), start=1):
            person = make.employed(self.company, make.person(name=f"示例组员{number}"))
            self._reader(name, person)
        for level in ("nation", "province", "city", "county"):
            person = make.person(name=f"示例{level}")
            make.grant(person, Role.OFFICIAL, ScopeKind.REGION, getattr(self, level))
            self._reader(level, person)
        for number in range(3):
            self._reader(
                f"judge{number}", make.person(name=f"示例评委{number}", email=f"j{number}@example.com")
            )
        administrator = make.person(name="示例管理员")
        make.grant(administrator, Role.ADMINISTRATOR)
        self._reader("administrator", administrator)
        self.readers["visitor"] = Reader(self.app, self.session, None, self.clock, self.locale)
        self.session.commit()

    def _reader(self, name: str, person: Any) -> None:
        self.readers[name] = Reader(self.app, self.session, person, self.clock, self.locale)

    def as_(self, name: str) -> Reader:
        """Somebody, freshly signed in."""
        return self.readers[name].enter()

    # --- circle and project ---

    def register_circle(self) -> None:
        """The leader registers the circle with two colleagues; the department approves."""
        leader, form = self.as_("leader"), {}
        for place, name in enumerate(("leader", "first", "second")):
            form[f"members-{place}-who"] = self.readers[name].person.name
        form |= {"name": "示例节电小组", "members-0-is_leader": "y"}
        page = leader.get("/circles/new")
        leader.send(page, "/circles", **form, button="submit=1" if has_button(page, "submit") else "")
        self.circle = self.session.scalars(sa.select(Circle)).one()
        if self.circle.state.value == "draft":
            leader.send(f"/circles/{self.circle.id}", "/submit")
        self.as_("department").send(f"/circles/{self.circle.id}", "/approve")
        assert self.circle.state.value == "registered" and self.circle.number

    def register_project(self) -> None:
        """The leader writes the project; the department approves."""
        leader = self.as_("leader")
        page = leader.get(f"/projects/new?circle={self.circle.id}")
        form = page.form("/projects/new")
        method = editions.latest(self.session, "method", self.kit.method)
        page = leader.send(
            page, "/projects/new", circle=self.circle.id, title="降低空压站单位产品电耗",
            focus_area=first(form, "focus_area"), domain="energy_saving", method=method.id,
            reason="空压站电耗占车间的 31%，高于同行。", starts_on="2026-01-05", ends_on="2026-12-20",
            **{
                "indicators-0-code": "ELEC", "indicators-0-name": "单位产品电耗", "indicators-0-unit": "kWh/t",
                "indicators-0-baseline": "120", "indicators-0-target": "110",
                "indicators-0-due_on": "2026-12-01", "indicators-0-direction": "lower",
            },
        )  # fmt: skip
        self.project = self.session.scalars(sa.select(Project)).one()
        leader.send(f"/projects/{self.project.id}", "/submit")
        department = self.as_("department")
        department.send(f"/projects/{self.project.id}", "/approve")
        assert self.project.state.value == "registered" and self.project.number

    # --- readings and saving ---

    def log_readings(self) -> None:
        """Two meters, a file of readings for 2024 and 2025, the last month by the form."""
        metering, company = self.as_("metering"), self.company.id
        for name, indicator, unit in (("空压站电表", "ELEC", "kWh"), ("产量", "PRODUCTION", "t")):
            metering.send(
                f"/meters/company/{company}/new", f"/meters/company/{company}/new", name=name,
                indicator=indicator, unit=unit,
            )  # fmt: skip
        self.meter, self.counter = self.session.scalars(sa.select(Meter).order_by(Meter.id)).all()
        path = f"/meters/company/{company}/import"
        preview = metering.send(path, path, files={"file": (io.BytesIO(readings_file()), "读数.csv")})
        metering.send(preview, preview.address, button="act=store")
        make_worker(self.app).run_due()
        self.as_("leader").send(
            f"/meters/{self.meter.id}", "/readings", starts_on="2025-12-01", ends_on="2025-12-31",
            quantity="94500",
        )  # fmt: skip

    def claim_saving(self) -> None:
        """The leader claims what the readings show: 126,000 kWh and 88,200 yuan (case MV-1)."""
        leader, path = self.as_("leader"), f"/savings/project/{self.project.id}/new"
        leader.send(
            path, path, indicator_code="ELEC", meter=self.meter.id, production_meter=self.counter.id,
            baseline_from="2024-01-01", baseline_to="2024-12-31", reporting_from="2025-01-01",
            reporting_to="2025-12-31",
        )  # fmt: skip
        self.saving = self.session.scalars(sa.select(Saving)).one()
        leader.send(f"/savings/{self.saving.id}", "/claim")
        assert self.saving.claim.quantity == 126_000
        assert self.saving.claim.direct_yuan == AMOUNT

    def sign(self, *names: str) -> None:
        """The verifiers sign, one after the other, from the list of what waits for them."""
        for name in names:
            reader = self.as_(name)
            waiting = reader.get("/savings/to-sign")
            assert f"/savings/{self.saving.id}" in waiting.body
            reader.send(f"/savings/{self.saving.id}", "/sign")
            assert f"/savings/{self.saving.id}" not in reader.get("/savings/to-sign").body

    def void(self) -> None:
        """Finance takes its signature back."""
        signature = self.saving.claim.signatures[-1]
        self.as_("finance").send(
            f"/savings/{self.saving.id}", f"/signatures/{signature.id}/void", reason="复核发现抄表日不一致"
        )

    def boards(self, metric: str) -> dict[str, Decimal]:
        """The total of every level above the saving, read from the files of the boards' pages."""
        found, reader = {}, self.as_("administrator")
        places = {
            level: {"region": getattr(self, level).id} for level in ("county", "city", "province", "nation")
        }
        for level, where in {"company": {"company": self.company.id}, **places}.items():
            query = "&".join(f"{key}={value}" for key, value in where.items())
            kind = "circle" if level == "company" else "company"
            address = f"/boards/export.json?{query}&by={kind}&metric={metric}&season=2025"
            answer = reader.client.get(address)
            assert answer.status_code == 200, (address, answer.status_code)
            found[level] = sum((Decimal(row["amount"]) for row in answer.json["rows"]), Decimal(0))
        return found

    # --- steps and result ---

    def walk_steps(self) -> None:
        """Every required step with what its pack asks for; the optional ones are set aside."""
        world = SimpleNamespace(session=self.session)
        method = projects.method_of(self.session, self.project)
        keys = [row.key for row in self.project.steps]
        for key in keys:
            spec, path = method.step(key), f"/projects/{self.project.id}/steps/{key}"
            if not spec.required:
                self._set_aside(path, key)
                continue
            self._fill(world, spec, path)
            leader = self.as_("leader")
            leader.send(path, f"/steps/{key}/complete")
            if spec.signoff:
                self.as_("facilitator").send(path, f"/steps/{key}/sign-off")
        self.as_("leader").send(f"/projects/{self.project.id}", "/complete")
        assert self.project.state.value == "completed"

    def _set_aside(self, path: str, key: str) -> None:
        state = next(row.state for row in self.project.steps if row.key == key)
        page = self.as_("leader").get(path)
        if state in (StepState.OPEN, StepState.LOCKED) and page.has_form("/set-aside"):
            form = page.form("/set-aside")
            extra = {"steps": key} if "steps" in form.options else {}
            self.readers["leader"].send(page, "/set-aside", reason="小组课题范围内无此内容", **extra)

    def _fill(self, world: Any, spec: Any, path: str) -> None:
        member = self.as_("first")
        for kind in spec.records:
            for content in walking.filled_rows(world, self.project, spec, kind):
                values = {f"field_{key}": written(value) for key, value in content.items() if value != ""}
                member.send(path, f"/records/{kind.kind}", **values)
        files = max([spec.evidence_min, *(getattr(gate, "files", 0) for gate in spec.gates)])
        for place in range(files):
            member.send(
                path, "/evidence", files={"file": (io.BytesIO(picture(f"{spec.key}{place}")), f"照片{place}.png")},
                title=f"照片{place + 1}", effective_on="2026-03-02",
            )  # fmt: skip
        if any(gate.kind == "activity_logged" for gate in spec.gates):
            self._log_activity(spec.key)
        if any(gate.kind == "target_reached" for gate in spec.gates):
            row = self.project.indicators[0]
            member.send(f"/projects/{self.project.id}", "/actuals", **{f"actual_{row.id}": "108"})

    def _log_activity(self, key: str) -> None:
        """The activity of a step, by the form that the step leads to; everybody is ticked there."""
        circle = f"/circles/{self.circle.id}/activities"
        page = self.as_("first").get(f"{circle}/new?project={self.project.id}&step={key}")
        page = self.readers["first"].send(
            page, circle, summary="讨论并记录", held_on="2026-03-02", minutes="45"
        )
        assert page.address == f"/projects/{self.project.id}/steps/{key}"

    def freeze_result(self, figure: str = "126,000") -> None:
        """The leader writes the result, looks at its figures, and freezes it."""
        leader, path = self.as_("leader"), f"/results/project/{self.project.id}"
        leader.send(
            path, path, title="降低空压站单位产品电耗", summary="更换变频空压机并治理泄漏。", intangible=""
        )
        self.result = self.session.scalars(sa.select(Result)).one()
        page = leader.get(f"/results/{self.result.id}/freeze")
        leader.send(page, f"/results/{self.result.id}/freeze", understood="y")
        assert self.result.state.value == "frozen" and self.result.sha256
        draw_copies(self.app, self.session)
        report = leader.get(f"/results/{self.result.id}")
        assert figure in report.text

    # --- rounds ---

    def open_season(self) -> None:
        """The nation opens the season, the city has its counties hold rounds, and every office opens its own."""
        nation = self.as_("nation")
        nation.send("/judging/seasons/new", "/judging/seasons/new")
        season = self.session.scalars(sa.select(Season)).one()
        path = f"/judging/seasons/{season.id}/county-rounds"
        self.as_("city").send(path, path, city_id=self.city.id, held="1")
        for level in reversed(LEVELS):
            self._open_round(level)

    def _open_round(self, level: str) -> None:
        name = "department" if level == "company" else level
        reader = self.as_(name)
        rule = self.kit.company_rule if level == "company" else self.kit.upper_rule
        edition = editions.latest(self.session, "round_rule", rule)
        scheme = editions.latest(self.session, "award_scheme", self.kit.scheme)
        page = reader.get(f"/judging/rounds/new?rule={edition.id}")
        extra = {"accepts_late": "y"}
        reader.send(
            page, "/judging/rounds/new", award_edition_id=scheme.id, publicity_days=5,
            **self._phases(page, LEVELS.index(level)), **extra,
        )  # fmt: skip
        seat = (
            Round.company_id == self.company.id
            if level == "company"
            else Round.region_id == getattr(self, level).id
        )
        self.rounds[level] = self.session.scalars(sa.select(Round).where(seat)).one()
        reader.send(f"/judging/rounds/{self.rounds[level].id}", "/announce")

    def _phases(self, page: Page, place: int) -> dict[str, str]:
        """Each level begins when the one below has ended: four weeks a level, phases of two days."""
        form, found = page.form("/judging/rounds/new"), {}
        start = self.clock.now().astimezone(self.clock.zone).replace(minute=0, second=0, microsecond=0)
        number, day = 0, start + timedelta(days=45 * place)
        while f"phases-{number}-starts_at" in form.values:
            key = form.values[f"phases-{number}-key"][0]
            length = 20 if key == "publicity" else 3
            found[f"phases-{number}-starts_at"] = f"{day:%Y-%m-%dT%H:%M}"
            day += timedelta(days=length)
            found[f"phases-{number}-ends_at"] = f"{day:%Y-%m-%dT%H:%M}"
            number += 1
        return found

    def reach(self, level: str, key: str) -> bool:
        """Move the clock into a phase of a round; False if the rule has no such phase."""
        row = next((row for row in self.rounds[level].phases if row.key == key), None)
        if row is None:
            return False
        self.clock.moment = max(self.clock.moment, row.starts_at + timedelta(hours=1))
        return True

    def hold_round(self, level: str) -> None:
        """One level: entry, review, panel, scores, standing, publicity, finish."""
        round_ = self.rounds[level]
        organiser = "department" if level == "company" else level
        base = f"/judging/rounds/{round_.id}"
        self.reach(level, "entry")
        if level == "company":
            self.as_("leader").send(f"{base}/enter", "/enter", result_id=self.result.id)
        entry = self.session.scalars(sa.select(Entry).where(Entry.round_id == round_.id)).one()
        self.reach(level, "formal_review")
        reader = self.as_(organiser)
        if entry.state.value == "submitted":
            points = {f"check_{check.key}": "yes" for check in rule_of(self.session, round_).formal_checks}
            reader.send(f"/judging/entries/{entry.id}", "/review", outcome="accepted", **points)
        if level != "company":
            self._confirm_pages(reader, entry)
        self._seat_panel(level, organiser, base, entry)
        self._score(level, organiser, base, entry)
        self._decide(level, organiser, base)

    def _confirm_pages(self, reader: Reader, entry: Entry) -> None:
        wanted = sa.select(BlindPage).where(
            BlindPage.result_id == entry.result_id, BlindPage.confirmed_at.is_(None)
        )
        for page in self.session.scalars(wanted).all():
            reader.send(f"/judging/entries/{entry.id}/blind-pages", f"/blind-pages/{page.id}")

    def _seat_panel(self, level: str, organiser: str, base: str, entry: Entry) -> None:
        self.reach(level, "formal_review")
        for number in range(3):
            person = self.readers[f"judge{number}"].person
            page = self.as_(organiser).get(f"{base}/panel?q=j{number}@example.com")
            if f'value="{person.id}"' not in page.body:
                page = self.readers[organiser].get(f"{base}/panel?q={person.name}")
            self.readers[organiser].send(page, "/judges", person_id=person.id)
            self.as_(f"judge{number}").send(f"{base}/invitation", "/invitation/accept")
        self.reach(level, "conflict_declaration")
        for number in range(3):
            self.as_(f"judge{number}").send(f"{base}/conflicts", "/conflicts", read="y")
        self.as_(organiser).send(f"{base}/panel", "/blind-numbers")

    def _score(self, level: str, organiser: str, base: str, entry: Entry) -> None:
        rule = editions.pack(self.session, self.rounds[level].rule_edition_id)
        for stage in rule.stages:
            phase = "presentation" if stage.key == "presentation" else "scoring"
            self.reach(level, phase)
            reader = self.as_(organiser)
            page = reader.get(f"{base}/panel")
            judges = [value for value, _ in page.form("/assign").options["judge_id"] if value]
            for judge in judges:
                reader.send(f"{base}/panel", "/assign", entry_id=entry.id, judge_id=judge, stage=stage.key)
            for number in range(3):
                self._fill_sheet(f"judge{number}", entry, stage.key, number)

    def _fill_sheet(self, name: str, entry: Entry, stage: str, number: int) -> None:
        judge, path = self.as_(name), f"/judging/desk/{entry.blind_key}/{stage}"
        page = judge.get(path)
        form = page.form(f"/{stage}")
        person = self.readers[name].person
        wanted = sa.select(ScoreSheet).where(
            ScoreSheet.entry_id == entry.id, ScoreSheet.judge_id == person.id, ScoreSheet.stage == stage
        )
        sheet = self.session.scalars(wanted).one()
        rubric = editions.pack(self.session, sheet.rubric_edition_id)
        points = {f"p-{row.key}": f"{row.points.value - number if hasattr(row.points, 'value') else row.points - number}"
                  for row in rubric.criteria}  # fmt: skip
        assert set(points) <= set(form.values) | set(form.options)
        judge.send(page, f"/{stage}", button="act=submit", **points)
        self.session.refresh(sheet)
        assert sheet.state is SheetState.SUBMITTED

    def _decide(self, level: str, organiser: str, base: str) -> None:
        self.reach(level, "deliberation")
        round_ = self.rounds[level]
        if level != "nation":
            upper = LEVELS[LEVELS.index(level) + 1]
            self._give_quota(upper)
        self.as_(organiser).send(f"{base}/standing", f"{base}/standing")
        self.printed[level] = self.readers[organiser].get(f"{base}/standing/print").body
        self.readers[organiser].send(f"{base}/standing", "/publish")
        listed = self.readers["visitor"].get(f"/judging/lists/{round_.public_key}")
        assert self.result.title in listed.text
        if level == "province":
            self._object(round_)
        self.session.refresh(round_)
        assert round_.publicity_ends_at is not None
        self.clock.moment = round_.publicity_ends_at + timedelta(minutes=1)
        self.as_(organiser).send(f"{base}/standing", "/finish")
        self.session.refresh(round_)
        assert round_.finished_at is not None

    def _give_quota(self, upper: str) -> None:
        path = f"/judging/rounds/{self.rounds[upper].id}/quotas"
        reader = self.as_(upper)
        page = reader.get(path)
        names = [name for name in page.form("/quotas").values if name.startswith("places-")]
        assert names, page.text
        reader.send(page, "/quotas", **dict.fromkeys(names, "1"))

    def _object(self, round_: Round) -> None:
        """An objection stops the clock; another official decides on it with reasons."""
        filer, path = self.as_("facilitator"), f"/judging/lists/{round_.public_key}/object"
        page = filer.get(path)
        entry_id = next(value for value, _ in page.form("/object").options["entry_id"] if value)
        filer.send(
            page, "/object", entry_id=entry_id, text="第三方电表数据与报告不一致，请核对 2025 年 6 月。"
        )
        self.session.refresh(round_)
        assert round_.publicity_ends_at is None
        objection = self.session.scalars(sa.select(Objection)).one()
        self.clock.move(days=1)
        decider = self.as_("nation")
        base = f"/judging/rounds/{round_.id}/objections/{objection.id}"
        decider.send(base, "/admit")
        decider.send(base, "/decide", effect="none", decision="核对原始抄表记录，数据一致。")
        self.session.refresh(round_)
        assert round_.publicity_ends_at is not None

    def pages_of_a_standing(self, level: str, locale: str) -> list[Page]:
        """Where a finished round shows its tracks: its page, entries, standing, print, rule and public list."""
        round_, person = self.rounds[level], self.readers[level].person
        inside = Reader(self.app, self.session, person, self.clock, locale).enter()
        outside = Reader(self.app, self.session, None, self.clock, locale)
        with outside.client.session_transaction() as cookie:
            cookie["locale"] = locale
        base = f"/judging/rounds/{round_.id}"
        addresses = (f"{base}/standing", f"{base}/standing/print", f"{base}/entries", f"{base}/rule")
        listed = f"/judging/lists/{round_.public_key}"
        return [*map(inside.get, addresses), inside.get(listed), outside.get(listed)]

    # --- award ---

    def award(self) -> Award:
        """The nation gives its awards; anybody checks the certificate."""
        round_ = self.rounds["nation"]
        path = f"/judging/rounds/{round_.id}/awards"
        self.as_("nation").send(path, "/awards")
        award = self.session.scalars(sa.select(Award)).one()
        visitor = self.readers["visitor"]
        page = visitor.get(f"/check/{award.public_key}")
        assert award.number in page.text and self.result.title in page.text
        found = visitor.client.get(f"/check?q={award.number}", follow_redirects=True)
        assert self.result.title in found.get_data(as_text=True)
        return award


def draw_copies(app: Any, session: Any) -> None:
    """What the worker does after a freeze: the pages of every blind copy that waits for them."""
    session.expire_all()
    for id_ in session.scalars(sa.select(Result.id).where(Result.blind_ready_at.is_(None))).all():
        session.rollback()
        draw_blind_copy(make_worker(app).tools, {"result": id_})
    session.expire_all()


def span(year: int, month: int) -> tuple[date, date]:
    """The first and last day of a month."""
    first_day = date(year, month, 1)
    following = date(year + month // 12, month % 12 + 1, 1)
    return first_day, following - timedelta(days=1)


def readings_file() -> bytes:
    """The readings of case MV-1 for 2024 and 2025 as a sheet, without the last month of the meter."""
    lines = ["表计,开始,结束,读数"]
    for year, use, made in ((2024, 100_000, None), (2025, 94_500, 875)):
        for month in range(1, 13):
            tons = made or (833 if month < 12 else 10_000 - 833 * 11)
            for name, value in (("空压站电表", use), ("产量", tons)):
                if (year, month, name) != (2025, 12, "空压站电表"):
                    lines.append(f"{name},{span(year, month)[0]},{span(year, month)[1]},{value}")
    return "\n".join(lines).encode("utf-8-sig")


def first(form: Any, name: str) -> str:
    """The first real choice of a field."""
    return next(value for value, _ in form.options[name] if value)


def written(value: Any) -> str:
    """A value as it is typed."""
    return value.isoformat() if isinstance(value, date) else str(value)


def has_button(page: Page, name: str) -> bool:
    """True if a form of the page has a button of that name."""
    return any(button[0] == name for form in page.forms for button in form.buttons)
