"""Opening a round and its settings."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.editions import queries as editions
from cp_circles.editions.models import Edition
from cp_circles.errors import Invalid, NotFound, Stale
from cp_circles.judging import presenting, services
from cp_circles.judging.forms import RoundForm
from cp_circles.judging.models import Level, Round, Season
from cp_circles.judging.presenting.reading import own_round
from cp_circles.judging.queries import rounds
from cp_circles.judging.services import PhaseTimes, RoundSettings, TrackPlan
from cp_circles.judging.services.roll_over import settings_from
from cp_circles.judging.services.round_settings import SettingsRefused, reason_problems, settings_problems
from cp_circles.judging.services.rounds import require_changeable
from cp_circles.judging.views.blueprint import bp
from cp_circles.organisations import queries as organisations
from cp_circles.organisations.models import Company, Region, RegionLevel
from cp_circles.people.models import Role, ScopeKind
from cp_circles.rulesets.schema import RoundRule, Rubric
from cp_circles.web.access import current_actor
from cp_circles.web.forms import choices, whole_number
from cp_circles.web.i18n import locale_name
from cp_circles.web.session import clock, db_session, now


@dataclass(frozen=True)
class Seat:
    """An office for which the reader may open a round."""

    key: str
    level: Level
    company: Company | None
    region: Region | None

    @property
    def name(self) -> str:
        """The office and its level in the reader's words."""
        holder = self.company or self.region
        assert holder is not None
        return f"{holder.label(locale_name())} · {presenting.level_name(self.level)}"


def seats() -> list[Seat]:
    """The offices of the reader: companies whose department, regions whose official they are."""
    actor, session, found = current_actor(), db_session(), []
    for company_id in sorted(actor.scopes(Role.DEPARTMENT, ScopeKind.COMPANY)):
        company = organisations.company_by_id(session, company_id)
        found.append(Seat(f"company-{company.id}", Level.COMPANY, company, None))
    regions = organisations.regions_by_id(session, sorted(actor.scopes(Role.OFFICIAL, ScopeKind.REGION)))
    for region in regions.values():
        direct = region.level is RegionLevel.COUNTY and region.is_direct_county
        level = Level.CITY if direct else Level(region.level.value)
        found.append(Seat(f"region-{region.id}", level, None, region))
    return found


@bp.get("/rounds/new")
def new_round() -> ResponseReturnValue:
    """Choose season, office and rule; then the settings that the rule proposes."""
    every, offices = rounds.seasons(db_session()), seats()
    if not every or not offices:
        return render_template(
            "judging/new_round.html", seasons=every, seats=offices, rules=[], form=None, chosen={}
        )
    season = _picked(every, "season", lambda row: str(row.id))
    seat = _picked(offices, "seat", lambda row: row.key)
    known = rounds.rule_editions_for(db_session(), seat.level)
    earlier = _earlier(season, seat)
    copied = settings_from(db_session(), earlier, season.year - earlier.season.year) if earlier else None
    edition = _picked(known, "rule", lambda row: str(row.id)) if known else None
    if copied is not None and request.args.get("from") == "earlier":
        edition = next((row for row in known if row.id == copied.rule_edition_id), edition)
        form: RoundForm | None = _copied(copied)
    else:
        form = _proposed(editions.pack_of(edition, RoundRule), seat, season) if edition else None
    rule = editions.pack_of(edition, RoundRule) if edition else None
    return _settings_page(
        form,
        rule,
        None,
        seasons=every,
        seats=offices,
        rules=known,
        chosen={"season": season, "seat": seat, "rule": edition},
        rule_names=_rule_names(known),
        earlier=earlier,
    )


def _earlier(season: Season, seat: Seat) -> Round | None:
    """The round that the same office held before."""
    return rounds.earlier_round(
        db_session(),
        season,
        seat.level,
        company_id=seat.company.id if seat.company else None,
        region_id=seat.region.id if seat.region else None,
    )


PLACE = ("level", "company", "region")
PLAIN = (
    "name",
    "award_edition_id",
    "pass_mark",
    "reserve_places",
    "publicity_days",
    "panel_size",
    "accepts_late",
)
"""Settings that the form and the round name alike, and hold in one field."""


def _copied(settings: RoundSettings) -> RoundForm:
    """The form with the settings of an earlier round, moved to this season."""
    plan = [local_times(one.key, one.starts_at, one.ends_at) for one in settings.phases]
    return RoundForm(data={name: getattr(settings, name) for name in PLAIN} | {"phases": plan})


