"""One's own account: devices, password, the password once more before signing, drafts."""

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.people import queries, services
from cp_circles.people.forms import ChangePasswordForm, PasswordForm
from cp_circles.people.views.blueprint import bp
from cp_circles.people.views.shown import device_name, shown_grants
from cp_circles.web.access import current_actor, signed_in
from cp_circles.web.csrf import FIELD
from cp_circles.web.formats import datetime_text
from cp_circles.web.forms import ConfirmForm
from cp_circles.web.history import history_lines
from cp_circles.web.session import db_session, now, separate_session
from cp_circles.web.switches import local_next


@bp.get("/account")
def my_account() -> ResponseReturnValue:
    """Show one's roles, devices and password form."""
    return _account_page(ChangePasswordForm())


def _account_page(form: ChangePasswordForm) -> str:
    me = signed_in()
    return render_template(
        "people/my_account.html",
        form=form,
        confirm=ConfirmForm(),
        person=queries.person_by_id(db_session(), me.person_id),
        grants=shown_grants(db_session(), queries.grants_of(db_session(), me.person_id, now())),
        sign_ins=queries.sign_ins_of(db_session(), me.person_id),
        this_sign_in_id=me.sign_in_id,
        device_name=device_name,
        looks=history_lines(db_session(), queries.looks_at(db_session(), me.person_id)),
    )


@bp.post("/account/password")
def change_password() -> ResponseReturnValue:
    """Replace one's password."""
    form, me = ChangePasswordForm(), signed_in()

    def change() -> ResponseReturnValue:
        _count_try()
        services.change_password(
            db_session(),
            actor=me.actor,
            old=form.old.data,
            new=form.password.data,
            keep_sign_in_id=me.sign_in_id,
            now=now(),
        )
        flash(_("Your password is changed; other devices are signed out."), "success")
        return redirect(url_for("people.my_account"), 303)

    return form.answer(change, lambda: _account_page(form))


@bp.post("/account/sign-ins/<int:sign_in_id>/revoke")
def revoke_sign_in(sign_in_id: int) -> ResponseReturnValue:
    """Sign one device out."""
    services.revoke_sign_in(db_session(), actor=current_actor(), sign_in_id=sign_in_id, now=now())
    flash(_("The device is signed out."), "success")
    return redirect(url_for("people.my_account"), 303)


@bp.post("/account/sign-ins/revoke-others")
def revoke_other_sign_ins() -> ResponseReturnValue:
    """Sign all other devices out."""
    services.revoke_other_sign_ins(
        db_session(), actor=current_actor(), keep_id=signed_in().sign_in_id, now=now()
    )
    flash(_("All other devices are signed out."), "success")
    return redirect(url_for("people.my_account"), 303)


@bp.get("/confirm-password")
def confirm_password() -> ResponseReturnValue:
    """Ask for the password once more."""
    return render_template("people/confirm_password.html", form=PasswordForm(None, next=local_next()))


@bp.post("/confirm-password")
def save_confirmation() -> ResponseReturnValue:
    """Note the right password, and go on with what was begun."""
    form, me = PasswordForm(), signed_in()

    def confirm() -> ResponseReturnValue:
        attempt = _count_try()
        services.confirm_password(
            db_session(), actor=me.actor, sign_in_id=me.sign_in_id, password=form.password.data, now=now()
        )
        services.forget_attempt(db_session(), attempt)
        return redirect(local_next(), 303)

    return form.answer(confirm, lambda: render_template("people/confirm_password.html", form=form))


@bp.post("/drafts")
def save_draft() -> ResponseReturnValue:
    """Keep what is typed so far; `form`, `subject` and `base_version` name it, the rest is its text."""
    typed = request.form.to_dict(flat=False)
    names = {name: (typed.pop(name, [""]))[0] for name in ("form", "subject", "base_version")}
    payload = {name: values for name, values in typed.items() if name != FIELD and "password" not in name}
    draft = services.save_draft(
        db_session(),
        actor=current_actor(),
        form=names["form"],
        subject=names["subject"],
        base_version=_version(names["base_version"]),
        payload=payload,
        now=now(),
    )
    return jsonify(saved_at=datetime_text(draft.saved_at))


def _version(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _count_try() -> int:
    account = f"person:{signed_in().person_id}"
    with separate_session() as separate:
        return services.note_attempt(
            separate, account=account, address=request.remote_addr or "unknown", now=now()
        )
