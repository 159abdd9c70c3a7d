"""The circle's part of the main job by clicks: circle, project, readings, saving, steps, frozen result."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from cp_circles.editions import queries as editions
from cp_circles.projects import queries as projects
from cp_circles.projects.models import Project
from tests.browser.windows import Windows, follow, path_of, press, send, visit, write
from tests.journeys.job import readings_file, written
from tests.projects import walking
from tests.results.planted import picture

MEMBERS = ("leader", "first", "second")
INDICATOR = {
    "indicators-0-code": "ELEC", "indicators-0-name": "单位产品电耗", "indicators-0-unit": "kWh/t",
    "indicators-0-baseline": "120", "indicators-0-target": "110", "indicators-0-due_on": "2026-12-01",
    "indicators-0-direction": "lower",
}  # fmt: skip


class ProjectWalk:
    """What the circle and its company do, each act by a click; remembers the addresses that came about."""

    def __init__(self, windows: Windows, session: Any, company: Any, names: dict[str, str], method: str):
        self.windows, self.session, self.company = windows, session, company
        self.names, self.method = names, method
        self.circle = self.project = self.saving = self.result = ""

    # --- registration ---

    def register_circle(self) -> None:
        """The leader registers the circle from the home page; the department approves its task."""
        leader = self.windows.home("leader")
        follow(leader, "/circles/new")
        people = {f"members-{place}-who": self.names[name] for place, name in enumerate(MEMBERS)}
        write(leader, "/circles", name="示例节电小组", **people)
        write(leader, "/circles", **{"members-0-is_leader": "y"})
        press(leader, "/circles", "button[name=submit]")
        self.circle = path_of(leader)
        department = self.windows.home("department")
        press(follow(department, self.circle), "/approve")
        assert re.search(rf"{self.company.short_code}-2026-\d{{4}}", department.inner_text("main"))

    def register_project(self) -> None:
        """The leader writes and submits the project; the department registers it."""
        leader = self.windows.home("leader")
        follow(leader, "/projects/new")
        method = editions.latest(self.session, "method", self.method)
        send(
            leader, "/projects/new", "button.btn--main", title="降低空压站单位产品电耗", focus_area="production",
            domain="energy_saving", method=method.id, reason="空压站电耗占车间的 31%，高于同行。",
            starts_on="2026-01-05", ends_on="2026-12-20", **INDICATOR,
        )  # fmt: skip
        self.project = path_of(leader)
        press(leader, "/submit")
        department = self.windows.home("department")
        press(follow(department, self.project), "/approve")

    # --- readings and saving ---

    def log_readings(self) -> None:
        """Two meters and a file by the metering verifier, the last month by the leader on the home page."""
        metering = self.windows.home("metering")
        meters = f"/meters/company/{self.company.id}"
        follow(metering, meters)
        for name, indicator, unit in (("空压站电表", "ELEC", "kWh"), ("产量", "PRODUCTION", "t")):
            follow(metering, f"{meters}/new")
            send(metering, f"{meters}/new", name=name, indicator=indicator, unit=unit)
            if path_of(metering) != meters:
                follow(metering, meters)
        follow(metering, f"{meters}/import")
        send(metering, f"{meters}/import", file=("读数.csv", "text/csv", readings_file()))
        assert "47" in metering.inner_text("main")
        press(metering, path_of(metering), "[name=act][value=store]")
        self.windows.let_jobs_run()
        leader = self.windows.home("leader")
        with leader.expect_navigation(wait_until="domcontentloaded"):
            leader.locator("#reading .chips a", has_text="空压站电表").click()
        send(leader, "/readings", starts_on="2025-12-01", ends_on="2025-12-31", quantity="94500")

    def claim_saving(self) -> None:
        """The leader states the saving and claims it: 126,000 kWh and 88,200 yuan (case MV-1)."""
        leader = self.windows.home("leader")
        follow(leader, f"/savings{self.project.replace('/projects/', '/project/')}")
        follow(leader, "/new")
        path = path_of(leader)
        meters = {}
        for name, field in (("空压站电表", "meter"), ("产量", "production_meter")):
            option = leader.locator(f"select[name={field}] option", has_text=name).first
            meters[field] = option.get_attribute("value")
        send(
            leader, path, indicator_code="ELEC", **meters, baseline_from="2024-01-01",
            baseline_to="2024-12-31", reporting_from="2025-01-01", reporting_to="2025-12-31",
        )  # fmt: skip
        self.saving = path_of(leader)
        press(leader, "/claim")
        shown = leader.inner_text("main")
        assert "126,000" in shown and "88,200" in shown

    def sign(self, *names: str) -> None:
        """The verifiers sign, one after the other, from what waits for them; then it waits no longer."""
        for name in names:
            page = self.windows.home(name)
            follow(page, "/savings/to-sign", "nav")
            press(follow(page, self.saving), "/sign", "button.btn--main")
            assert not visit(page, "/savings/to-sign").locator(f"main a[href$='{self.saving}']").count()

    # --- steps ---

    def walk_steps(self) -> None:
        """Every step with what its pack asks for, in the order of the method."""
        number = int(self.project.rsplit("/", 1)[1])
        self.session.rollback()
        project = self.session.get(Project, number)
        method = projects.method_of(self.session, project)
        leader = self.windows.home("leader")
        follow(leader, self.project)
        for key in [row.key for row in project.steps]:
            spec, path = method.step(key), f"{self.project}/steps/{key}"
            assert spec.required, "the journey takes methods whose steps are all required"
            follow(leader, path)
            self._fill(leader, project, spec, path)
            press(leader, f"{path}/complete")
            if spec.signoff:
                self._sign_off(path)
                visit(leader, self.project)
        if path_of(leader) != self.project:
            follow(leader, self.project)
        press(leader, f"{self.project}/complete")

    def _sign_off(self, path: str) -> None:
        facilitator = self.windows.home("facilitator")
        press(follow(facilitator, path), f"{path}/sign-off")

    def _fill(self, page: Any, project: Project, spec: Any, path: str) -> None:
        world = SimpleNamespace(session=self.session)
        for kind in spec.records:
            self.session.rollback()
            for content in walking.filled_rows(world, project, spec, kind):
                values = {f"field_{key}": written(value) for key, value in content.items() if value != ""}
                send(page, f"{path}/records/{kind.kind}", **values)
        for place in range(max([spec.evidence_min, *(getattr(gate, "files", 0) for gate in spec.gates)])):
            photo = (f"照片{place}.png", "image/png", picture(f"{spec.key}{place}"))
            send(page, f"{path}/evidence", file=photo, title=f"照片{place + 1}", effective_on="2026-03-02")
        if any(gate.kind == "activity_logged" for gate in spec.gates):
            self._log_activity(page, path)
        if any(gate.kind == "target_reached" for gate in spec.gates):
            follow(page, self.project)
            write_actual(page)
            follow(page, path)

    def _log_activity(self, page: Any, path: str) -> None:
        follow(page, f"step={path.rsplit('/', 1)[1]}")
        write(page, "/activities", summary="讨论并记录", held_on="2026-03-02", minutes="45")
        assert page.locator("main [name=attendees]:checked").count() == len(MEMBERS)
        press(page, "/activities")
        assert path_of(page) == path

    # --- result ---

    def freeze_result(self) -> None:
        """The leader writes the result, looks at what will be judged, and freezes it."""
        leader = self.windows.home("leader")
        follow(leader, f"/results{self.project.replace('/projects/', '/project/')}")
        path = path_of(leader)
        send(leader, path, title="降低空压站单位产品电耗", summary="更换变频空压机并治理泄漏。")
        self.result = path_of(leader)
        follow(leader, f"{self.result}/freeze")
        send(leader, f"{self.result}/freeze", understood="y")
        assert "126,000" in leader.inner_text("main")
        self.windows.let_jobs_run()


def write_actual(page: Any) -> None:
    """Write what was reached, on the page of the project."""
    name = page.locator("form[action$='/actuals'] input[name^=actual_]").first.get_attribute("name")
    send(page, "/actuals", **{str(name): "108"})


def only(session: Any, table: Any) -> Any:
    """The one row of a table as it is stored now."""
    session.rollback()
    return session.scalars(sa.select(table)).one()
