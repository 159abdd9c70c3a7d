"""Pages of announcements: reading them, writing them, and what stands on the home."""

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.announcements import queries, rules, services
from cp_circles.announcements.forms import AnnouncementForm
from cp_circles.announcements.models import Announcement
from cp_circles.files.kinds import FileRefused
from cp_circles.files.models import Blob
from cp_circles.files.naming import may_be_shown, safe_name
from cp_circles.files.queries import open_blob
from cp_circles.files.services import store_blob
from cp_circles.files.storage import LocalStorage
from cp_circles.web.access import current_actor
from cp_circles.web.downloads import send_content
from cp_circles.web.forms import ConfirmForm, ReasonForm
from cp_circles.web.i18n import label
from cp_circles.web.paging import listed, page_of, requested_page
from cp_circles.web.session import db_session, now, settings, today
from cp_circles.web.uploads import read_uploads

bp = Blueprint("announcements", __name__, url_prefix="/announcements")


def unread_announcements() -> list[Announcement]:
    """What is announced to the reader and not confirmed, for the home."""
    return queries.unread_for(db_session(), actor=current_actor(), today=today())


bp.add_app_template_global(unread_announcements)


@bp.get("")
def list_announcements() -> ResponseReturnValue:
    """What is announced to the reader now."""
    session, actor = db_session(), current_actor()
    page = page_of(queries.announcements_for(session, actor=actor, today=today()))
    return render_template(
        "announcements/list_announcements.html",
        page=page,
        read=queries.read_by(session, actor, page.items),
        names=queries.scopes_of(session, page.items),
        may_announce=rules.can_announce_anywhere(actor),
    )


@bp.get("/managed")
def list_managed() -> ResponseReturnValue:
    """All announcements of the reader's company, region or platform, with how many have confirmed."""
    session = db_session()
    found = queries.managed_by(session, actor=current_actor(), page=requested_page())
    return render_template(
        "announcements/list_managed.html",
        page=listed(found),
        counts=queries.read_counts(session, [row.id for row in found.rows]),
        names=queries.scopes_of(session, found.rows),
    )


@bp.get("/new")
def new_announcement() -> ResponseReturnValue:
    """The form of an announcement."""
    form = _form()
    form.starts_on.data = form.starts_on.data or today()
    return _new_page(form)


@bp.post("")
def announce() -> ResponseReturnValue:
    """Announce it, with its attachments."""
    form = _form()

    def act() -> ResponseReturnValue:
        kind, scope_id = form.chosen_scope
        made = services.announce(
            db_session(),
            actor=current_actor(),
            scope_kind=kind,
            scope_id=scope_id,
            roles=form.chosen_roles,
            files=_stored(form),
            today=today(),
            now=now(),
            **form.chosen("title", "text", "starts_on", "ends_on", "pinned", "by_mail"),
        )
        flash(_("It is announced."), "success")
        return redirect(url_for("announcements.show_announcement", announcement_id=made.id), 303)

    return form.answer(act, lambda: _new_page(form))


@bp.get("/<int:announcement_id>")
def show_announcement(announcement_id: int) -> ResponseReturnValue:
    """One announcement; who manages it sees how many have confirmed, never who."""
    session, actor = db_session(), current_actor()
    found = _announcement(announcement_id)
    manages = rules.can_manage(actor, found)
    return render_template(
        "announcements/show_announcement.html",
        row=found,
        name=queries.scopes_of(session, [found])[found.id],
        is_read=found.id in queries.read_by(session, actor, [found]),
        is_current=found.is_current(today()),
        manages=manages,
        count=queries.read_counts(session, [found.id]).get(found.id, 0) if manages else 0,
        reached=len(queries.audience_of(session, found, now())) if manages else 0,
        confirm=ConfirmForm(None),
        reason=ReasonForm(None),
    )


@bp.post("/<int:announcement_id>/read")
def confirm_reading(announcement_id: int) -> ResponseReturnValue:
    """Confirm to have read it."""
    found = _announcement(announcement_id)
    services.confirm_reading(db_session(), actor=current_actor(), announcement=found, now=now())
    return redirect(url_for("announcements.list_announcements"), 303)


@bp.post("/<int:announcement_id>/withdraw")
def withdraw(announcement_id: int) -> ResponseReturnValue:
    """Take it back, with a reason."""
    found, form = _announcement(announcement_id), ReasonForm()
    reason = str(form.reason.data or "") if form.validate() else ""
    services.withdraw(db_session(), actor=current_actor(), announcement=found, reason=reason, now=now())
    flash(_("The announcement is withdrawn."), "success")
    return redirect(url_for("announcements.list_managed"), 303)


@bp.get("/<int:announcement_id>/files/<int:file_id>")
def download(announcement_id: int, file_id: int) -> Response:
    """One attachment, for whoever may read the announcement."""
    kept = queries.file_of(db_session(), _announcement(announcement_id), file_id)
    media_type = kept.blob.media_type
    return send_content(
        open_blob(_storage(), kept.blob),
        sha256=kept.sha256,
        media_type=media_type,
        name=safe_name(kept.name, media_type),
        shown=may_be_shown(media_type),
    )


def _announcement(announcement_id: int) -> Announcement:
    return queries.announcement_for(
        db_session(), actor=current_actor(), announcement_id=announcement_id, today=today()
    )


def _form() -> AnnouncementForm:
    form = AnnouncementForm()
    found = queries.scopes_for(db_session(), current_actor())
    form.offer([(f"{kind.value}:{id_}", label(place) or _("Everybody")) for kind, id_, _path, place in found])
    return form


def _new_page(form: AnnouncementForm) -> str:
    return render_template("announcements/new_announcement.html", form=form)


def _stored(form: AnnouncementForm) -> list[tuple[Blob, str]]:
    """The attachments, stored; a refused one is told beside the field."""
    uploads = read_uploads(form.files.data or [], field="files")
    try:
        return [
            (store_blob(db_session(), _storage(), each.content, each.name, now()), each.name)
            for each in uploads
        ]
    except FileRefused as refusal:
        refusal.field = "files"
        raise


def _storage() -> LocalStorage:
    return LocalStorage(settings().evidence_folder)
