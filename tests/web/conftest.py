"""A few trial pages, so that the house's doors are tried without any room."""

from typing import Any

import pytest
from flask import Flask, flash, jsonify, redirect, render_template_string, request
from wtforms import FileField, StringField

from cp_circles.app import create_app
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound
from cp_circles.people.models import Person, Role
from cp_circles.web.access import current_actor, require_recent_password
from cp_circles.web.doors import PUBLIC, SIGNED_IN, Door, add_doors
from cp_circles.web.forms import BaseForm, Needed
from cp_circles.web.session import db_session, now, separate_session
from tests.settings import settings_for


class NoteForm(BaseForm):
    """A form with a text and a file."""

    text = StringField("Text", [Needed()])
    photo = FileField("Photo")


PAGE = """{% extends 'layout/base.html' %}{% block title %}t{% endblock %}{% block main %}
<form method="post" action="/trial/note">{{ form.csrf_token }}{{ form.text }}</form>{% endblock %}"""


@pytest.fixture(scope="session")
def built_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An application of this folder's own, with trial pages under /trial."""
    folder = tmp_path_factory.mktemp("trial")
    made = create_app(settings_for(f"sqlite:///{folder}/unused.db", folder))
    add_doors(made, TRIAL_DOORS)
    for rule, view, methods in TRIAL_PAGES:
        made.add_url_rule(f"/trial/{rule}", f"trial_{view.__name__}", view, methods=methods)
    return made


@pytest.fixture
def trial(app: Flask) -> Flask:
    """The application with the trial pages."""
    return app


def refuse(kind: str) -> Any:
    """Raise the refusal asked for."""
    if kind == "crash":
        raise RuntimeError("a planted fault")
    raise {
        "missing": NotFound(),
        "forbidden": NotAllowed(),
        "state": DomainError(),
        "invalid": Invalid(field="text"),
    }[kind]


def write(status: int) -> Any:
    """Write a row, then answer with a status."""
    db_session().add(Person(name="写入", salt="s", created_at=now()))
    db_session().flush()
    return "answered", status


def clash() -> Any:
    """Write two rows that exclude each other; the clash comes at the flush, or only at the commit."""
    for number in (1, 2):
        db_session().add(Person(name=f"冲突{number}", email="same@example.com", salt="s", created_at=now()))
        if request.args.get("flush"):
            db_session().flush()
    if request.args.get("say"):
        flash("已经保存")
    return redirect("/")


def survive() -> Any:
    """Write in a session of its own, then refuse."""
    with separate_session() as separate:
        separate.add(Person(name="留下", salt="s", created_at=now()))
    db_session().add(Person(name="撤回", salt="s", created_at=now()))
    db_session().flush()
    raise DomainError


def whoami() -> Any:
    """Say who acts."""
    return jsonify(current_actor().person_id)


def note() -> Any:
    """A page with a form; sending it stores the text as a person's name."""
    form = NoteForm()
    if request.method == "GET" or not form.validate():
        return render_template_string(PAGE, form=form), 200 if request.method == "GET" else 422
    db_session().add(Person(name=form.text.data, salt="s", created_at=now()))
    return redirect("/trial/note", 303)


def sign() -> Any:
    """An act that needs a recent password."""
    if ask := require_recent_password("/trial/note"):
        return ask
    return "signed"


def nobody() -> Any:
    """A page without a row in the access table."""
    return "open"


def judges() -> Any:
    """A page for judges."""
    return "judges"


TRIAL_PAGES = (
    ("refuse/<kind>", refuse, ["GET", "POST"]),
    ("write/<int:status>", write, ["POST"]),
    ("clash", clash, ["POST"]),
    ("survive", survive, ["POST"]),
    ("whoami", whoami, ["GET"]),
    ("note", note, ["GET", "POST"]),
    ("sign", sign, ["POST"]),
    ("nobody", nobody, ["GET"]),
    ("judges", judges, ["GET"]),
)
TRIAL_DOORS = (
    *(Door(f"trial_{name}", PUBLIC) for name in ("refuse", "write", "clash", "survive", "whoami")),
    *(Door(f"trial_{name}", SIGNED_IN) for name in ("note", "sign")),
    Door("trial_judges", (Role.JUDGE,)),
)
