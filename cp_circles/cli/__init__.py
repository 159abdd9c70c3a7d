"""Commands of the application: each enters at the same services as the pages."""

from importlib import import_module

from flask import Flask

GROUPS = (
    "audit",
    "bench",
    "check",
    "claims",
    "database",
    "demo",
    "editions",
    "imports",
    "jobs",
    "organisations",
    "people",
    "settings",
)


def add_commands(app: Flask) -> None:
    """Give the application's `flask` command every group: module `cli.<group>`, object `<group>`."""
    for name in GROUPS:
        app.cli.add_command(getattr(import_module(f"cp_circles.cli.{name}"), name))
