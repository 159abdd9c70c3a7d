"""Entering results, the list of entries, formal review, completion, withdrawal, blind numbers and pages."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.db.events import events_of
from cp_circles.errors import Invalid, NotFound
from cp_circles.files import queries as files
from cp_circles.judging import phases, presenting, rules, services
from cp_circles.judging.forms import CompletionForm, EnterForm, ReviewForm, answers_of, review_form
from cp_circles.judging.models import Entry, EntryState, Round, SheetState, StandingRow
from cp_circles.judging.presenting.reading import given_reason, own_round, seen_round, storage
from cp_circles.judging.queries import entries, panels, rounds
from cp_circles.judging.queries.public_lists import dates_read, read_rows
from cp_circles.judging.queries.reviews import found_answers, reviews_of
from cp_circles.judging.services.reviewing import can_review_now
from cp_circles.judging.views.blueprint import bp
from cp_circles.results import queries as results
from cp_circles.results import services as result_services
from cp_circles.results.report import report_of
from cp_circles.rulesets.schema import RoundRule
from cp_circles.web.access import current_actor
from cp_circles.web.downloads import send_content
from cp_circles.web.forms import ConfirmForm, ReasonForm, choices
from cp_circles.web.history import Line, history_lines
from cp_circles.web.i18n import locale_name
from cp_circles.web.paging import listed, requested_page
from cp_circles.web.session import db_session, now, today

STRUCK = "struck"
OF_THE_PANEL = frozenset({"judging.assign_judge", "judging.unassign_judge"})


@bp.get("/rounds/<int:round_id>/entries")
def list_entries(round_id: int) -> ResponseReturnValue:
    """What was entered in a round, for those who hold it."""
    session, round_ = db_session(), own_round(round_id)
    asked = request.args.get("state")
    state = next((one for one in EntryState if one.value == asked), None)
    track = request.args.get("track", "")
    found = entries.entries_listed(
        session, round_.id, state=state, struck=asked == STRUCK, track=track, number=requested_page()
    )
    counts, struck = entries.counts_listed(session, round_.id)
    return render_template(
        "judging/list_entries.html",
        round=round_,
        entries=found.rows,
        page=listed(found),
        state=state,
        track=track,
        counts=counts,
        struck=struck,
        asked=asked if state or asked == STRUCK else None,
        states=tuple(EntryState),
        unconfirmed=entries.unconfirmed_pages(session, [row.result_id for row in found.rows]),
        today=today(),
        presenting=presenting,
        may_number=entries.waits_for_number(session, round_.id),
        confirm_form=ConfirmForm(None),
    )


@bp.post("/rounds/<int:round_id>/blind-numbers")
def give_blind_numbers(round_id: int) -> ResponseReturnValue:
    """Draw the random numbers."""
    round_ = own_round(round_id)
    given = services.give_blind_numbers(db_session(), actor=current_actor(), round_=round_, now=now())
    flash(_("Entries that have their random number now: %(count)s.", count=given))
    return redirect(url_for("panels.show_panel", round_id=round_.id))


@bp.get("/rounds/<int:round_id>/enter")
def new_entry(round_id: int) -> ResponseReturnValue:
    """The reader's frozen results that can enter this round."""
    return _enter_page(round_id, EnterForm())


def _enter_page(round_id: int, form: EnterForm) -> str:
    """The page on which a result is chosen."""
    round_ = seen_round(round_id)
    rule = rounds.rule_of(db_session(), round_)
    found = entries.enterable_results(db_session(), actor=current_actor(), round_=round_)
    form.result_id.choices = choices([(row.id, row.title) for row in found])
    return render_template(
        "judging/enter_result.html",
        round=round_,
        form=form,
        results=found,
        is_open=phases.right_open(round_, rule, "submit_entry", now()),
        deadline=presenting.deadline_text(phases.closes_at(round_, rule, "submit_entry"), now()),
    )


