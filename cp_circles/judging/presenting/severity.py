"""What a rule says about the severity of judges, in a sentence."""

from flask_babel import gettext as _


def severity_sentence(kind: str) -> str:
    """What a rule says about the severity of judges."""
    return {
        "none": _("Scores are not corrected for the severity of judges, and no report is made."),
        "beside": _(
            "Scores corrected for the severity of judges are shown beside the list; the places follow the"
            " scores as they were given."
        ),
        "official": _(
            "The places follow scores corrected for the severity of judges. The scores as they were given are"
            " shown too. Where panels share no entry, no standing can be computed."
        ),
    }[kind]
