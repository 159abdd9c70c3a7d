"""People by command: the first administrator of a new installation."""

import click
from flask import current_app
from flask.cli import AppGroup

from cp_circles.errors import DomainError
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import SYSTEM
from cp_circles.people.services import add_person, give_role, set_password

people = AppGroup("people", help="People and their accounts.")


@people.command("add-administrator")
@click.option("--name", prompt=True, help="The person's name.")
@click.option("--email", prompt=True, help="The address to sign in with.")
@click.password_option(help="The password; asked for if not given.")
def add_administrator_command(name: str, email: str, password: str) -> None:
    """Add an administrator of the platform."""
    now = current_app.extensions["cp_clock"].now()
    try:
        with current_app.extensions["cp_sessions"].writing() as session, session.begin():
            person = add_person(session, actor=SYSTEM, name=name, email=email, now=now)
            set_password(session, person=person, password=password)
            give_role(
                session,
                actor=SYSTEM,
                person_id=person.id,
                role=Role.ADMINISTRATOR,
                scope_kind=ScopeKind.PLATFORM,
                now=now,
            )
    except DomainError as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"people: {email} is an administrator")
