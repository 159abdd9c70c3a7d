"""Pages of results: the report, the freeze, the blind copy."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from cp_circles.errors import DomainError, NotFound, Stale, msg
from cp_circles.files.queries import blob_by_hash, open_blob
from cp_circles.people.models import Role, ScopeKind
from cp_circles.projects.models import Project
from cp_circles.projects.queries import project_for
from cp_circles.results import queries, rules, services
from cp_circles.results.canonical import canonical_json, sha256_of
from cp_circles.results.documents.figures import unrecorded
from cp_circles.results.forms import BoxesForm, FreezeForm, ResultFilter, ResultForm, box_rows
from cp_circles.results.models import BlindPage, Result, ResultState
from cp_circles.results.report import Report, report_of
from cp_circles.results.views.blueprint import bp, result_of, storage
from cp_circles.savings.rules import can_see_savings
from cp_circles.web.access import current_actor
from cp_circles.web.downloads import send_content
from cp_circles.web.forms import ConfirmForm, ReasonForm
from cp_circles.web.history import history_of
from cp_circles.web.i18n import enum_label, locale_name, register_labels
from cp_circles.web.paging import listed, requested_page
from cp_circles.web.session import db_session, now
from cp_circles.web.versions import show_stale

register_labels(
    {
        ResultState.DRAFT: msg("Draft"),
        ResultState.FROZEN: msg("Frozen"),
        ResultState.WITHDRAWN: msg("Withdrawn"),
        ResultState.REVOKED: msg("Revoked"),
    }
)


def _to(result: Result, endpoint: str = "results.show_result") -> ResponseReturnValue:
    return redirect(url_for(endpoint, result_id=result.id), 303)


@bp.get("")
def list_results() -> ResponseReturnValue:
    """The results that the reader may see."""
    form, session = ResultFilter(), db_session()
    form.state.choices = [SelectChoice("", _("Any"))]
    form.state.choices += [SelectChoice(state.value, enum_label(state)) for state in ResultState]
    page = queries.results_listed(
        session,
        actor=current_actor(),
        states=[state for state in ResultState if state.value == form.state.data],
        text=form.q.data or "",
        sort=request.args.get("sort", "newest"),
        page=requested_page(),
    )
    return render_template(
        "results/list_results.html",
        page=listed(page),
        form=form,
        waiting=queries.unconfirmed_counts(session, [row.id for row in page.rows]),
        to_write=queries.projects_without_result(session, current_actor()),
        desks=_desks(),
        is_filtered=any(request.args.get(name) for name in ("q", "state")),
    )


def _desks() -> list[int]:
    """The company whose templates and audit pack the reader keeps; none for whoever keeps several."""
    kept = current_actor().scopes(Role.DEPARTMENT, ScopeKind.COMPANY)
    return list(kept) if len(kept) == 1 else []


@bp.get("/project/<int:project_id>")
def project_results(project_id: int) -> ResponseReturnValue:
    """Go to a project's result, or to the form of its first one."""
    project = project_for(db_session(), actor=current_actor(), project_id=project_id)
    live = queries.live_result_of(db_session(), project.id)
    if live is not None:
        return redirect(url_for("results.show_result", result_id=live.id))
    return _draft_page(project, ResultForm(data={"title": project.title}))


@bp.post("/project/<int:project_id>")
def draft_result(project_id: int) -> ResponseReturnValue:
    """Begin the result of a completed project."""
    project = project_for(db_session(), actor=current_actor(), project_id=project_id)
    form = ResultForm()

    def act() -> ResponseReturnValue:
        result = services.draft_result(
            db_session(),
            actor=current_actor(),
            project=project,
            now=now(),
            **form.chosen("title", "summary", "intangible"),
        )
        flash(_("The draft of the result is saved. Its figures follow the project until you freeze it."))
        return _to(result)

    return form.answer(act, lambda: _draft_page(project, form))


def _draft_page(project: Project, form: ResultForm) -> str:
    return render_template(
        "results/draft_result.html",
        project=project,
        form=form,
        earlier=queries.results_of_project(db_session(), project.id),
        may_write=rules.can_draft_result(current_actor(), project) and project.state in rules.FINISHED,
        is_finished=project.state in rules.FINISHED,
    )


@bp.get("/<int:result_id>")
def show_result(result_id: int) -> ResponseReturnValue:
    """The report: from the frozen package, or, marked as a draft, from what is stored now."""
    return _report_page(result_of(result_id), ReasonForm())