@bp.post("/rounds/<int:round_id>/enter")
def enter_result(round_id: int) -> ResponseReturnValue:
    """Enter the chosen result."""
    round_, form = seen_round(round_id), EnterForm()
    found = entries.enterable_results(db_session(), actor=current_actor(), round_=round_)
    form.result_id.choices = choices([(row.id, row.title) for row in found])

    def act() -> ResponseReturnValue:
        result = next(row for row in found if row.id == form.result_id.data)
        entry = services.enter_result(
            db_session(), actor=current_actor(), round_=round_, result=result, now=now()
        )
        flash(_("The result is entered. It can be withdrawn until the round closes for entries."))
        return redirect(url_for("judging.show_entry", entry_id=entry.id))

    return form.answer(act, lambda: _enter_page(round_id, form))


@bp.get("/entries/<int:entry_id>")
def show_entry(entry_id: int) -> ResponseReturnValue:
    """An entry: its state, its review, and what the reader can do about it."""
    return _entry_page(_entry(entry_id))


def _entry(entry_id: int) -> Entry:
    """The entry, if the reader may see it."""
    return entries.entry_for(db_session(), actor=current_actor(), entry_id=entry_id)


def _own_entry(entry_id: int) -> Entry:
    """The entry, if the reader may complete or withdraw it."""
    entry = _entry(entry_id)
    project = entry.result.project
    if not rules.can_enter_result(
        current_actor(), company_id=project.company_id, circle_id=project.circle_id
    ):
        raise NotFound
    return entry


def _entry_page(
    entry: Entry, review: ReviewForm | None = None, completion: CompletionForm | None = None
) -> str:
    """The page of one entry."""
    session, actor, round_ = db_session(), current_actor(), entry.round_
    rule = rounds.rule_of(session, round_)
    project = entry.result.project
    holds = rules.can_organise(actor, round_)
    own = rules.can_enter_result(actor, company_id=project.company_id, circle_id=project.circle_id)
    shown = round_.published_at is not None or round_.finished_at is not None
    read = read_rows(session, [entry.id]).get(entry.id)
    row = entries.latest_row_of(session, entry.id) if holds else read
    reviewable = entry.state in (EntryState.SUBMITTED, EntryState.TO_COMPLETE, EntryState.DEFERRED)
    return render_template(
        "judging/show_entry.html",
        entry=entry,
        round=round_,
        project=project,
        holds=holds,
        state=presenting.state_shown(entry, entry.state if holds else presenting.state_read(entry, read)),
        row=row,
        working=_working(entry, row, rule, holds) if row else None,
        figures=presenting.own_figures(row, round_, int(rule.decimals.value)) if row else [],
        way=_way(entry),
        comments=_comments(entry) if shown and (own or holds) else [],
        review=(review or _review_form(entry))
        if holds and reviewable and can_review_now(session, entry, now())
        else None,
        completion=(completion or _completion_form(entry))
        if own and entry.state is EntryState.TO_COMPLETE
        else None,
        may_withdraw=own
        and entry.disqualified_at is None
        and entry.state in (EntryState.SUBMITTED, EntryState.ACCEPTED, EntryState.TO_COMPLETE)
        and _open(round_, rule, "withdraw_entry"),
        review_from=phases.opens_at(round_, rule, "review_entry")
        if reviewable and phases.opens_at(round_, rule, "review_entry") > now()
        else None,
        unconfirmed=entries.unconfirmed_pages(session, [entry.result_id]).get(entry.result_id, 0),
        presenting=presenting,
        **_review_values(entry, rule, sees=holds or own),
        reason_form=ReasonForm(None),
        events=_history(entry, holds) if holds or own else [],
    )


