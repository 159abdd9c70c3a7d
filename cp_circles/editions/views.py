"""Pages of the rulesets: what is in force, each edition with its sources, and publishing a new one."""

from itertools import groupby
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.editions import queries, rules, services
from cp_circles.editions.forms import KIND_LABELS, EditionForm
from cp_circles.editions.models import Edition
from cp_circles.editions.services import EditionExists, PackRefused
from cp_circles.editions.shown import rows_of
from cp_circles.errors import NotAllowed, msg
from cp_circles.rulesets.schema import Notice
from cp_circles.web.access import current_actor
from cp_circles.web.i18n import locale_name, translate
from cp_circles.web.paging import page_of
from cp_circles.web.session import db_session, now

bp = Blueprint("editions", __name__, url_prefix="/rulesets")


@bp.get("")
def list_editions() -> ResponseReturnValue:
    """List the packs by kind, the newest edition of each first."""
    editions = queries.all_editions(db_session())
    return render_template(
        "editions/list_editions.html",
        groups=[
            (KIND_LABELS.get(kind, kind), list(rows))
            for kind, rows in groupby(editions, lambda row: row.kind)
        ],
        newest=_newest(editions),
        names=queries.names_of(db_session(), editions),
        locale=locale_name(),
        may_publish=rules.can_publish(current_actor()),
    )


@bp.get("/<int:edition_id>")
def show_edition(edition_id: int) -> ResponseReturnValue:
    """Show one edition: where it comes from, and each of its rows with source and confidence."""
    edition = queries.edition_by_id(db_session(), edition_id)
    pack = queries.pack_of(edition)
    return render_template(
        "editions/show_edition.html",
        edition=edition,
        kind=KIND_LABELS.get(edition.kind, edition.kind),
        pack=pack,
        page=page_of(rows_of(pack), per_page=100),
        locale=locale_name(),
        may_publish=rules.can_publish(current_actor()),
    )


@bp.get("/<int:edition_id>/text")
def download_edition(edition_id: int) -> ResponseReturnValue:
    """Hand out the text of an edition as a file."""
    edition = queries.edition_by_id(db_session(), edition_id)
    suffix = "csv" if edition.kind in ("regions", "industries") else "yaml"
    response = Response(edition.content, mimetype="text/plain")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="{edition.key}-{edition.edition}.{suffix}"'
    )
    return response


@bp.get("/new")
def new_edition() -> ResponseReturnValue:
    """The form of a new edition, filled with the text of the one it follows."""
    _require_publisher()
    after = request.args.get("after", type=int)
    source = queries.edition_by_id(db_session(), after) if after else None
    filled: dict[str, Any] = {"kind": source.kind, "text": source.content} if source else {}
    return _form_page(EditionForm(**filled))


@bp.post("")
def publish_edition() -> ResponseReturnValue:
    """Publish a new edition."""
    _require_publisher()
    form = EditionForm()
    problems: tuple[Any, ...] = ()
    if form.validate():
        try:
            edition = services.publish_edition(
                db_session(), actor=current_actor(), kind=form.kind.data, text=form.text.data, now=now()
            )
            asked = _("The notice is published; everybody reads it and is asked to agree before going on.")
            held = _("The edition is published; it holds for what is registered from now on.")
            flash(asked if edition.kind == queries.kind_of(Notice) else held, "success")
            return redirect(url_for("editions.show_edition", edition_id=edition.id), 303)
        except PackRefused as refusal:
            problems = refusal.problems
            form.fill_from(refusal)
        except EditionExists as refusal:
            form.form_errors.append(translate(refusal.msgid, refusal.values))
    return _form_page(form, problems), 422


def _form_page(form: EditionForm, problems: tuple[Any, ...] = ()) -> str:
    return render_template("editions/new_edition.html", form=form, problems=problems)


def _require_publisher() -> None:
    if not rules.can_publish(current_actor()):
        raise NotAllowed(msg("Only an administrator publishes rulesets."))


def _newest(editions: list[Edition]) -> set[int]:
    newest: dict[tuple[str, str], int] = {}
    for row in editions:
        newest.setdefault((row.kind, row.key), row.id)
    return set(newest.values())