def _report_page(result: Result, reason: ReasonForm) -> str:
    session, actor = db_session(), current_actor()
    report = report_of(queries.package_of(session, result), locale_name(), _)
    may_write = rules.can_draft_result(actor, result.project)
    return render_template(
        "results/show_result.html",
        result=result,
        report=report,
        is_draft=result.package is None,
        waiting=queries.unconfirmed_counts(session, [result.id]).get(result.id, 0),
        copying=queries.blind_copy_job(session, result),
        may_edit=may_write and rules.is_editable(result),
        may_withdraw=may_write and result.state in rules.LIVE,
        may_revoke=rules.can_revoke_result(actor, result) and rules.is_frozen(result),
        sees_blind=result.package is not None
        and (rules.can_paint(actor, result) or rules.can_confirm_blind_page(actor, result)),
        reason=reason,
        explains=_explains(result, report),
        csv_urls=[
            url_for("results.saving_csv", result_id=result.id, place=place)
            for place in range(1, len(report.savings) + 1)
        ],
    )


def _explains(result: Result, report: Report) -> list[str | None]:
    """The page that opens each saving's claim, for those who may see the project's savings."""
    if not can_see_savings(current_actor(), result.project):
        return []
    return [
        url_for("savings.explain_claim", claim_id=saving.claim_id)
        if saving.claim_id is not None and saving.method
        else None
        for saving in report.savings
    ]


@bp.get("/<int:result_id>/package.json")
def download_package(result_id: int) -> ResponseReturnValue:
    """The frozen package as the very text that was hashed."""
    result = result_of(result_id)
    if result.package is None:
        raise NotFound
    answer = Response(canonical_json(result.package), mimetype="application/json")
    name = f"result-{result.id}-{(result.sha256 or '')[:12]}.json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@bp.get("/<int:result_id>/savings/<int:place>.csv")
