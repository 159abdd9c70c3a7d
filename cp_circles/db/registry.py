"""Gathers the models of every room, so that one metadata holds the whole schema."""

import importlib
import importlib.util
import pkgutil

import sqlalchemy as sa

import cp_circles
from cp_circles.db.base import Base


def load_models() -> sa.MetaData:
    """Import `models` of every package that has one; give back the metadata of all tables."""
    for package in pkgutil.iter_modules(cp_circles.__path__, "cp_circles."):
        if package.ispkg and importlib.util.find_spec(f"{package.name}.models") is not None:
            importlib.import_module(f"{package.name}.models")
    return Base.metadata
