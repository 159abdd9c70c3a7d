"""The blind package: the same shape without identity, free text masked for every known name."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cp_circles.organisations.models import Company
from cp_circles.projects.models import Project
from cp_circles.tools.quoting import blind_parts, people_in

MASK = "■■"
SHORTEST = 2
SUFFIXES = (
    "集团股份有限公司",
    "集团有限公司",
    "股份有限公司",
    "有限责任公司",
    "有限公司",
    "集团公司",
    "集团",
    "公司",
    "Co., Ltd.",
    "Co. Ltd.",
    "Limited",
    "Ltd.",
    "Inc.",
)
PREFIXES = ("示例",)


@dataclass(frozen=True)
class Mask:
    """Replaces every known name in a text, whatever its case and the blanks between its signs."""

    pattern: re.Pattern[str] | None

    def __call__(self, text: str) -> str:
        """The text with every name replaced."""
        return text if self.pattern is None else self.pattern.sub(MASK, text)


def mask_for(names: Iterable[str]) -> Mask:
    """A mask for these names; longer ones first, so that no tail of a name is left standing."""
    known = sorted(
        {name.strip() for name in names if len(name.strip()) >= SHORTEST}, key=lambda n: (-len(n), n)
    )
    if not known:
        return Mask(None)
    return Mask(re.compile("|".join(_spaced(name) for name in known), re.IGNORECASE))


def names_to_mask(project: Project, departments: Iterable[str], others: Iterable[str] = ()) -> list[str]:
    """Every name and alias of members, companies, departments and circle, and of others in the package."""
    circle = project.circle
    names = [*_names_of(project.company), *departments]
    for partner in circle.partners if circle is not None else ():
        names += [*_names_of(partner.company), *([partner.department.name] if partner.department else [])]
    if circle is not None:
        names += [circle.name, circle.number or "", *_circle_forms(circle.name)]
        names += [member.person.name for member in circle.members]
    names += [project.number or "", *others]
    return [str(name) for name in names if name]


def _names_of(company: Company) -> list[str]:
    """What a company is called, by its codes and aliases too."""
    names = [company.name, company.name_en, company.short_code, company.code, *company.aliases]
    names += _short_forms(company.name) + _short_forms(company.name_en)
    for alias in company.aliases:
        names += _short_forms(str(alias))
    return names


def people_named(package: Mapping[str, Any]) -> list[str]:
    """Everybody whom the package names in its structured fields: signers, attendants, people in records."""
    names = [row["signer"] for saving in package["savings"] for row in saving["signatures"]]
    names += [name for row in package["activities"] for name in row["attended"]]
    names += package["circle"]["members"]
    names += [row["signer"] for row in package.get("effects", ())]
    names += people_in(package.get("tools", ()))
    for step in package["steps"]:
        names += people_in(step.get("tools", ()))
        for record in step["records"]:
            people = {field["key"] for field in record["fields"] if field["type"] == "person"}
            names += [str(row[key]) for row in record["rows"] for key in people if row.get(key)]
    return names


def blind(package: Mapping[str, Any], mask: Mask) -> dict[str, Any]:
    """The package without ids, names, hashes and file names, its free text masked."""
    masked: dict[str, Any] = _masked(package, mask)
    masked["circle"] = {
        "id": None,
        "name": "",
        "number": "",
        "members": _numbered(package["circle"]["members"]),
    }
    masked["company"] = {"id": None, "name": "", "name_en": "", "region": ""}
    masked["project"] = masked["project"] | {"number": ""}
    masked["evidence"] = [_blind_evidence(row) for row in masked["evidence"]]
    masked["steps"] = [
        _blind_step(step) | {"tools": blind_parts(whole.get("tools", ()), mask)}
        for step, whole in zip(masked["steps"], package["steps"], strict=True)
    ]
    masked["tools"] = blind_parts(package.get("tools", ()), mask)
    masked["savings"] = [_blind_saving(saving) for saving in masked["savings"]]
    masked["effects"] = [_blind_effect(row) for row in masked.get("effects", ())]
    masked["activities"] = [
        row | {"attended": _numbered(row["attended"]), "place": ""} for row in masked["activities"]
    ]
    return masked


def _masked(value: Any, mask: Mask) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, Mapping):
        return {key: _masked(inner, mask) for key, inner in value.items()}
    if isinstance(value, list):
        return [_masked(inner, mask) for inner in value]
    return value


def _blind_step(step: dict[str, Any]) -> dict[str, Any]:
    return step | {
        "evidence": [_blind_evidence(row) for row in step["evidence"]],
        "records": [_blind_record(record) for record in step["records"]],
    }


def _blind_record(record: dict[str, Any]) -> dict[str, Any]:
    hidden = {field["key"] for field in record["fields"] if field["type"] in {"person", "file"}}
    rows = [{key: MASK if key in hidden else value for key, value in row.items()} for row in record["rows"]]
    return record | {"rows": rows}


def _blind_evidence(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"filename": "", "sha256": "", "size": 0}


def _blind_saving(saving: dict[str, Any]) -> dict[str, Any]:
    signatures = [row | {"signer": "", "sha256": ""} for row in saving["signatures"]]
    claim = saving.get("claim") and saving["claim"] | {"id": None}
    return saving | {"meter": "", "claim_sha256": "", "claim": claim, "signatures": signatures}


def _blind_effect(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"signer": "", "sha256": "", "evidence_sha256": ""}


def _numbered(names: Iterable[str]) -> list[str]:
    return [f"M{place}" for place, _name in enumerate(names, start=1)]


def _short_forms(name: str) -> list[str]:
    forms = []
    for suffix in SUFFIXES:
        if name.endswith(suffix) and len(name) - len(suffix) > SHORTEST:
            forms.append(name[: -len(suffix)].strip())
    for form in [name, *forms]:
        for prefix in PREFIXES:
            rest = form.removeprefix(prefix)
            if rest != form and len(rest) > SHORTEST:
                forms.append(rest)
    return forms


def _circle_forms(name: str) -> list[str]:
    rest = name.removesuffix("小组").removesuffix("QC")
    return [rest] if len(rest) > SHORTEST and rest != name else []


def _spaced(name: str) -> str:
    signs = [re.escape(sign) for sign in name if not sign.isspace()]
    text = r"\s*".join(signs)
    return rf"(?<![A-Za-z0-9]){text}(?![A-Za-z0-9])" if name.isascii() else text
