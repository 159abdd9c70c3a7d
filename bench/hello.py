"""The reference for pages: the least that Flask can answer under the same server."""

from flask import Flask

app = Flask(__name__, static_folder=None)


@app.get("/")
def hello() -> str:
    """A few bytes."""
    return "hello"
