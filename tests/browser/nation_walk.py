"""A national round by clicks of its official, two judges and a leader, beside two judges behind the stage."""

from __future__ import annotations

import io
import re
from contextlib import ExitStack
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from PIL import Image

from cp_circles.awards.models import Award
from cp_circles.judging.models import Entry, ScoreSheet
from cp_circles.web.i18n import translate_for
from tests.browser.opened_files import pdf_text
from tests.browser.round_walk import RoundWalk, choice
from tests.browser.windows import LOADED, Windows, follow, path_of, press, send, visit
from tests.judging.world import World, t2
from tests.results.planted import picture

LEVEL = "nation"
OWN, RIVAL, THIRD = "降低空压站电耗", "提高中水回用率", "减少包装废料"
TOTALS = {
    OWN: {"first": "88", "second": "70", "third": "86", "fourth": "84"},
    RIVAL: {"first": "95", "second": "96", "third": "92", "fourth": "90"},
    THIRD: {"first": "75", "second": "74", "third": "76", "fourth": "73"},
}
AT_DESK, BEHIND = ("first", "second"), ("third", "fourth")
CONFLICT = "想起曾为该企业做过咨询。"
UPHELD = "第三方抄表记录与报告不符，取消该成果的参评资格。"
CLOSED_FOR_NOW = "Scores are shown here once the list is published."
NOT_PUBLIC = "The list of this round is not public now. Its rule can be read; the list follows after scoring."
OTHERS = "The other judges"
TO_COMPUTE = "Scores or quotas changed since this standing was computed; compute it again."
LEAVES = "leaves the list"
PLACED = "Place %(place)s with %(score)s points"
RECEIPT_STANDS = "This receipt stands in the chain as it was given; the event is unchanged."


class Backstage(World):
    """What no window of this journey does: happens at the moment that the server shows."""

    clock: Any
    seats: dict[str, Any]

    def at(self, phase: str, part: float = 0.5) -> datetime:
        """Now, whatever the phase."""
        return self.clock.now()


