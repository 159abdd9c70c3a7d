"""The page of an outlook: what an act would change, shown before it is applied."""

from collections.abc import Sequence
from typing import Any

from flask import render_template

from cp_circles.judging.models import Round
from cp_circles.judging.presenting.lists import decision_badge, fixed_score
from cp_circles.judging.presenting.names import company_named
from cp_circles.judging.queries import entries, rounds
from cp_circles.people import queries as people
from cp_circles.standings.outlook import Outlook
from cp_circles.web.forms import VersionForm
from cp_circles.web.session import db_session


def outlook_page(
    round_: Round,
    outlook: Outlook,
    form: VersionForm,
    *,
    title: str,
    apply_url: str,
    back_url: str,
    hidden: Sequence[Any],
    reason: str = "",
) -> str:
    """The page of an outlook: lines before and after, who is told, and apply or cancel."""
    session = db_session()
    named = entries.entries_by_id(session, [row.entry for row in outlook.changes])
    names = people.names_by_id(session, list(outlook.told))
    return render_template(
        "standings/show_outlook.html",
        round=round_,
        outlook=outlook,
        entries=named,
        told=[names[id_] for id_ in outlook.told if id_ in names],
        form=form,
        title=title,
        apply_url=apply_url,
        back_url=back_url,
        hidden_fields=hidden,
        reason=reason,
        places=int(rounds.rule_of(session, round_).decimals.value),
        company_named=company_named,
        decision_badge=decision_badge,
        fixed_score=fixed_score,
    )
