"""The places that a round gives, those that came back, and how they are handed on."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.errors import Invalid, msg
from cp_circles.judging import presenting
from cp_circles.judging.models import Round
from cp_circles.judging.presenting.reading import own_round
from cp_circles.judging.queries import ladder
from cp_circles.organisations.models import Company, Region
from cp_circles.quotas import services
from cp_circles.quotas.forms import HandOnForm, ReturnPlacesForm
from cp_circles.quotas.services import (
    MOST_PLACES,
    UnitPlaces,
    by_rule,
    held_above,
    returned_places,
    unit_places,
)
from cp_circles.web.access import current_actor
from cp_circles.web.forms import ConfirmForm, choices, whole_number
from cp_circles.web.i18n import locale_name
from cp_circles.web.session import db_session, now

bp = Blueprint("quotas", __name__, url_prefix="/judging")


@bp.get("/rounds/<int:round_id>/quotas")
def edit_quotas(round_id: int) -> ResponseReturnValue:
    """The places that each recommending unit has in each track, and those that came back."""
    return _quotas_page(own_round(round_id))


def _quotas_page(round_: Round, form: HandOnForm | None = None, given: ConfirmForm | None = None) -> str:
    """The page; `given` is the refused form of the places, which stand there as they were typed."""
    session = db_session()
    units = ladder.recommending_units(session, round_)
    names = ladder.unit_names(session, units)
    returned = returned_places(session, round_)
    if form is None:
        form = HandOnForm(None)
        form.track.choices, form.unit.choices = _tracks(list(returned)), _unit_choices(round_)
    return render_template(
        "quotas/edit_quotas.html",
        round=round_,
        units=units,
        names=names,
        places={
            (ladder.Unit(row.unit_kind, row.unit_id), row.track_key): row.places
            for row in ladder.quotas_of(session, round_)
        },
        returned=returned,
        by_rule={track: _ruled(round_, track, count) for track, count in returned.items()},
        form=form,
        given=given,
        typed=request.form if given else {},
        may_hand_on=round_.finished_at is None,
        most_places=MOST_PLACES,
        presenting=presenting,
    )


def _ruled(round_: Round, track: str, count: int) -> dict[ladder.Unit, int]:
    """Whom the rule would give the returned places of a track."""
    return by_rule(unit_places(db_session(), round_, track), count)


def _tracks(keys: list[str]) -> Any:
    return choices([(key, presenting.track_name(key)) for key in keys])


def _unit_choices(round_: Round) -> Any:
    """The units with a round of their own, which alone are handed places on."""
    below = [ladder.unit_of(row) for row in ladder.rounds_below(db_session(), round_)]
    names = ladder.unit_names(db_session(), below)
    known = [(f"{unit.kind}:{unit.id}", row.label(locale_name())) for unit, row in names.items()]
    return choices([("", _("by the rule: most entries for each place held come first")), *known])


@bp.post("/rounds/<int:round_id>/quotas")
def set_quotas(round_id: int) -> ResponseReturnValue:
    """Give the places that changed."""
    round_, form = own_round(round_id), ConfirmForm()

    def act() -> ResponseReturnValue:
        _write_quotas(round_)
        flash(_("The quotas are saved."))
        return redirect(url_for("judging.show_round", round_id=round_.id))

    return form.answer(act, lambda: _quotas_page(round_, given=form))


def _write_quotas(round_: Round) -> None:
    """Every cell that was changed; Invalid names the first one that is no whole number."""
    session, changed = db_session(), {}
    units = ladder.recommending_units(session, round_)
    names = ladder.unit_names(session, units)
    given = {
        (ladder.Unit(row.unit_kind, row.unit_id), row.track_key): row.places
        for row in ladder.quotas_of(session, round_)
    }
    added = _added_company(round_)
    cells = [(unit, names[unit], f"{unit.kind}-{unit.id}") for unit in units]
    cells += [(ladder.Unit("company", added.id), added, "added")] if added else []
    for unit, holder, row in cells:
        for track in round_.tracks:
            places = _typed_places(f"places-{row}-{track.key}", holder, track.key)
            if places is not None and places != given.get((unit, track.key)):
                changed[unit, track.key] = places
    services.set_quotas(session, actor=current_actor(), round_=round_, places=changed, now=now())


def _added_company(round_: Round) -> Company | None:
    """The company that was typed below the units; Invalid for one that does not recommend here itself."""
    text = request.form.get("company", "").strip()
    if not text:
        return None
    found = ladder.company_called(db_session(), round_, text)
    if found is None or not ladder.recommends_itself(db_session(), found, round_):
        raise Invalid(
            msg("No company “%(name)s” recommends here without a round of its own; check its name or code."),
            name=text,
        )
    return found


def _typed_places(name: str, holder: Company | Region, track_key: str) -> int | None:
    """The places in a cell, None for an empty one; Invalid names the unit and track of anything else."""
    text = request.form.get(name, "").strip()
    places = whole_number(text)
    if text and (places is None or places > MOST_PLACES):
        raise Invalid(
            msg("%(unit)s, %(track)s: write the places as a whole number from 0 to %(most)s."),
            most=MOST_PLACES,
            unit=holder.label(locale_name()),
            track=presenting.track_name(track_key),
        )
    return places


@bp.post("/rounds/<int:round_id>/quotas/hand-on")
def hand_on_places(round_id: int) -> ResponseReturnValue:
    """Hand returned places on, to one unit or by the rule."""
    round_, form = own_round(round_id), HandOnForm()
    form.track.choices = _tracks([track.key for track in round_.tracks])
    form.unit.choices = _unit_choices(round_)

    def act() -> ResponseReturnValue:
        shares = services.hand_on_places(
            db_session(),
            actor=current_actor(),
            round_=round_,
            track_key=form.track.data,
            unit=_unit(form.unit.data),
            places=form.places.data or 0,
            reason=form.reason.data or "",
            now=now(),
        )
        flash(_("Places handed on: %(count)s.", count=sum(shares.values())))
        return redirect(url_for("quotas.edit_quotas", round_id=round_id))

    return form.answer(act, lambda: _quotas_page(round_, form))


def _unit(text: str | None) -> ladder.Unit | None:
    kind, _sep, number = (text or "").partition(":")
    id_ = whole_number(number)
    return None if id_ is None else ladder.Unit(kind, id_)


def return_form(rows: list[UnitPlaces]) -> ReturnPlacesForm:
    """The form with the tracks of those places."""
    form = ReturnPlacesForm()
    form.track.choices = _tracks([row.track for row in rows])
    return form


@bp.get("/rounds/<int:round_id>/places")
def new_return(round_id: int) -> ResponseReturnValue:
    """The form in which places of the round above are given back."""
    round_ = own_round(round_id)
    rows = held_above(db_session(), round_)
    return _return_page(round_, rows, return_form(rows))


def _return_page(round_: Round, rows: list[UnitPlaces], form: ReturnPlacesForm) -> str:
    return render_template(
        "quotas/return_places.html", round=round_, rows=rows, form=form, presenting=presenting
    )


@bp.post("/rounds/<int:round_id>/places")
def return_places(round_id: int) -> ResponseReturnValue:
    """Give places of the round above back."""
    round_ = own_round(round_id)
    rows = held_above(db_session(), round_)
    form = return_form(rows)

    def act() -> ResponseReturnValue:
        services.return_places(
            db_session(),
            actor=current_actor(),
            round_=round_,
            track_key=form.track.data,
            places=form.places.data or 0,
            reason=form.reason.data or "",
            now=now(),
        )
        flash(_("The places are given back; the organiser above hands them on."))
        return redirect(url_for("standings.show_standing", round_id=round_id))

    return form.answer(act, lambda: _return_page(round_, rows, form))