def _review_values(entry: Entry, rule: RoundRule, *, sees: bool) -> dict[str, Any]:
    """The checklist, what the records say to it, and the reviews so far, for organiser and entrant."""
    past = reviews_of(db_session(), entry.id) if sees else ()
    return {
        "checks": rule.formal_checks,
        "found": found_answers(db_session(), entry, rule) if sees else {},
        "reviews": past,
        "lacking": [check for check in rule.formal_checks if past and past[0].checks.get(check.key) == "no"],
        "overdue": entry.state is EntryState.TO_COMPLETE
        and entry.complete_by is not None
        and entry.complete_by < today(),
    }


def _way(entry: Entry) -> list[presenting.WayStep]:
    """The rounds in which the result stands, if there is more than this one."""
    session, actor = db_session(), current_actor()
    found = entries.entries_of_results(session, [entry.result_id])
    if len(found) < 2:
        return []
    rows = read_rows(session, [row.id for row in found])
    companies, circles = rounds.own_company_ids(session, actor), rounds.own_circle_ids(session, actor)
    seen = {row.id for row in found if rules.can_see_entry(actor, row, companies, circles)}
    return presenting.way_of(entry, found, rows, seen)


def _history(entry: Entry, holds: bool) -> list[Line]:
    """The entry's history; its circle is not told who was to judge it."""
    events = events_of(db_session(), entry)
    return history_lines(db_session(), [row for row in events if holds or row.verb not in OF_THE_PANEL])


def _open(round_: Round, rule: RoundRule, right: str) -> bool:
    return phases.right_open(round_, rule, right, now())


def _working(entry: Entry, row: StandingRow, rule: RoundRule, holds: bool) -> presenting.EntryWorking:
    session, round_ = db_session(), entry.round_
    dates = round_ if holds else dates_read(session, round_)
    rubrics = rounds.rubrics_of(session, round_)[entry.track_key]
    return presenting.row_working(row, rule, rubrics, finished=dates.finished_at is not None)


def _comments(entry: Entry) -> list[tuple[int, str, str]]:
    """The judges' comments by number, as the circle reads them."""
    session = db_session()
    numbers = {judge.person_id: judge.number for judge in panels.judges_of(session, entry.round_id)}
    rubrics = rounds.rubrics_of(session, entry.round_)[entry.track_key]
    found = []
    for sheet in panels.sheets_of_entries(session, entry.round_id, [entry.id]):
        if sheet.state is not SheetState.SUBMITTED:
            continue
        number = numbers.get(sheet.judge_id, 0)
        for row in rubrics[sheet.stage].criteria:
            if sheet.comments.get(row.key):
                found.append((number, row.names.in_(locale_name()), sheet.comments[row.key]))
        if sheet.comment:
            found.append((number, _("Overall"), sheet.comment))
    return sorted(found, key=lambda line: line[0])


def _review_form(entry: Entry) -> ReviewForm:
    rule = rounds.rule_of(db_session(), entry.round_)
    before = next((dict(row.checks) for row in reviews_of(db_session(), entry.id)), {})
    return review_form(rule, before | found_answers(db_session(), entry, rule), locale_name())


def _completion_form(entry: Entry) -> CompletionForm:
    form = CompletionForm()
    newer = [row for row in results.results_of_project(db_session(), entry.result.project_id) if row.sha256]
    form.result_id.choices = choices([(row.id, f"{row.title} · {(row.sha256 or '')[:12]}") for row in newer])
    if form.result_id.data is None:
        form.result_id.data = entry.result_id
    return form


@bp.get("/entries/<int:entry_id>/report")
def show_report(entry_id: int) -> ResponseReturnValue:
    """The frozen result as it was entered, for those who hold the round."""
    entry = _entry(entry_id)
    own_round(entry.round_id)
    if entry.result.package is None:
        raise NotFound
    report = report_of(entry.result.package, locale_name(), _)
    return render_template(
        "judging/show_report.html",
        entry=entry,
        round=entry.round_,
        report=report,
        csv_urls=None,
        presenting=presenting,
    )


