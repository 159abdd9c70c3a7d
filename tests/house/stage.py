"""The application with both sides of the access world in its database, asked as anybody."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from cp_circles.app import create_app
from cp_circles.db.registry import load_models
from cp_circles.people.models import SignIn
from tests.clock import MovableClock, held_still
from tests.conftest import NOW
from tests.house.cells import CELLS, Cell
from tests.house.world import Side, World, build_world
from tests.settings import settings_for
from tests.web_fixtures import CSRF


@dataclass
class Stage:
    """The application with both sides in its database, put back after each act."""

    app: Flask
    world: World
    clock: MovableClock
    file: Path
    copy: Path
    values: dict[tuple[str, str], dict[str, Any]]
    bodies: dict[tuple[str, str], dict[str, Any]]

    def ask(
        self, name: str, endpoint: str, side: Side, cell: Cell, args: Any = None, body: Any = None
    ) -> Any:
        """The answer to a reader of side A who asks for something of a side."""
        args = self.values[endpoint, side.letter] if args is None else args
        body = self.bodies[endpoint, side.letter] if body is None else body
        _, method = address_of(self.app, endpoint)
        with self.app.test_request_context():
            path = self.app.url_for(endpoint, **args | cell.query)
        self.clock.moment = NOW
        if cell.days:
            self.stay_signed_in(self.clock.move(days=cell.days))
        headers = {"Cookie": self.cookie(name)} if name != "visitor" else {}
        client = self.app.test_client(use_cookies=False)
        if method == "GET":
            answer = read(client.get(path, headers=headers))
            if cell.days:
                self.put_back()
            return answer
        if name == "visitor":
            headers = {"Cookie": self.cookie("")}
        answer = read(client.post(path, data={"csrf_token": CSRF} | body, headers=headers))
        if answer.status_code < 400 or cell.days:
            self.put_back()
        return answer

    def stay_signed_in(self, moment: datetime) -> None:
        """Let every sign-in have been used just before a moment."""
        with self.app.extensions["cp_sessions"].writing() as session, session.begin():
            session.execute(sa.update(SignIn).values(created_at=moment, last_seen_at=moment))

    def cookie(self, name: str, letter: str = "A") -> str:
        """The session cookie of a reader of side A, or of the other."""
        content = {"csrf": CSRF}
        if name:
            content |= {"_user_id": self.world.tokens[letter, name], "_fresh": True}
        signer = self.app.session_interface.get_signing_serializer(self.app)
        return f"cp_session={signer.dumps(content)}"

    def put_back(self) -> None:
        """Bring the database back to how it was built."""
        with sqlite3.connect(self.copy) as kept, sqlite3.connect(self.file) as live:
            kept.backup(live)
        live.close()
        kept.close()


def read(answer: Any) -> Any:
    """The answer with its body read and its files closed."""
    answer.get_data()
    answer.close()
    return answer


def address_of(app: Flask, endpoint: str) -> tuple[Any, str]:
    """The rule of an endpoint and its method."""
    rule = next(iter(app.url_map.iter_rules(endpoint)))
    return rule, "GET" if "GET" in rule.methods else "POST"


@contextmanager
def set_stage(folder: Path) -> Iterator[Stage]:
    """Both sides, built in a folder."""
    file, copy = folder / "circles.db", folder / "kept.db"
    app = create_app(settings_for(f"sqlite:///{file}", folder))
    engine = app.extensions["cp_sessions"].engine
    load_models().create_all(engine)
    with app.app_context(), Session(engine, expire_on_commit=False) as session:
        world = build_world(session, app)
        session.commit()
        each = [(key, cell, side) for key, cell in CELLS.items() for side in (world.own, world.other)]
        values = {(key, side.letter): cell.args(side) for key, cell, side in each}
        bodies = {(key, side.letter): cell.body(side) for key, cell, side in each}
        session.rollback()
        with sqlite3.connect(file) as live, sqlite3.connect(copy) as kept:
            live.backup(kept)
        live.close()
        kept.close()
    yield Stage(app, world, held_still(app, NOW), file, copy, values, bodies)
    engine.dispose()
