"""Which sheets of a project stand; who writes them and until when is the projects' own rule."""

from cp_circles.tools.models import ToolSheet


def is_standing(sheet: ToolSheet) -> bool:
    """True unless the sheet was withdrawn."""
    return sheet.withdrawn_at is None
