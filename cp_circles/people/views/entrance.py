"""Ways in: password, one-time code, invitation, mailed reset; and the way out."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.errors import Invalid
from cp_circles.people import queries, services
from cp_circles.people.forms import CodeForm, ForgotForm, NewPasswordForm, SignInForm
from cp_circles.people.models import Person
from cp_circles.people.services import TooManyTries
from cp_circles.people.views.blueprint import bp
from cp_circles.web import access, held
from cp_circles.web.i18n import translate
from cp_circles.web.mail import send_mail
from cp_circles.web.session import db_session, looking, now, separate_session, settings
from cp_circles.web.switches import local_next


@bp.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Ask for name and password."""
    if access.is_signed_in():
        return redirect(local_next())
    return render_template("people/sign_in.html", form=SignInForm(None, next=local_next()))


@bp.post("/sign-in")
def begin_sign_in() -> ResponseReturnValue:
    """Sign in, unless there were too many wrong tries."""
    form = SignInForm()
    if not form.validate():
        return render_template("people/sign_in.html", form=form), 422
    with looking() as look:
        account = queries.find_account(look, form.identifier.data or "")
        key = services.account_key(account, form.identifier.data or "")
    try:
        with separate_session() as separate:
            attempt = services.note_attempt(separate, account=key, address=_address(), now=now())
        _enter(account.id if account else None, form.password.data, attempt)
    except (Invalid, TooManyTries) as refusal:
        return _refused("people/sign_in.html", form, refusal)
    return redirect(local_next(), 303)


@bp.get("/first-sign-in")
def first_sign_in() -> ResponseReturnValue:
    """Ask for the one-time code from the department."""
    return render_template("people/first_sign_in.html", form=CodeForm())


@bp.post("/first-sign-in")
def use_code() -> ResponseReturnValue:
    """Set the first, or a new, password by a one-time code, and sign in."""
    form = CodeForm()
    if not form.validate():
        return render_template("people/first_sign_in.html", form=form), 422
    with looking() as look:
        account = queries.find_account(look, form.identifier.data or "")
        key = services.account_key(account, form.identifier.data or "")
    try:
        with separate_session() as separate:
            attempt = services.note_attempt(separate, account=key, address=_address(), now=now())
        services.use_one_time_code(
            db_session(),
            person=queries.find_account(db_session(), form.identifier.data or ""),
            code=form.code.data,
            password=form.password.data,
            now=now(),
        )
        _enter(account.id if account else None, None, attempt)
    except (Invalid, TooManyTries) as refusal:
        return _refused("people/first_sign_in.html", form, refusal)
    return redirect(url_for("people.my_account"), 303)


@bp.get("/invitations/<key>")
def invitation(key: str) -> ResponseReturnValue:
    """Show who is invited, and ask for a password."""
    found = queries.open_invitation(db_session(), key, now())
    return render_template("people/invitation.html", form=NewPasswordForm(), person=found.person)


@bp.post("/invitations/<key>")
def accept_invitation(key: str) -> ResponseReturnValue:
    """Take up the account and sign in."""
    form = NewPasswordForm()
    person = queries.open_invitation(db_session(), key, now()).person

    def accept() -> ResponseReturnValue:
        services.accept_invitation(db_session(), key=key, password=form.password.data, now=now())
        _enter(person.id, None, None)
        return redirect("/", 303)

    return form.answer(accept, lambda: render_template("people/invitation.html", form=form, person=person))


@bp.get("/forgot-password")
def forgot_password() -> ResponseReturnValue:
    """Ask which account it is."""
    return render_template("people/forgot_password.html", form=ForgotForm())


@bp.post("/forgot-password")
def request_reset() -> ResponseReturnValue:
    """Send a link if the account has an address; say the same either way."""
    form = ForgotForm()
    if not form.validate():
        return render_template("people/forgot_password.html", form=form), 422
    with separate_session() as separate:
        account = services.account_key(None, form.identifier.data or "")
        key = f"reset:{account[:50]}"
        services.note_attempt(separate, account=key, address=f"r{_address()}", now=now())
    services.request_password_reset(
        db_session(), identifier=form.identifier.data or "", send=send_mail, path_of=_reset_path, now=now()
    )
    return render_template("people/reset_requested.html")


@bp.get("/reset-password/<key>")
def reset_password(key: str) -> ResponseReturnValue:
    """Ask for the new password."""
    found = queries.open_reset(db_session(), key, now())
    return render_template("people/reset_password.html", form=NewPasswordForm(), person=found.person)


@bp.post("/reset-password/<key>")
def save_new_password(key: str) -> ResponseReturnValue:
    """Set the new password; the person then signs in with it."""
    form = NewPasswordForm()
    person = queries.open_reset(db_session(), key, now()).person

    def reset() -> ResponseReturnValue:
        services.reset_password(db_session(), key=key, password=form.password.data, now=now())
        flash(_("Your new password is set. Please sign in with it."), "success")
        return redirect(url_for("people.sign_in"), 303)

    return form.answer(reset, lambda: render_template("people/reset_password.html", form=form, person=person))


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End this device's sign-in; nothing typed stays in the browser."""
    answer = redirect(url_for("people.sign_in"), 303)
    if access.is_signed_in():
        person = access.signed_in()
        services.sign_out(db_session(), actor=person.own_actor, sign_in_id=person.sign_in_id, now=now())
        held.drop(answer)
    access.end_sign_in()
    flash(_("You are signed out."), "info")
    return answer


def _enter(person_id: int | None, password: str | None, attempt: int | None) -> None:
    """Open the sign-in and take the try out of the count."""
    person = db_session().get(Person, person_id) if person_id else None
    agent = request.headers.get("User-Agent", "")
    token, row = services.sign_in(
        db_session(), person=person, password=password, address=_address(), agent=agent, now=now()
    )
    row.awaits_consent = settings().ask_consent and queries.awaits_consent(db_session(), row.person_id)
    if attempt is not None:
        services.forget_attempt(db_session(), attempt)
    access.begin_sign_in(token)


def _refused(
    template: str, form: SignInForm | CodeForm, refusal: Invalid | TooManyTries
) -> ResponseReturnValue:
    if isinstance(refusal, TooManyTries):
        form.form_errors.append(translate(refusal.msgid))
        return render_template(template, form=form), 429
    form.fill_from(refusal)
    return render_template(template, form=form), 422


def _address() -> str:
    return request.remote_addr or "unknown"


def _reset_path(key: str) -> str:
    return url_for("people.reset_password", key=key)