class NationWalk(RoundWalk):
    """Four people in windows of their own on one national round; each point says what each of them sees."""

    panel_size = len(AT_DESK + BEHIND)

    def __init__(self, windows: Windows, world: Backstage, judges: dict[str, str]):
        super().__init__(windows, world.session, judges, OWN)
        self.world = world
        self.keys: dict[str, str] = {}

    @property
    def at_round(self) -> str:
        """The address of the round."""
        return self.base[LEVEL]

    def _phases(self, page: Any, place: int) -> dict[str, str]:
        return super()._phases(page, 0)

    def words(self, msgid: str, **values: Any) -> str:
        """What a page of this run says for a message."""
        with self.windows.app.test_request_context():
            return translate_for("en" if self.windows.language == "en" else "zh_Hans", msgid, values)

    def is_closed(self, name: str, path: str) -> bool:
        """True if a page does not exist for somebody."""
        return self.windows.at(name).request.get(path).status in {403, 404}

    def list_page(self, name: str = "") -> str:
        """The words of the public list in somebody's window, or in the visitor's."""
        page = self.windows.at(name) if name else self.windows.visitor()
        return str(visit(page, f"/judging/lists/{self.stored(LEVEL).public_key}").inner_text("main"))

    def entry_page(self) -> Any:
        """The leader's window on the own entry."""
        return visit(self.windows.at("leader"), f"/judging/entries/{self._entry(OWN).id}")

    def _entry(self, title: str) -> Entry:
        self.session.rollback()
        key = self.keys[title]
        return self.session.scalars(sa.select(Entry).where(Entry.blind_key == key)).one()

    # --- opening and formal review ---

    def open_nation(self, results: dict[str, Any]) -> None:
        """The official opens the round of the season; three results are entered; the rule is public."""
        self._open_round(LEVEL)
        self.reach(LEVEL, "entry")
        for title, result in results.items():
            entry = self.world.entry(self.stored(LEVEL), result, accepted=False)
            self.keys[title] = entry.blind_key
            self.session.commit()
        assert self.words(NOT_PUBLIC) in self.list_page()
        assert self.words(CLOSED_FOR_NOW) in self.entry_page().inner_text("main")
        assert self.is_closed("leader", f"{self.at_round}/entries")

    def review_all(self) -> None:
        """The formal review of each entry, from the list."""
        self.reach(LEVEL, "formal_review")
        page = self.windows.home(LEVEL)
        for title in self.keys:
            visit(page, f"{self.at_round}/entries")
            follow(page, f"/judging/entries/{self._entry(title).id}")
            points = page.locator("main form[action$='/review'] input[name^='check_'][value='yes']")
            for number in range(points.count()):
                points.nth(number).check(force=True)
            send(page, "/review", outcome="accepted")

    # --- panel ---

    def seat(self) -> None:
        """Two judges invited by search accept and declare in their windows, two behind the stage; the plan."""
        self.reach(LEVEL, "conflict_declaration")
        page, base = self.windows.home(LEVEL), self.at_round
        visit(page, f"{base}/panel")
        for name in AT_DESK:
            page.fill("main form[role=search] input[name=q]", f"{name}@example.com")
            with page.expect_navigation(wait_until=LOADED):
                page.locator("main form[role=search] button").click()
            press(page, f"{base}/judges")
        for name in AT_DESK:
            judge = self.windows.home(name)
            assert self.is_closed(name, f"{base}/conflicts")
            press(follow(judge, f"{base}/invitation"), "/invitation/accept")
            if not path_of(judge).endswith("/conflicts"):
                follow(judge, f"{base}/conflicts")
            send(judge, f"{base}/conflicts", read="y")
            assert self.is_closed(name, f"{base}/panel") and self.is_closed(name, f"{base}/standing")
        for name in BEHIND:
            self.world.judge(self.stored(LEVEL), person=self.world.seats[name])
            self.session.commit()
        visit(page, f"{base}/panel")
        press(page, "/blind-numbers")
        visit(page, f"{base}/panel")
        with page.expect_navigation(wait_until=LOADED):
            page.locator(f"main a[href*='{base}/assignment']").first.click()
        press(page, "/assignment/plan")
        assert not self._sheets()
        press(page, f"{base}/assignment")
        assert len(self._sheets()) == len(TOTALS) * 4

    def _sheets(self) -> list[ScoreSheet]:
        self.session.rollback()
        return list(self.session.scalars(sa.select(ScoreSheet).order_by(ScoreSheet.id)))

    # --- desks ---

    def score_all(self) -> None:
        """Both judges type and hand in at the same moment; whoever is first sees nothing of the other."""
        self.reach(LEVEL, "scoring")
        desks = {name: self.windows.home(name) for name in AT_DESK}
        for judge in desks.values():
            follow(judge, f"{self.at_round}/desk")
            assert all(title not in judge.inner_text("main") for title in TOTALS)
        for title in (RIVAL, THIRD):
            for name, judge in desks.items():
                self._type(judge, title, TOTALS[title][name])
            with ExitStack() as both:
                gone = [both.enter_context(judge.expect_navigation()) for judge in desks.values()]
                for judge in desks.values():
                    judge.keyboard.press("Control+Enter")
            assert [one.value.status for one in gone] == [200, 200]
        self._one_after_the_other(desks)
        self._score_behind()
        assert self.words(CLOSED_FOR_NOW) in self.entry_page().inner_text("main")
        assert self.is_closed("leader", f"/judging/desk/{self.keys[OWN]}/paper")

    def _one_after_the_other(self, desks: dict[str, Any]) -> None:
        """The first hands in while the second still types: blind until both are in."""
        for name, judge in desks.items():
            self._type(judge, OWN, TOTALS[OWN][name])
        first, second = desks.values()
        second.keyboard.press("Control+s")
        second.wait_for_selector("form#sheet[data-state=saved]")
        self._hand_in(first)
        assert self.words(OTHERS) not in visit(second, f"/judging/desk/{self.keys[OWN]}/paper").inner_text(
            "body"
        )
        self._hand_in_while_saving(second)
        shown = visit(second, f"/judging/desk/{self.keys[OWN]}/paper").inner_text("body")
        assert self.words(OTHERS) in shown and TOTALS[OWN]["first"] in shown

    def _type(self, judge: Any, title: str, total: str) -> None:
        """The points of a sheet by keyboard, from field to field; the sum runs along."""
        visit(judge, f"/judging/desk/{self.keys[title]}/paper")
        judge.wait_for_selector("#sheet[data-autosave-ready]")
        judge.locator("#sheet [data-score]").first.focus()
        for points in t2(total).values():
            judge.keyboard.press("Control+a")
            judge.keyboard.type(points)
            judge.keyboard.press("Enter")
        assert float(judge.locator("[data-total-sum]").inner_text()) == float(total)

    @staticmethod
    def _hand_in(judge: Any) -> None:
        with judge.expect_navigation() as going:
            judge.keyboard.press("Control+Enter")
        assert going.value.status == 200

    @staticmethod
    def _hand_in_while_saving(judge: Any) -> None:
        """The answer to an autosave is still on the way when the judge types on and hands in: no conflict."""
        held: list[Any] = []
        judge.route("**/draft", lambda route: held.append((route, route.fetch())))
        judge.wait_for_selector("#sheet[data-autosave-ready]")
        judge.locator("#sheet [data-score]").last.focus()
        for points in "10":
            judge.keyboard.press("Control+a")
            judge.keyboard.type(points)
            judge.keyboard.press("Control+s")
        while not held:
            judge.wait_for_timeout(20)
        with judge.expect_navigation() as going:
            judge.keyboard.press("Control+Enter")
            judge.wait_for_timeout(100)
            held[0][0].fulfill(response=held[0][1])
        assert going.value.status == 200, judge.inner_text("main")[:1500]
        judge.unroute("**/draft")

    def _score_behind(self) -> None:
        people = {self.world.seats[name].id: name for name in BEHIND}
        titles = {key: title for title, key in self.keys.items()}
        for sheet in self._sheets():
            if sheet.judge_id in people:
                total = TOTALS[titles[sheet.entry.blind_key]][people[sheet.judge_id]]
                self.world.score(sheet, t2(total))
        self.session.commit()

    # --- from scores to the list ---

    def compute(self) -> None:
        """The standing is computed; only who holds the round reads it."""
        self.reach(LEVEL, "deliberation")
        page = follow(self.windows.home(LEVEL), f"{self.at_round}/standing")
        press(page, f"{self.at_round}/standing")
        assert self._order(page) == [RIVAL, OWN, THIRD]
        assert "93.50" in page.inner_text("main") and "85.00" in page.inner_text("main")
        assert all(self.is_closed(name, f"{self.at_round}/standing") for name in (*AT_DESK, "leader"))
        assert self.words(NOT_PUBLIC) in self.list_page() and self.words(
            CLOSED_FOR_NOW
        ) in self.entry_page().inner_text("main")

    @staticmethod
    def _order(page: Any) -> list[str]:
        return [str(title) for title in page.locator("main table.st tbody th > a").all_inner_texts()]

    def deliberate(self) -> None:
        """The entry whose judges lie far apart goes to its panel: minutes by a judge, then the decision."""
        page = visit(self.windows.at(LEVEL), self.at_round)
        follow(page, "/spread")
        form = page.locator(f"form:has([name=entry_id][value='{self._entry(OWN).id}'])")
        page.locator("details", has=form).locator("summary").click()
        form.locator("[name=reason]").fill("四位评委分差较大，请合议。")
        with page.expect_navigation(wait_until=LOADED):
            form.locator("button[type=submit]").click()
        judge = self.windows.home("first")
        with judge.expect_navigation(wait_until=LOADED):
            judge.locator("main a[href*='/sittings/deliberations/']").first.click()
        here = path_of(judge)
        assert self.is_closed("leader", here)
        send(judge, "/minutes", text="核对了效果数据，各自的评分理由成立。")
        visit(page, here)
        assert "核对了效果数据" in page.inner_text("main")
        present = [box.get_attribute("value") for box in page.locator("[name=present]").all()]
        send(page, "/decision", decision="keep", present=present, text="维持原分。")
        assert "维持原分。" in visit(judge, here).inner_text("main")

    def recuse_late(self) -> None:
        """A judge remembers a tie: the official sees what computing again would change, then applies it."""
        judge = visit(self.windows.at("second"), f"/judging/desk/{self.keys[RIVAL]}/paper")
        send(judge, "/recuse", reason=CONFLICT)
        assert visit(judge, f"/judging/desk/{self.keys[RIVAL]}/paper").locator(".viewer .paper").count() == 0
        page = visit(self.windows.at(LEVEL), f"{self.at_round}/standing")
        assert self.words(TO_COMPUTE) in page.inner_text("main")
        follow(page, "/standing/outlook")
        shown = page.inner_text("main")
        assert "93.50" in shown and "92.00" in shown and OWN not in shown
        send(page, f"{self.at_round}/standing", reason="一名评委回避。")
        assert self._order(page) == [RIVAL, OWN, THIRD] and "92.00" in page.inner_text("main")

    def publish(self) -> None:
        """The provisional list: now everybody reads it, and the leader the way of the own score."""
        page = visit(self.windows.at(LEVEL), f"{self.at_round}/standing")
        press(page, "/publish")
        for name in ("", "leader", "first"):
            self.list_page(name)
            shown = self.windows.at(name) if name else self.windows.visitor()
            assert self._order(shown) == [RIVAL, OWN, THIRD]
        assert self.words(PLACED, place=2, score="85.00") in self.entry_page().inner_text("main")

    # --- objection ---

    def object(self) -> str:
        """The leader objects by name, with a file; the clock stands still, and nobody else reads who it was."""
        leader = self.windows.home("leader")
        self.list_page("leader")
        follow(leader, "/object")
        send(
            leader,
            "/object",
            entry_id=choice(leader, "entry_id", RIVAL),
            text="报告中的回用水量与水务公司抄表记录不一致，附照片。",
            evidence=("抄表照片.png", "image/png", picture("抄表")),
        )
        assert self.stored(LEVEL).publicity_ends_at is None
        filed = path_of(leader)
        name = self.world.seats["leader"].name
        assert name not in self.list_page() and "抄表" not in self.list_page()
        assert all(self.is_closed(one, filed) for one in (*AT_DESK, LEVEL))
        assert all(self.is_closed(one, f"{self.at_round}/objections") for one in (*AT_DESK, "leader"))
        return filed

    def uphold(self, filed: str) -> None:
        """The official, who did not judge, admits it, reads the file, sees what would change and decides."""
        self.clock.move(days=1)
        page = self.windows.home(LEVEL)
        with page.expect_navigation(wait_until=LOADED):
            page.locator("main a[href*='/objections']").first.click()
        if path_of(page).endswith("/objections"):
            with page.expect_navigation(wait_until=LOADED):
                page.locator("main a[href*='/objections/']").first.click()
        assert self.world.seats["leader"].name in page.inner_text("main")
        file = page.locator("main a[href$='/evidence']").get_attribute("href")
        assert pixels(page.request.get(file).body()) == pixels(picture("抄表"))
        press(page, "/admit")
        send(page, "/decide", effect="disqualify", decision=UPHELD)
        assert RIVAL in page.inner_text("main") and self.words(LEAVES) in page.inner_text("main")
        assert RIVAL in self.list_page()
        press(page, "/decide")
        assert self.stored(LEVEL).publicity_ends_at is not None
        for name in ("", "leader", *AT_DESK):
            assert RIVAL not in self.list_page(name)
            shown = self.windows.at(name) if name else self.windows.visitor()
            assert self._order(shown) == [OWN, THIRD]
        assert UPHELD in visit(self.windows.at("leader"), filed).inner_text("main")
        assert self.words(PLACED, place=1, score="85.00") in self.entry_page().inner_text("main")

    # --- certificates ---

    def finish(self) -> list[Award]:
        """Nothing is awarded before the period has ended; then the round is finished and its awards given."""
        page = visit(self.windows.at(LEVEL), f"{self.at_round}/awards")
        assert not page.locator(f"main form[action$='{self.at_round}/awards']").count()
        self._finish(LEVEL)
        visit(page, f"{self.at_round}/awards")
        press(page, f"{self.at_round}/awards")
        self.session.rollback()
        return list(self.session.scalars(sa.select(Award).order_by(Award.id)))

    def read_certificates(self, awards: list[Award]) -> None:
        """All certificates in one PDF, taken by the official and read."""
        page = visit(self.windows.at(LEVEL), f"{self.at_round}/awards")
        with page.expect_download() as taken:
            page.locator("main a[href$='/certificates.pdf']").click()
        words = pdf_text(taken.value.path().read_bytes())
        for award, title in zip(awards, (OWN, THIRD), strict=True):
            label = (award.label_en if self.windows.language == "en" else award.label).replace(" ", "")
            assert title in words and label in words and award.number in words
        assert RIVAL not in words

    def check(self, award: Award) -> None:
        """A visitor checks the certificate by its number, and the receipt that a judge passed on."""
        visitor = follow(self.windows.visitor(), "/check", "nav")
        visitor.fill("main input[name=q]", award.number)
        with visitor.expect_navigation(wait_until=LOADED):
            visitor.locator("main form:has(input[name=q]) button").first.click()
        follow(visitor, f"/check/{award.public_key}")
        assert award.number in visitor.inner_text("main") and OWN in visitor.inner_text("main")
        for name, of in (("first", "sheets"), ("leader", "entries")):
            page = visit(self.windows.at(name), f"/trust/receipts?of={of}")
            link = page.locator("main a[href*='receipt=']").first
            receipt, href = link.inner_text(), link.get_attribute("href")
            assert re.fullmatch(r"\d+-\d+-[0-9a-f]{64}", receipt)
            assert self.words(RECEIPT_STANDS) in visit(visitor, href).inner_text("main")
            changed = href[:-1] + ("0" if href[-1] != "0" else "1")
            assert self.words(RECEIPT_STANDS) not in visit(visitor, changed).inner_text("main")


def pixels(content: bytes) -> bytes:
    """What a picture shows, whatever its file also says."""
    return Image.open(io.BytesIO(content)).convert("RGB").tobytes()