@bp.post("/entries/<int:entry_id>/review")
def review_entry(entry_id: int) -> ResponseReturnValue:
    """Give the outcome of the formal review."""
    entry = _entry(entry_id)
    own_round(entry.round_id)
    form = _review_form(entry)
    if not form.validate():
        return _entry_page(entry, review=form), 422
    try:
        services.review_entry(
            db_session(),
            actor=current_actor(),
            entry=entry,
            outcome=form.outcome.data,
            reason=form.reason.data or "",
            complete_by=form.complete_by.data,
            checks=answers_of(form),
            now=now(),
        )
    except Invalid as refusal:
        form.fill_from(refusal)
        return _entry_page(entry, review=form), 422
    flash(_("Reviewed."))
    waiting = entries.entries_listed(db_session(), entry.round_id, state=EntryState.SUBMITTED, size=1)
    if waiting.rows:
        return redirect(url_for("judging.show_entry", entry_id=waiting.rows[0].id))
    return redirect(url_for("judging.list_entries", round_id=entry.round_id))


@bp.post("/entries/<int:entry_id>/complete")
def complete_entry(entry_id: int) -> ResponseReturnValue:
    """Hand in what was asked for."""
    entry = _own_entry(entry_id)
    form = _completion_form(entry)
    if not form.validate():
        return _entry_page(entry, completion=form), 422
    result = results.result_by_id(db_session(), form.result_id.data) if form.result_id.data else None
    try:
        services.complete_entry(
            db_session(), actor=current_actor(), entry=entry, note=form.note.data, result=result, now=now()
        )
    except Invalid as refusal:
        form.fill_from(refusal)
        return _entry_page(entry, completion=form), 422
    flash(_("Handed in; the organiser reviews it again."))
    return redirect(url_for("judging.show_entry", entry_id=entry.id))


@bp.post("/entries/<int:entry_id>/withdraw")
def withdraw_entry(entry_id: int) -> ResponseReturnValue:
    """Take the entry back."""
    entry, reason = _own_entry(entry_id), given_reason()
    if reason is not None:
        services.withdraw_entry(db_session(), actor=current_actor(), entry=entry, reason=reason, now=now())
        flash(_("The entry is withdrawn."))
    return redirect(url_for("judging.show_entry", entry_id=entry.id))


@bp.get("/entries/<int:entry_id>/blind-pages")
def blind_pages(entry_id: int) -> ResponseReturnValue:
    """The pages that judges would see, to be confirmed by the formal reviewer."""
    entry = _entry(entry_id)
    own_round(entry.round_id)
    return render_template(
        "judging/blind_pages.html",
        entry=entry,
        round=entry.round_,
        pages=results.blind_pages_of(db_session(), entry.result_id),
        being_made=entry.result.blind_ready_at is None,
        confirm_form=ConfirmForm(None),
    )


@bp.get("/entries/<int:entry_id>/blind-pages/<int:page_id>")
def blind_page_image(entry_id: int, page_id: int) -> ResponseReturnValue:
    """One page image as it would be shown."""
    entry = _entry(entry_id)
    own_round(entry.round_id)
    page = results.blind_page(db_session(), entry.result, page_id)
    if page.shown_sha256 is None:
        raise NotFound
    blob = files.blob_by_hash(db_session(), page.shown_sha256)
    stream = files.open_blob(storage(), blob)
    name = f"page-{page.position}.png"
    return send_content(stream, sha256=blob.sha256, media_type=blob.media_type, name=name, shown=True)


@bp.post("/entries/<int:entry_id>/blind-pages/<int:page_id>")
def confirm_blind_page(entry_id: int, page_id: int) -> ResponseReturnValue:
    """Confirm that a page shows no identity."""
    entry = _entry(entry_id)
    own_round(entry.round_id)
    phases.require_unpublished(entry.round_)
    page = results.blind_page(db_session(), entry.result, page_id)
    result_services.confirm_blind_page(
        db_session(), actor=current_actor(), page=page, entered=True, now=now()
    )
    flash(_("The page is confirmed; judges are shown it."))
    return redirect(url_for("judging.blind_pages", entry_id=entry.id))
