"""Warnings, splits and follow-ups in the reader's words, naming no project that the reader may not see."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from cp_circles.people.rules import Actor
from cp_circles.savings import rules
from cp_circles.savings.following import follow_ups_of_saving
from cp_circles.savings.guarding import Warning, warnings_about
from cp_circles.savings.models import FollowUpAnswer, Saving
from cp_circles.web.i18n import translate
from cp_circles.web.session import db_session


@dataclass(frozen=True)
class WarningLine:
    """One warning as a page shows it."""

    kind: str
    text: str
    tone: str
    url: str | None
    settled: str
    key: str


def kind_name(kind: str) -> str:
    """What a kind of warning is called."""
    return {
        "shares": _("Shares above the whole"),
        "split": _("Above the agreed share"),
        "media": _("Energy and its medium"),
        "derived": _("Total beside its parts"),
        "years": _("The same effect in two years"),
        "credit": _("More than twelve months"),
        "boundary": _("Same boundary"),
    }.get(kind, kind)


def label_for(actor: Actor) -> "LabelFor":
    """Names projects for this reader."""
    return LabelFor(actor)


class LabelFor:
    """A project's title where the reader may see its savings, else only that there is one."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def __call__(self, saving: Saving) -> str:
        """The project of a saving."""
        if rules.can_see_savings(self.actor, saving.project):
            return saving.project.title
        return _("another project of the company")


def warning_lines(found: Sequence[Warning], company_id: int, *, linked: bool) -> list[WarningLine]:
    """Warnings for a page; the evidence is linked for those who may open it."""
    return [
        WarningLine(
            kind=kind_name(row.kind),
            text=translate(row.reason.msgid, row.reason.values),
            tone="bad" if row.blocks else "ok" if row.decision else "warn",
            url=url_for("savings.show_overlap", company_id=company_id, key=row.key) if linked else None,
            settled=row.decision.reason if row.decision else "",
            key=row.key,
        )
        for row in found
    ]


def guard_parts(saving: Saving, actor: Actor) -> dict[str, Any]:
    """What the page of a saving shows of the guard and of its follow-ups."""
    session, company_id = db_session(), saving.project.company_id
    found = warnings_about(session, saving, label_for(actor))
    claimed = saving.claim is not None
    linked = claimed and (company_id in actor.company_ids or actor.is_administrator)
    return {
        "warnings": warning_lines(found, company_id, linked=linked),
        "follow_ups": follow_ups_of_saving(session, saving.id),
        "answer_name": answer_name,
    }


def answer_name(answer: FollowUpAnswer) -> str:
    """An answer in words."""
    return {
        FollowUpAnswer.WORKING: _("Still working"),
        FollowUpAnswer.PARTLY: _("Works partly"),
        FollowUpAnswer.GONE: _("Gone"),
    }[answer]
