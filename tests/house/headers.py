"""The headers that every answer carries, to whoever and whatever it answers."""

from typing import Any

WANTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FRAMED = "displays.widget"
OF_FRAMED = {"X-Frame-Options": None, "Cross-Origin-Resource-Policy": "cross-origin"}


def faults_of_headers(endpoint: str, name: str, answer: Any) -> list[str]:
    """What is missing or too open in the headers of an answer to a reader."""
    wanted = WANTED | OF_FRAMED if endpoint == FRAMED else WANTED
    faults = [key for key, value in wanted.items() if answer.headers.get(key) != value]
    policy = answer.headers.get("Content-Security-Policy", "")
    if endpoint == FRAMED:
        if not policy.endswith("frame-ancestors *"):
            faults.append(f"policy of frames {policy!r}")
        policy = policy.removesuffix("*")
    closed = policy.startswith("default-src 'none'") and policy.endswith("sandbox")
    if not closed and ("script-src 'self'" not in policy or "unsafe" in policy or "*" in policy):
        faults.append(f"policy {policy!r}")
    if "camera" not in answer.headers.get("Permissions-Policy", ""):
        faults.append("permissions policy")
    signed_in = name != "visitor" and endpoint != "people.sign_out"
    if signed_in and answer.headers.get("Cache-Control") is None:
        faults.append("a page of somebody signed in may be kept")
    return [f"{name}, headers: {fault}" for fault in faults]