def _fill(form: RoundForm, refusal: Invalid, rule: RoundRule) -> None:
    """Put every problem of the settings beside its field."""
    for one in refusal.problems if isinstance(refusal, SettingsRefused) else [refusal]:
        form.fill_from(presenting.names.phases_named(one, rule))


def _fill_rest(form: RoundForm, settings: RoundSettings, rule: RoundRule, round_: Round | None) -> None:
    """Say beside what the form refuses also what the service would, so that all of it is mended at once."""
    said = {name for name in form.errors if name != "phases"}
    problems = settings_problems(db_session(), settings, rule)
    problems += reason_problems(round_, form.reason.data or "") if round_ else []
    for one in problems:
        if one.field not in said:
            form.fill_from(presenting.names.phases_named(one, rule))


def _rule_names(known: list[Edition]) -> dict[int, str]:
    """The names of rules by edition id."""
    return {row.id: editions.pack_of(row).names.in_(locale_name()) for row in known}


def _picked(rows: Any, name: str, key: Any) -> Any:
    wanted = request.values.get(name)
    return next((row for row in rows if key(row) == wanted), rows[0])


def _proposed(rule: RoundRule, seat: Seat, season: Any) -> RoundForm:
    local = now().astimezone(clock().zone).replace(minute=0, second=0, microsecond=0)
    plan = services.default_phases(rule, local)
    return RoundForm(
        data={
            "name": _("%(season)s, %(office)s", season=season.name, office=seat.name),
            "pass_mark": rule.pass_mark.value,
            "reserve_places": int(rule.reserve_count.value),
            "publicity_days": int(rule.publicity_days.value),
            "panel_size": int(max(stage.min_judges.value for stage in rule.stages)),
            "phases": [local_times(times.key, times.starts_at, times.ends_at) for times in plan],
        }
    )


def local_times(key: str, starts_at: datetime, ends_at: datetime) -> dict[str, Any]:
    """A phase as its form has it, in local time."""
    zone = clock().zone
    return {"key": key, "starts_at": starts_at.astimezone(zone), "ends_at": ends_at.astimezone(zone)}


def _award_choices() -> list[tuple[int | str, str]]:
    found = editions.latest_of_each(db_session(), "award_scheme")
    return [
        ("", _("No awards")),
        *((row.id, editions.pack_of(row).names.in_(locale_name())) for row in found),
    ]


def _settings_page(
    form: RoundForm | None, rule: RoundRule | None, round_: Round | None, **context: Any
) -> str:
    if form is not None:
        form.award_edition_id.choices = choices(_award_choices())
        form.reason.flags.required = bool(round_ and round_.announced_at)
    template = "judging/edit_round.html" if round_ else "judging/new_round.html"
    return render_template(
        template,
        form=form,
        rule=rule,
        round=round_,
        presenting=presenting,
        rubric_choices=_rubric_choices(rule),
        **context,
    )


def _rubric_choices(rule: RoundRule | None) -> list[dict[str, Any]]:
    """For each track and stage of a rule, the rubric editions that fit and the one it proposes."""
    if rule is None:
        return []
    session = db_session()
    rubrics = editions.packs_of(session, Rubric)
    proposed = {plan.key: plan for plan in services.default_tracks(session, rule)}
    found = []
    for track, plan in proposed.items():
        for stage in rule.stages:
            fitting = [
                (row.id, f"{pack.names.in_(locale_name())} ({row.edition})")
                for row, pack in rubrics
                if pack.stage == stage.key and track in pack.tracks
            ]
            known = {id_ for id_, _name in fitting}
            fitting += [
                (row.id, f"{pack.names.in_(locale_name())} ({row.edition})")
                for row, pack in rubrics
                if row.id == plan.rubrics.get(stage.key) and row.id not in known
            ]
            found.append(
                {
                    "name": f"rubric-{track}-{stage.key}",
                    "label": f"{presenting.track_name(track)} · {stage.names.in_(locale_name())}",
                    "choices": fitting,
                    "value": whole_number(request.form.get(f"rubric-{track}-{stage.key}"))
                    or plan.rubrics.get(stage.key),
                }
            )
    return found


