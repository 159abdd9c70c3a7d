"""The rounds of a season by clicks: opened, entered, reviewed, judged, published, promoted, awarded."""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta
from typing import Any

import segno
import sqlalchemy as sa

from cp_circles.awards.models import Award
from cp_circles.editions import queries as editions
from cp_circles.judging.models import Entry, Round
from tests.browser.project_walk import only
from tests.browser.windows import LOADED, Windows, follow, path_of, press, send, visit, write

LEVELS = ("company", "county", "city", "province", "nation")
ROUNDS = "/judging/rounds"
APART = timedelta(days=45)


class RoundWalk:
    """Offices and judges at work; `base` keeps the address of each level's round."""

    panel_size = 3

    def __init__(self, windows: Windows, session: Any, judges: dict[str, str], title: str):
        self.windows, self.session, self.judges, self.title = windows, session, judges, title
        self.clock = windows.clock
        self.base: dict[str, str] = {}
        self.printed: dict[str, str] = {}

    def organiser(self, level: str) -> str:
        """Whose window holds the round of a level."""
        return "department" if level == "company" else level

    def stored(self, level: str) -> Round:
        """The round as it is in the database now."""
        self.session.rollback()
        return self.session.get(Round, int(self.base[level].rsplit("/", 1)[1]))

    def reach(self, level: str, key: str) -> None:
        """Move the clock into a phase of a round."""
        row = next(row for row in self.stored(level).phases if row.key == key)
        self.clock.moment = max(self.clock.moment, row.starts_at + timedelta(hours=1))

    # --- opening ---

    def open_season(self) -> None:
        """The nation opens the season, the city says that its counties hold rounds, all open theirs."""
        nation = follow(self.windows.home("nation"), "/judging/", "nav")
        press(follow(nation, "/judging/seasons/new"), "/judging/seasons/new")
        city = follow(self.windows.home("city"), "/judging/", "nav")
        follow(city, "/county-rounds")
        write(city, "/county-rounds", held="1")
        press(city, "/county-rounds")
        for level in LEVELS:
            self._open_round(level)

    def _open_round(self, level: str) -> None:
        page = follow(self.windows.at(self.organiser(level)), "/judging/", "nav")
        with page.expect_navigation(wait_until=LOADED):
            page.locator("main a[href*='/judging/rounds/new']").first.click()
        rule = editions.latest(
            self.session, "round_rule", "basic_company" if level == "company" else "paper_blind"
        )
        page.select_option("#pick-rule", str(rule.id))
        with page.expect_navigation(wait_until=LOADED):
            page.locator("form:has(#pick-rule) button").click()
        scheme = editions.latest(self.session, "award_scheme", "one_two_three")
        judges = 1 if level == "company" else self.panel_size
        write(page, ROUNDS + "/new", award_edition_id=scheme.id, publicity_days=5, panel_size=judges)
        write(page, ROUNDS + "/new", accepts_late="y", **self._phases(page, LEVELS.index(level)))
        press(page, ROUNDS + "/new")
        self.base[level] = path_of(page)
        press(page, "/announce")
        if level != "company":
            self._give_quota(page)

    def _phases(self, page: Any, place: int) -> dict[str, str]:
        """Each level begins when the one below has ended; a phase takes a day, publicity twenty."""
        start: datetime = self.clock.now().astimezone(self.clock.zone).replace(minute=0)
        day, found = start + APART * place, {}
        keys = page.locator("input[name$=-key][name^=phases-]")
        for number in range(keys.count()):
            length = 20 if keys.nth(number).input_value() == "publicity" else 1
            found[f"phases-{number}-starts_at"] = f"{day:%Y-%m-%dT%H:%M}"
            day += timedelta(days=length)
            found[f"phases-{number}-ends_at"] = f"{day:%Y-%m-%dT%H:%M}"
        return found

    def _give_quota(self, page: Any) -> None:
        follow(page, "/quotas")
        places = page.locator("main input[name^=places-]")
        assert places.count(), page.inner_text("main")
        for place in range(places.count()):
            places.nth(place).fill("1")
        press(page, "/quotas")

    # --- one round ---

    def hold_round(self, level: str) -> None:
        """One level: entry, review, panel, sheets, standing, publicity, finish."""
        self.reach(level, "entry")
        if level == "company":
            self._enter()
        self.reach(level, "formal_review")
        self._review(level)
        self.reach(level, "conflict_declaration")
        names = list(self.judges)[: 1 if level == "company" else 3]
        self._seat_panel(level, names)
        self.reach(level, "scoring")
        self._score(level, names, "on_site" if level == "company" else "paper")
        if level == "company":
            self.reach(level, "presentation")
            self._score(level, names, "presentation")
        self.reach(level, "deliberation")
        self._publish(level)
        if level == "province":
            self._object(level)
        self._finish(level)

    def _enter(self) -> None:
        """The leader enters the frozen result in the company's round."""
        leader = self.windows.home("leader")
        follow(leader, "/judging/", "body")
        follow(leader, self.base["company"])
        follow(leader, "/enter")
        press(leader, "/enter")
        assert self.title in leader.inner_text("main")

    def _review(self, level: str) -> None:
        """The formal review, from the task; above the company also every page of the blind copy."""
        page = self.windows.home(self.organiser(level))
        follow(page, f"{self.base[level]}/entries")
        with page.expect_navigation(wait_until=LOADED):
            page.locator("main th a[href*='/judging/entries/']").first.click()
        entry = path_of(page)
        if page.locator("main a[href$='/blind-pages']").count():
            follow(page, "/blind-pages")
            while page.locator("main form[action*='/blind-pages/']").count():
                with page.expect_navigation(wait_until=LOADED):
                    page.locator("main form[action*='/blind-pages/'] button").first.click()
            follow(page, entry)
        points = page.locator("main form[action$='/review'] input[name^='check_'][value='yes']")
        for number in range(points.count()):
            points.nth(number).check(force=True)
        send(page, "/review", outcome="accepted")

    def _seat_panel(self, level: str, names: list[str]) -> None:
        """Judges invited by search, accepting and declaring; then the blind numbers."""
        page, base = self.windows.at(self.organiser(level)), self.base[level]
        follow(follow(page, base), f"{base}/panel")
        for name in names:
            page.fill("main form[role=search] input[name=q]", f"{name}@example.com")
            with page.expect_navigation(wait_until=LOADED):
                page.locator("main form[role=search] button").click()
            press(page, f"{base}/judges")
        for name in names:
            judge = self.windows.home(name)
            press(follow(judge, f"{base}/invitation"), "/invitation/accept")
            if not path_of(judge).endswith("/conflicts"):
                follow(judge, f"{base}/conflicts")
            send(judge, f"{base}/conflicts", read="y")
        visit(page, f"{base}/panel")
        press(page, "/blind-numbers")

    def _score(self, level: str, names: list[str], stage: str) -> None:
        """Each judge is assigned by hand and hands in a sheet."""
        page, base = self.windows.at(self.organiser(level)), self.base[level]
        if path_of(page) != f"{base}/panel":
            follow(page, f"{base}/panel")
        for name in names:
            chosen = {
                "entry_id": choice(page, "entry_id"),
                "judge_id": choice(page, "judge_id", self.judges[name]),
            }
            send(page, f"{base}/assign", **chosen, stage=stage)
        for number, name in enumerate(names):
            judge = self.windows.home(name)
            follow(judge, f"{base}/desk")
            with judge.expect_navigation(wait_until=LOADED):
                judge.locator(f"main a[href*='/judging/desk/'][href$='/{stage}']").first.click()
            self._fill_sheet(judge, number)

    def _fill_sheet(self, judge: Any, less: int) -> None:
        scores = judge.locator("#sheet [data-score]")
        for place in range(scores.count()):
            most = float(scores.nth(place).get_attribute("data-max"))
            scores.nth(place).fill(f"{most - less:g}")
        with judge.expect_navigation(wait_until=LOADED) as going:
            judge.locator("#sheet button[value=submit]").click()
        assert going.value.status == 200, judge.inner_text("main")[:1500]

    # --- the list ---

    def _publish(self, level: str) -> None:
        """The standing is computed, read on paper, and published; anybody sees the list."""
        page, base = self.windows.at(self.organiser(level)), self.base[level]
        follow(follow(page, base), f"{base}/standing")
        press(page, f"{base}/standing")
        follow(page, f"{base}/standing/print")
        self.printed[level] = page.content()
        page.go_back()
        press(page, "/publish")
        visitor = follow(self.windows.visitor(), "/judging/lists", "nav")
        follow(visitor, f"/judging/lists/{self.stored(level).public_key}")
        assert self.title in visitor.inner_text("main")

    def _object(self, level: str) -> None:
        """An objection stops the clock; the office above admits it and decides with reasons."""
        filer = self.windows.home("facilitator")
        visit(filer, f"/judging/lists/{self.stored(level).public_key}")
        follow(filer, "/object")
        send(
            filer,
            "/object",
            entry_id=choice(filer, "entry_id"),
            text="第三方电表数据与报告不一致，请核对 2025 年 6 月。",
        )
        assert self.stored(level).publicity_ends_at is None
        self.clock.move(days=1)
        decider = self.windows.home(level)
        with decider.expect_navigation(wait_until=LOADED):
            decider.locator("main a[href*='/objections']").first.click()
        if path_of(decider).endswith("/objections"):
            with decider.expect_navigation(wait_until=LOADED):
                decider.locator("main a[href*='/objections/']").first.click()
        press(decider, "/admit")
        send(decider, "/decide", effect="none", decision="核对原始抄表记录，数据一致。")
        assert self.stored(level).publicity_ends_at is not None

    def _finish(self, level: str) -> None:
        """After the publicity period the round is finished; who is promoted goes up."""
        self.clock.moment = self.stored(level).publicity_ends_at + timedelta(minutes=1)
        page = self.windows.home(self.organiser(level))
        follow(page, f"{self.base[level]}/standing")
        press(page, "/finish")

    # --- award ---

    def award(self) -> Award:
        """The nation gives its awards; anybody checks the certificate by number and by its address."""
        nation = self.windows.at("nation")
        if path_of(nation) != self.base["nation"]:
            follow(nation, self.base["nation"])
        follow(nation, "/awards")
        press(nation, "/awards")
        award = only(self.session, Award)
        follow(nation, f"/check/{award.public_key}")
        picture = nation.locator("main img").first
        picture.evaluate("one => one.decode()")
        drawn = nation.request.get(picture.get_attribute("src")).text()
        assert dark_squares(nation.url) in drawn
        visitor = follow(self.windows.visitor(), "/check", "nav")
        visitor.fill("main input[name=q]", award.number)
        with visitor.expect_navigation(wait_until=LOADED):
            visitor.locator("main form:has(input[name=q]) button").first.click()
        follow(visitor, f"/check/{award.public_key}")
        assert award.number in visitor.inner_text("main") and self.title in visitor.inner_text("main")
        return award

    def entries(self) -> int:
        """How many entries stand in all rounds."""
        self.session.rollback()
        return self.session.scalar(sa.select(sa.func.count(Entry.id)))


def dark_squares(address: str) -> str:
    """The path of the QR code that leads to an address, as the certificate draws it."""
    picture = io.BytesIO()
    segno.make(address, error="m").save(picture, kind="svg", scale=4, border=4)
    found = re.search(r' d="([^"]+)"', picture.getvalue().decode())
    assert found is not None
    return found[1]


def choice(page: Any, name: str, text: str = "") -> str:
    """The first real choice of a field, or the one whose words contain the text."""
    options = page.locator(f"main select[name={name}] option:not([value=''])")
    return str(options.filter(has_text=text).first.get_attribute("value"))
