"""Seasons, the list of rounds, a round's page and its published rule."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.editions import queries as editions
from cp_circles.errors import DomainError, Invalid, NotFound
from cp_circles.judging import phases, presenting, rules, services
from cp_circles.judging.forms import CountyRoundsForm, SeasonForm
from cp_circles.judging.models import EntryState, Level, PublicList, Round, Season
from cp_circles.judging.presenting.history import round_history
from cp_circles.judging.presenting.names import cut_to
from cp_circles.judging.presenting.reading import own_round, seen_round
from cp_circles.judging.queries import entries, ladder, panels, rounds
from cp_circles.judging.queries.amendments import amendments_of
from cp_circles.judging.queries.public_lists import dates_read, held_lists, open_objections
from cp_circles.judging.views.blueprint import bp
from cp_circles.organisations import queries as organisations
from cp_circles.organisations.models import Region, RegionLevel
from cp_circles.people.models import Role, ScopeKind
from cp_circles.rulesets.schema import AwardScheme
from cp_circles.web.access import current_actor
from cp_circles.web.formats import month_name
from cp_circles.web.forms import ConfirmForm, ReasonForm, choices, whole_number
from cp_circles.web.i18n import label, locale_name
from cp_circles.web.paging import listed, requested_page
from cp_circles.web.session import clock, db_session, now, today

ROOM_FOR_NAME = 9


@bp.get("/")
def list_rounds() -> ResponseReturnValue:
    """The rounds of a season that concern the reader, as a timeline and a list."""
    session, actor = db_session(), current_actor()
    every = rounds.seasons(session)
    wanted = whole_number(request.args.get("season"))
    running = (row for row in every if row.starts_on <= today() <= row.ends_on)
    season = next((row for row in every if row.id == wanted), next(running, every[0] if every else None))
    level = next((one for one in Level if one.value == request.args.get("level")), None)
    text = request.args.get("q", "")
    asked: dict[str, Any] = {"level": level, "text": text, "number": requested_page()}
    page = rounds.rounds_seen(session, actor=actor, season_id=season.id, **asked) if season else None
    found = list(page.rows) if page else []
    known = rounds.rules_by_id(session, found)
    ids = [row.id for row in found]
    read = _dates_of_others(found)
    return render_template(
        "judging/list_rounds.html",
        seasons=every,
        season=season,
        rounds=found,
        page=listed(page) if page else None,
        level=level,
        q=text,
        all_levels=tuple(reversed(Level)),
        phases={
            row.id: phases.phase_of(row, known[row.rule_edition_id], now(), read.get(row.id)) for row in found
        },
        entries=entries.entry_counts(session, ids),
        sheets=panels.sheet_counts(session, [row.id for row in found if rules.sees_progress(actor, row)]),
        levels=_timeline(season, found, known, read) if season else [],
        months=_months(season) if season else [],
        here=_today(season) if season else None,
        presenting=presenting,
        may_open=_may_open_rounds(),
        may_open_season=_own_nation() is not None,
        keeps_calendar=actor.is_administrator,
        pays=sorted(actor.scopes(Role.DEPARTMENT, ScopeKind.COMPANY))[:1],
        may_see_judges=actor.holds_any(Role.OFFICIAL, Role.ADMINISTRATOR),
        cities=_own_cities(),
    )


def _may_open_rounds() -> bool:
    """True for whoever holds an office that holds rounds."""
    return current_actor().holds_any(Role.DEPARTMENT, Role.OFFICIAL)


def _own_nation() -> Region | None:
    """The nation whose seasons the reader opens: its official's, or for administrators the first."""
    actor = current_actor()
    every = organisations.nations(db_session())
    return next((nation for nation in every if rules.can_open_season(actor, nation.id)), None)


def _own_cities() -> list[Region]:
    """The cities and municipalities whose official the reader is."""
    ids = current_actor().scopes(Role.OFFICIAL, ScopeKind.REGION)
    found = organisations.regions_by_id(db_session(), sorted(ids))
    return [row for row in found.values() if row.level is RegionLevel.CITY or row.is_municipality]


def _share(season: Season, at: datetime) -> float:
    """Where a moment lies in the season, in per cent."""
    span = max(1, (season.ends_on - season.starts_on).days)
    passed = (at.astimezone(clock().zone).date() - season.starts_on).days
    return round(min(100.0, max(0.0, 100 * passed / span)), 2)


def _today(season: Season) -> tuple[str, float] | None:
    """Today's line on the timeline, within the season."""
    day = now().astimezone(clock().zone).date()
    return (_("today"), _share(season, now())) if season.starts_on <= day <= season.ends_on else None


def _months(season: Season) -> list[tuple[str, float]]:
    """The months of the season's year, with the place of their first day."""
    found = []
    for month in range(1, 13, 2):
        first = datetime(season.starts_on.year, month, 1, tzinfo=clock().zone)
        if season.starts_on <= first.date() <= season.ends_on:
            found.append((month_name(month), _share(season, first)))
    return found


def _dates_of_others(found: Sequence[Round]) -> dict[int, PublicList]:
    """The dates of held lists, of the rounds that the reader does not hold."""
    others = [row.id for row in found if not rules.can_organise(current_actor(), row)]
    return held_lists(db_session(), others)


