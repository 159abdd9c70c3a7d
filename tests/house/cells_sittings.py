"""What the doors of a panel's common work are asked in every moment of a round's life."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.judging.models import Round, RoundJudge, ScoreSheet, SheetState
from cp_circles.judging.phases import since
from cp_circles.scoring.services.sheets import rubric_of
from tests.house.film import NAME, SECRET, Film
from tests.house.panel_work import deliberation_of, exercise_of, scan_of, talk_of
from tests.house.world import picture

JUDGED, CHOSEN = since("scoring"), since("conflict_declaration")
STAGE = "on_site"


def two_in(film: Film, session: Session) -> list[ScoreSheet]:
    """Two judges have locked their sheets of the entry."""
    first = session.get_one(ScoreSheet, film.ids["sheet"])
    spare = session.get_one(RoundJudge, film.ids["spare"])
    points = {row.key: str(row.points) for row in rubric_of(session, first).criteria}
    second = ScoreSheet(
        round_id=first.round_id, entry_id=first.entry_id, judge_id=spare.person_id, stage=STAGE,
        rubric_edition_id=first.rubric_edition_id,
    )  # fmt: skip
    session.add(second)
    for sheet in (first, second):
        sheet.state, sheet.points, sheet.total, sheet.comments = (
            SheetState.SUBMITTED,
            points,
            Decimal(100),
            {},
        )
    session.flush()
    return [first, second]


def deliberating(film: Film, session: Session) -> None:
    """The entry is before its panel."""
    first, _second = two_in(film, session)
    film.ids["deliberation"] = deliberation_of(session, first, f"原因 {SECRET}", film.clock.moment).id


def before_two(film: Film, session: Session) -> None:
    """The entry could go before its panel."""
    two_in(film, session)


def queued(film: Film, session: Session) -> None:
    """The entry stands in the queue of the talks."""
    sheet = session.get_one(ScoreSheet, film.ids["sheet"])
    film.ids["talk_row"] = talk_of(session, sheet.entry).id


def practising(film: Film, session: Session) -> None:
    """An exercise is set."""
    film.ids["exercise"] = exercise_of(
        session, rubric_sheet(film, session), f"示例 {SECRET}", film.ids["sha256"], film.clock.moment
    ).id


def rubric_sheet(film: Film, session: Session) -> ScoreSheet:
    """A sheet that is not stored, with a rubric of the round."""
    round_ = session.get_one(Round, film.ids["round"])
    return ScoreSheet(round_id=round_.id, stage=STAGE, rubric_edition_id=round_.tracks[0].rubrics[STAGE])


def unscored(film: Film, session: Session) -> None:
    """The judge's sheet is open, and nothing stands on it."""
    sheet = session.get_one(ScoreSheet, film.ids["sheet"])
    sheet.state, sheet.total, sheet.submitted_at, sheet.sha256 = SheetState.OPEN, None, None, None
    sheet.points = {}


def scanned(film: Film, session: Session) -> None:
    """The judge's sheet was entered from paper."""
    sheet = session.get_one(ScoreSheet, film.ids["sheet"])
    sheet.state, sheet.total = SheetState.SUBMITTED, Decimal(90)
    scan_of(sheet, film.ids["sha256"])


def paper_body(film: Film, session: Session) -> dict[str, Any]:
    """All points, and a scan."""
    sheet = session.get(ScoreSheet, film.ids["sheet"])
    scan = (BytesIO(picture("P")), "扫描件.png")
    return points_body(film, session) | {"version": str(sheet.version if sheet else 1), "scan": scan}


def points_body(film: Film, session: Session) -> dict[str, str]:
    """All points of the rubric."""
    rubric = rubric_of(session, rubric_sheet(film, session))
    return {f"p-{row.key}": str(row.points) for row in rubric.criteria}


def exercise_body(film: Film, session: Session) -> dict[str, str]:
    """A new exercise."""
    rubric = rubric_sheet(film, session).rubric_edition_id
    return points_body(film, session) | {"rubric": str(rubric), "title": "示例", "text": "示例内容"}


def send_body(film: Film, session: Session) -> dict[str, str]:
    """The entry, its stage and the reason."""
    return {"entry_id": str(film.ids["entry"]), "stage": STAGE, "reason": "示例理由"}


def decision_body(film: Film, session: Session) -> dict[str, Any]:
    """The scores stand; both judges took part."""
    spare = session.get(RoundJudge, film.ids["spare"])
    own = session.scalar(
        sa.select(RoundJudge.number)
        .join(ScoreSheet, ScoreSheet.judge_id == RoundJudge.person_id)
        .where(ScoreSheet.id == film.ids["sheet"], RoundJudge.round_id == film.ids["round"])
    )
    present = [str(own), str(spare.number if spare else 0)]
    return {"decision": "keep", "text": "示例理由", "reader": "", "present": present}


def asked(act: Callable[..., Any]) -> dict[str, Any]:
    """One `Act` for every door of the room, made by the class of the table."""
    round_, room = {"round_id": "round"}, {"deliberation_id": "deliberation"}
    exercise, talk = {"exercise_id": "exercise"}, {"talk_id": "talk_row"}
    minutes, sheet = {"text": "示例记录"}, {"sheet_id": "sheet"}
    return {
        "sittings.show_spread": act("department", round_, shows=NAME),
        "sittings.send_to_deliberation": act(
            "department", round_, body=send_body, ready=before_two, ready_in=JUDGED
        ),
        "sittings.show_deliberation": act(
            "department", room, shows=SECRET, ready=deliberating, ready_in=JUDGED
        ),
        "sittings.add_minutes": act(
            "department", room, body=lambda f, s: minutes, ready=deliberating, ready_in=JUDGED
        ),
        "sittings.decide_deliberation": act(
            "department", room, body=decision_body, ready=deliberating, ready_in=JUDGED
        ),
        "sittings.show_talks": act("department", round_, shows=NAME),
        "sittings.order_talks": act("department", round_),
        "sittings.move_talk": act(
            "department", talk, body=lambda f, s: {"step": "begin"}, ready=queued, ready_in=CHOSEN
        ),
        "sittings.current_talk": act("judge", round_),
        "sittings.list_exercises": act("department", round_, shows=NAME),
        "sittings.set_exercise": act("department", round_, body=exercise_body),
        "sittings.show_exercise": act("department", exercise, shows=SECRET, ready=practising),
        "sittings.exercise_file": act("department", exercise, ready=practising),
        "sittings.blank_sheets": act("department", round_),
        "sittings.new_paper_sheet": act("department", sheet, ready=unscored, ready_in=CHOSEN),
        "sittings.enter_paper_sheet": act(
            "department", sheet, body=paper_body, ready=unscored, ready_in=JUDGED
        ),
        "sittings.paper_scan": act("judge", sheet, ready=scanned, ready_in=CHOSEN),
        "sittings.agree_with_paper": act("judge", sheet, ready=scanned, ready_in=CHOSEN),
        "sittings.object_to_paper": act(
            "judge", sheet, body=lambda f, s: {"reason": "示例理由"}, ready=scanned, ready_in=CHOSEN
        ),
        "sittings.answer_exercise": act("judge", exercise, body=points_body, ready=practising),
    }