def saving_csv(result_id: int, place: int) -> ResponseReturnValue:
    """The numbers of one run chart of the report."""
    result = result_of(result_id)
    report = report_of(queries.package_of(db_session(), result), locale_name(), _)
    chart = report.savings[place - 1].chart if 0 < place <= len(report.savings) else None
    if chart is None:
        raise NotFound
    answer = Response("\ufeff" + chart.table.csv(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="result-{result.id}-saving-{place}.csv"'
    return answer


@bp.get("/<int:result_id>/edit")
def edit_result(result_id: int) -> ResponseReturnValue:
    """The form of the texts."""
    result = result_of(result_id)
    if not rules.is_editable(result):
        raise DomainError
    return render_template("results/edit_result.html", result=result, form=ResultForm(obj=result))


@bp.post("/<int:result_id>/edit")
def save_result(result_id: int) -> ResponseReturnValue:
    """Save the texts."""
    result, form = result_of(result_id), ResultForm()

    def act() -> ResponseReturnValue:
        services.edit_result(
            db_session(),
            actor=current_actor(),
            result=result,
            version=form.base_version,
            now=now(),
            **form.chosen("title", "summary", "intangible"),
        )
        flash(_("The result is saved."))
        return _to(result)

    back = url_for("results.show_result", result_id=result.id)
    return form.answer(
        act,
        lambda: render_template("results/edit_result.html", result=result, form=form),
        lambda stale: show_stale(form, stale, back_url=back),
    )


@bp.get("/<int:result_id>/freeze")
def confirm_freeze(result_id: int) -> ResponseReturnValue:
    """What would be frozen, with its hash."""
    result = result_of(result_id)
    return _freeze_page(result, FreezeForm(data={"version": str(result.version)}))


def _freeze_page(result: Result, form: FreezeForm) -> str:
    if not rules.is_editable(result):
        raise DomainError
    package = queries.package_of(db_session(), result)
    report = report_of(package, locale_name(), _)
    return render_template(
        "results/confirm_freeze.html",
        result=result,
        form=form,
        report=report,
        sha256=sha256_of(package),
        unrecorded=unrecorded(package),
        unverified=[saving for saving in report.savings if saving.verified is None],
        unsigned=[effect for effect in report.effects if effect["state"] != "confirmed"],
    )


@bp.post("/<int:result_id>/freeze")
def freeze_result(result_id: int) -> ResponseReturnValue:
    """Freeze the package."""
    result, form = result_of(result_id), FreezeForm()

    def act() -> ResponseReturnValue:
        services.freeze_result(
            db_session(), actor=current_actor(), result=result, version=form.base_version, now=now()
        )
        flash(_("The result is frozen. Cover faces, names and logos on its pages, then enter it."))
        return _to(result)

    def look_again(stale: Stale) -> ResponseReturnValue:
        flash(_("The result was changed meanwhile; please check it once more."), "warn")
        return _to(result, "results.confirm_freeze")

    return form.answer(act, lambda: _freeze_page(result, form), look_again)


@bp.post("/<int:result_id>/withdraw")
def withdraw_result(result_id: int) -> ResponseReturnValue:
    """Take the result back."""
    result, form = result_of(result_id), ReasonForm()

    def act() -> ResponseReturnValue:
        services.withdraw_result(
            db_session(), actor=current_actor(), result=result, reason=str(form.reason.data), now=now()
        )
        flash(_("The result is withdrawn."))
        return _to(result)

    return form.answer(act, lambda: _report_page(result, form))


@bp.post("/<int:result_id>/revoke")
def revoke_result(result_id: int) -> ResponseReturnValue:
    """Declare the result void."""
    result, form = result_of(result_id), ReasonForm()

    def act() -> ResponseReturnValue:
        services.revoke_result(
            db_session(), actor=current_actor(), result=result, reason=str(form.reason.data), now=now()
        )
        flash(_("The result is revoked."))
        return _to(result)

    return form.answer(act, lambda: _report_page(result, form))


@bp.get("/<int:result_id>/blind")
def blind_pages(result_id: int) -> ResponseReturnValue:
    """The pages that judges are shown once they are confirmed."""
    result = _blind_result(result_id)
    report = report_of(result.blind_package or {}, locale_name(), _)
    return render_template(
        "results/blind_pages.html",
        result=result,
        pages=queries.blind_pages_of(db_session(), result.id),
        copying=queries.blind_copy_job(db_session(), result),
        report=report,
        may_confirm=rules.can_confirm_blind_page(current_actor(), result) and rules.is_frozen(result),
        confirm=ConfirmForm(),
    )


def _blind_result(result_id: int) -> Result:
    result, actor = result_of(result_id), current_actor()
    seen = rules.can_paint(actor, result) or rules.can_confirm_blind_page(actor, result)
    if result.blind_package is None or not seen:
        raise NotFound
    return result


def _page(result_id: int, page_id: int) -> BlindPage:
    return queries.blind_page(db_session(), _blind_result(result_id), page_id)


@bp.get("/<int:result_id>/blind/<int:page_id>/image")
def blind_page_image(result_id: int, page_id: int) -> ResponseReturnValue:
    """One page image as it would be shown."""
    page = _page(result_id, page_id)
    blob = blob_by_hash(db_session(), page.shown_sha256 or "")
    return send_content(
        open_blob(storage(), blob),
        sha256=blob.sha256,
        media_type=blob.media_type,
        name=f"page-{page.position}.png",
        shown=True,
    )


@bp.get("/<int:result_id>/blind/<int:page_id>")
def edit_boxes(result_id: int, page_id: int) -> ResponseReturnValue:
    """One page with the form of its boxes."""
    page = _page(result_id, page_id)
    return _boxes_page(page, BoxesForm(data={"boxes": [*box_rows(page.boxes), {}, {}]}))


@bp.post("/<int:result_id>/blind/<int:page_id>")
def paint_boxes(result_id: int, page_id: int) -> ResponseReturnValue:
    """Cover parts of the page."""
    page, form = _page(result_id, page_id), BoxesForm()

    def act() -> ResponseReturnValue:
        services.paint_boxes(
            db_session(), storage(), actor=current_actor(), page=page, boxes=form.values, now=now()
        )
        flash(_("The boxes are painted; the page waits for its confirmation."))
        return redirect(url_for("results.edit_boxes", result_id=result_id, page_id=page_id), 303)

    return form.answer(act, lambda: _boxes_page(page, form))


def _boxes_page(page: BlindPage, form: BoxesForm) -> str:
    actor, result = current_actor(), page.result
    pages = list(queries.blind_pages_of(db_session(), result.id))
    place = next(place for place, one in enumerate(pages) if one.id == page.id)
    return render_template(
        "results/edit_boxes.html",
        result=result,
        page=page,
        form=form,
        previous=pages[place - 1] if place else None,
        following=pages[place + 1] if place + 1 < len(pages) else None,
        may_paint=rules.is_frozen(result),
        may_confirm=rules.can_confirm_blind_page(actor, result) and rules.is_frozen(result),
        confirm=ConfirmForm(formdata=None),
    )


@bp.post("/<int:result_id>/blind/<int:page_id>/confirm")
def confirm_blind_page(result_id: int, page_id: int) -> ResponseReturnValue:
    """Confirm that a page shows no identity, and go on to the next that waits."""
    page = _page(result_id, page_id)
    services.confirm_blind_page(db_session(), actor=current_actor(), page=page, now=now())
    flash(_("The page is confirmed; judges are shown it."))
    waiting = [one for one in queries.blind_pages_of(db_session(), result_id) if one.confirmed_at is None]
    if waiting:
        return redirect(url_for("results.edit_boxes", result_id=result_id, page_id=waiting[0].id), 303)
    return redirect(url_for("results.blind_pages", result_id=result_id), 303)


@bp.get("/<int:result_id>/history")
def show_history(result_id: int) -> ResponseReturnValue:
    """Who did what, when and why."""
    result = result_of(result_id)
    context: dict[str, Any] = {"result": result, "events": history_of(db_session(), result)}
    return render_template("results/show_history.html", **context)
