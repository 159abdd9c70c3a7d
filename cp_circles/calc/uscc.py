"""Unified social credit codes (GB 32100-2015): 18 characters, the last one a check character.

Only the code's own check is tested: the organisation code inside (GB 11714) is not, for real codes break it.
"""

import unicodedata

from cp_circles.calc.reasons import Reason
from cp_circles.errors import msg

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUE = {character: n for n, character in enumerate(ALPHABET)}


def normalise_uscc(text: str) -> str:
    """The code in half-width capitals without spaces or hyphens."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).upper() if not c.isspace() and c != "-")


def check_character(first_17: str) -> str:
    """The 18th character: (31 - sum of value x 3^i mod 31) mod 31."""
    weighted = sum(_VALUE[character] * pow(3, n, 31) for n, character in enumerate(first_17))
    return ALPHABET[-weighted % 31]


def uscc_problem(code: str) -> Reason | None:
    """What is wrong with a normalised code, or None."""
    if len(code) != 18:
        return Reason(
            msg("A credit code has 18 characters; this one has %(count)s."), {"count": len(code)}, "uscc"
        )
    wrong = next((character for character in code if character not in _VALUE), None)
    if wrong:
        text = msg(
            "The character %(character)s does not occur in a credit code (I, O, S, V and Z are not used)."
        )
        return Reason(text, {"character": wrong}, "uscc")
    if not code[2:8].isdigit():
        return Reason(msg("Characters 3 to 8 of a credit code are the digits of a region."), {}, "uscc")
    if check_character(code[:17]) != code[17]:
        return Reason(
            msg("The check character does not fit: please compare the code with the licence."), {}, "uscc"
        )
    return None


def is_uscc(text: str) -> bool:
    """Whether the text, once normalised, is a valid code."""
    return uscc_problem(normalise_uscc(text)) is None