def _timeline(
    season: Season, found: list[Round], known: dict[int, Any], read: dict[int, PublicList]
) -> list[dict[str, Any]]:
    """One line for each of the first rounds, the highest level first."""
    lines = []
    for round_ in found[:8]:
        rule = known[round_.rule_edition_id]
        parts = presenting.phase_lines(round_, rule, now(), read.get(round_.id))
        lines.append(
            {
                "name": presenting.level_name(round_.level),
                "count": presenting.organiser_name(round_),
                "short": cut_to(presenting.organiser_name(round_), ROOM_FOR_NAME),
                "note": None,
                "phases": [
                    {
                        "label": part.name,
                        "start": _share(season, part.starts_at),
                        "width": max(
                            0.3, _share(season, part.ends_at or now()) - _share(season, part.starts_at)
                        ),
                        "state": {"now": "now", "done": "past"}.get(part.state, "future"),
                    }
                    for part in parts
                ],
            }
        )
    return lines


@bp.get("/seasons/new")
def new_season() -> ResponseReturnValue:
    """The form of a new season, with the first year that none was opened for."""
    if _own_nation() is None:
        raise NotFound
    taken = [season.year for season in rounds.seasons(db_session())]
    year = max([now().astimezone(clock().zone).year, *(one + 1 for one in taken)])
    form = SeasonForm(
        data={
            "year": year,
            "name": _("Season %(year)s", year=year),
            "starts_on": date(year, 1, 1),
            "ends_on": date(year, 12, 31),
        }
    )
    return _season_page(form)


def _season_page(form: SeasonForm) -> str:
    """The page of the season form."""
    form.ladder_edition_id.choices = choices(_ladders())
    return render_template("judging/edit_season.html", form=form)


def _ladders() -> list[tuple[int, str]]:
    """The newest edition of every ladder."""
    return [
        (row.id, f"{editions.pack_of(row).names.in_(locale_name())} {row.edition}")
        for row in editions.latest_of_each(db_session(), "ladder")
    ]


@bp.post("/seasons/new")
def open_season() -> ResponseReturnValue:
    """Open a season."""
    form, nation = SeasonForm(), _own_nation()
    if nation is None:
        raise NotFound
    form.ladder_edition_id.choices, pack = choices(_ladders()), nation.pack
    names = ("year", "name", "starts_on", "ends_on", "ladder_edition_id")

    def act() -> ResponseReturnValue:
        season = services.open_season(
            db_session(), actor=current_actor(), pack=pack, now=now(), **form.chosen(*names)
        )
        flash(_("The season is open; its rounds can be opened now."))
        return redirect(url_for("judging.list_rounds", season=season.id))

    return form.answer(act, lambda: _season_page(form))


@bp.get("/seasons/<int:season_id>/county-rounds")
def edit_county_rounds(season_id: int) -> ResponseReturnValue:
    """Whether the reader's cities hold county rounds in a season."""
    season = rounds.season_by_id(db_session(), season_id)
    return render_template(
        "judging/edit_county_rounds.html",
        season=season,
        form=_county_form(),
        held=ladder.cities_with_county_rounds(db_session(), season),
    )


def _county_form() -> CountyRoundsForm:
    """The form with the reader's cities."""
    form = CountyRoundsForm()
    form.city_id.choices = choices([(row.id, label(row)) for row in _own_cities()])
    return form


@bp.post("/seasons/<int:season_id>/county-rounds")
def hold_county_rounds(season_id: int) -> ResponseReturnValue:
    """Say whether a city's counties hold rounds."""
    season, form = rounds.season_by_id(db_session(), season_id), _county_form()
    if not form.validate():
        held = ladder.cities_with_county_rounds(db_session(), season)
        return render_template("judging/edit_county_rounds.html", season=season, form=form, held=held), 422
    city = organisations.region_by_id(db_session(), form.city_id.data)
    services.hold_county_rounds(
        db_session(), actor=current_actor(), season=season, city=city, held=form.held.data == "1", now=now()
    )
    flash(_("Saved; the ladder of every company in the city follows it."))
    return redirect(url_for("judging.list_rounds", season=season.id))