def _settings_of(form: RoundForm, edition_id: int, rule: RoundRule) -> RoundSettings:
    """What was typed, as the service takes it, without phases whose times cannot be read."""
    zone = clock().zone
    plan = [
        PhaseTimes(
            row.form.key.data,
            row.form.starts_at.data.replace(tzinfo=zone),
            row.form.ends_at.data.replace(tzinfo=zone),
        )
        for row in form.phases
        if row.form.starts_at.data and row.form.ends_at.data
    ]
    offered = {each["name"]: {id_ for id_, _name in each["choices"]} for each in _rubric_choices(rule)}
    tracks = []
    for proposed in services.default_tracks(db_session(), rule):
        rubrics = dict(proposed.rubrics)
        for stage in rule.stages:
            name = f"rubric-{proposed.key}-{stage.key}"
            picked = whole_number(request.form.get(name))
            if picked is not None and picked in offered.get(name, ()):
                rubrics[stage.key] = picked
        tracks.append(TrackPlan(proposed.key, proposed.methods, rubrics))
    return RoundSettings(
        rule_edition_id=edition_id,
        phases=plan,
        tracks=tracks,
        **form.chosen(*PLAIN),
    )


@bp.post("/rounds/new")
def open_round() -> ResponseReturnValue:
    """Open the round."""
    every, offices, form = rounds.seasons(db_session()), seats(), RoundForm()
    if not every or not offices:
        raise NotFound
    season = _picked(every, "season", lambda row: str(row.id))
    seat = _picked(offices, "seat", lambda row: row.key)
    known = rounds.rule_editions_for(db_session(), seat.level)
    if not known:
        raise NotFound
    edition = _picked(known, "rule", lambda row: str(row.id))
    rule = editions.pack_of(edition, RoundRule)
    form.award_edition_id.choices = choices(_award_choices())
    context = {"seasons": every, "seats": offices, "rules": known, "rule_names": _rule_names(known)}
    chosen = {"season": season, "seat": seat, "rule": edition}
    settings = _settings_of(form, edition.id, rule)
    place: dict[str, Any] = {"season": season} | {key: getattr(seat, key) for key in PLACE}

    def again() -> str:
        return _settings_page(form, rule, None, chosen=chosen, **context)

    def act() -> ResponseReturnValue:
        try:
            round_ = services.open_round(
                db_session(), actor=current_actor(), settings=settings, now=now(), **place
            )
        except Invalid as refusal:
            _fill(form, refusal, rule)
            return again(), 422
        flash(_("The round is open. Announce it so that everybody can read its rule."))
        return redirect(url_for("judging.show_round", round_id=round_.id))

    if not form.validate():
        _fill_rest(form, settings, rule, None)
        return again(), 422
    return form.answer(act, again)


@bp.get("/rounds/<int:round_id>/edit")
def edit_round(round_id: int) -> ResponseReturnValue:
    """The settings of a round whose scoring has not begun."""
    round_ = own_round(round_id)
    require_changeable(db_session(), round_, now())
    form = RoundForm(
        data={
            **{name: getattr(round_, name) for name in PLAIN},
            "version": str(round_.version),
            "phases": [local_times(row.key, row.starts_at, row.ends_at) for row in round_.phases],
        }
    )
    return _settings_page(form, rounds.rule_of(db_session(), round_), round_)


@bp.post("/rounds/<int:round_id>/edit")
def save_round(round_id: int) -> ResponseReturnValue:
    """Change a round's settings."""
    round_, form = own_round(round_id), RoundForm()
    rule = rounds.rule_of(db_session(), round_)
    form.award_edition_id.choices = choices(_award_choices())
    settings = _settings_of(form, round_.rule_edition_id, rule)
    if not form.validate():
        _fill_rest(form, settings, rule, round_)
        return _settings_page(form, rule, round_), 422
    try:
        services.edit_round(
            db_session(),
            actor=current_actor(),
            round_=round_,
            settings=settings,
            version=form.base_version,
            reason=form.reason.data or "",
            now=now(),
        )
    except Stale as stale:
        form.version.data, form.version.raw_data = str(stale.current["version"]), None
        form.form_errors.append(
            _(
                "Somebody else changed this round meanwhile. What you typed is below;"
                " saving again replaces theirs."
            )
        )
        return _settings_page(form, rule, round_), 409
    except Invalid as refusal:
        _fill(form, refusal, rule)
        return _settings_page(form, rule, round_), 422
    flash(_("The round is changed."))
    return redirect(url_for("judging.show_round", round_id=round_.id))