@bp.get("/rounds/<int:round_id>")
def show_round(round_id: int) -> ResponseReturnValue:
    """A round: where it stands, its phases, its place on the ladder, and the next act."""
    session, actor, round_ = db_session(), current_actor(), seen_round(round_id)
    rule = rounds.rule_of(session, round_)
    holds = rules.can_organise(actor, round_)
    dates = round_ if holds else dates_read(session, round_)
    counts = dict(entries.entry_counts(session, [round_.id]).get(round_.id, {}))
    quotas = ladder.quotas_of(session, round_)
    units = [ladder.Unit(row.unit_kind, row.unit_id) for row in quotas]
    return render_template(
        "judging/show_round.html",
        round=round_,
        rule=rule,
        dates=dates,
        phase=phases.phase_of(round_, rule, now(), dates),
        lines=presenting.phase_lines(round_, rule, now(), dates),
        steps=ladder.steps_of(session, round_),
        quotas=quotas,
        names=ladder.unit_names(session, units),
        Unit=ladder.Unit,
        holds=holds,
        changeable=not phases.has_scoring_begun(round_, rule, now()),
        total=sum(counts.values()),
        submitted=counts.get(EntryState.SUBMITTED, 0),
        sheets=panels.sheet_counts(session, [round_.id]).get(round_.id, (0, 0)),
        judges=panels.judges_of(session, round_.id) if holds else [],
        judge=panels.judge_of(session, round_.id, actor.person_id),
        objections=open_objections(session, round_),
        next_act=_next_act(round_, rule, counts) if holds else None,
        may_enter=_may_enter(round_, rule),
        presented=any(phases.RIGHT_OF_STAGE.get(stage.key) == "present" for stage in rule.stages),
        presenting=presenting,
        confirm_form=ConfirmForm(None),
        reason_form=ReasonForm(None),
        events=round_history(session, round_, rule) if holds else [],
    )


def _may_enter(round_: Round, rule: Any) -> bool:
    """True while the reader has a result that can be entered now."""
    if not phases.right_open(round_, rule, "submit_entry", now()):
        return False
    return bool(entries.enterable_results(db_session(), actor=current_actor(), round_=round_))


def _next_act(round_: Round, rule: Any, counts: dict[EntryState, int]) -> tuple[str, str] | None:
    """The one thing that the organiser does next: its words and its page."""
    session = db_session()
    entries_page, panel = (
        url_for(name, round_id=round_.id) for name in ("judging.list_entries", "panels.show_panel")
    )
    standing = url_for("standings.show_standing", round_id=round_.id)
    if round_.finished_at is not None:
        return (_("Give the awards"), url_for("awards.propose_awards", round_id=round_.id))
    if open_objections(session, round_):
        return (_("Decide on the objection"), url_for("objections.list_objections", round_id=round_.id))
    if round_.published_at is not None:
        over = not phases.is_publicity_running(round_, now())
        return (_("Finish the round") if over else _("See the published list"), standing)
    if counts.get(EntryState.SUBMITTED) and now() >= phases.opens_at(round_, rule, "review_entry"):
        return (_("Review the entries"), entries_page)
    if round_.standing_id is not None:
        return (_("Publish the standing"), standing)
    if phases.is_scoring_over(round_, rule, now()):
        return (_("Compute the standing"), standing)
    if phases.has_scoring_begun(round_, rule, now()):
        return (_("Follow the scoring"), panel)
    if now() >= phases.opens_at(round_, rule, "review_entry"):
        return (_("Set up the panel"), panel)
    return (_("See the entries"), entries_page)


@bp.get("/rounds/<int:round_id>/rule")
def show_rule(round_id: int) -> ResponseReturnValue:
    """The published rule of a round in sentences."""
    return _rule_page(seen_round(round_id), public=False)


def _rule_page(round_: Round, *, public: bool) -> str:
    """The rule's page, inside the application or for everybody."""
    session = db_session()
    rule = rounds.rule_of(session, round_)
    rubrics = rounds.rubrics_of(session, round_)
    scheme = editions.pack(session, round_.award_edition_id, AwardScheme) if round_.award_edition_id else None
    return render_template(
        "judging/show_rule.html",
        scheme=scheme,
        awards=presenting.award_lines(scheme),
        round=round_,
        rule=rule,
        rubrics=rubrics,
        lines=presenting.rule_lines(round_, rule, rubrics),
        phase_lines=presenting.phase_lines(round_, rule, now(), dates_read(session, round_)),
        amendments=presenting.amendments(amendments_of(session, round_), rule),
        steps=ladder.steps_of(session, round_),
        presenting=presenting,
        public=public,
    )


@bp.get("/lists/<public_key>/rule")
def public_rule(public_key: str) -> ResponseReturnValue:
    """The rule of an announced round."""
    return _rule_page(rounds.round_by_public_key(db_session(), public_key), public=True)


@bp.post("/rounds/<int:round_id>/announce")
def announce_round(round_id: int) -> ResponseReturnValue:
    """Publish the rule."""
    round_ = own_round(round_id)
    services.announce_round(db_session(), actor=current_actor(), round_=round_, now=now())
    flash(_("The round is announced; its rule can be read by whom it concerns."))
    return redirect(url_for("judging.show_round", round_id=round_.id))


@bp.post("/rounds/<int:round_id>/end-phase")
def end_phase(round_id: int) -> ResponseReturnValue:
    """End the present phase now."""
    round_, form = own_round(round_id), ReasonForm()
    if not form.validate():
        flash(_("Please give the reason; the people concerned will read it."), "error")
        return redirect(url_for("judging.show_round", round_id=round_.id))
    try:
        services.end_phase_now(
            db_session(), actor=current_actor(), round_=round_, reason=form.reason.data, now=now()
        )
    except Invalid as refusal:
        raise DomainError(refusal.msgid, **refusal.values) from refusal
    flash(_("The phase has ended; the next one has begun."))
    return redirect(url_for("judging.show_round", round_id=round_.id))
