"""What was typed as a name is read as one of three; what is stored is clean."""

import pytest

from cp_circles.errors import Invalid
from cp_circles.people.identifiers import Identifier, clean_email, clean_mobile, read_identifier


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (" Wang@Example.COM ", Identifier(email="wang@example.com")),
        ("ｗａｎｇ＠example.com", Identifier(email="wang@example.com")),
        ("138 0013 8000", Identifier(mobile="13800138000")),
        ("+86-138-0013-8000", Identifier(mobile="13800138000")),
        ("１３８００１３８０００", Identifier(mobile="13800138000")),
        ("+49 170 1234567", Identifier(mobile="+491701234567")),
        ("T001 0042", Identifier(company_code="T001", employee_number="0042")),
        ("t001/0042", Identifier(company_code="T001", employee_number="0042")),
        ("T001-A-7", Identifier(company_code="T001", employee_number="A-7")),
        ("T001", Identifier()),
        ("12345", Identifier()),
        ("", Identifier()),
    ],
)
def test_an_identifier_is_read_as_one_of_three(typed, read):
    assert read_identifier(typed) == read


def test_addresses_and_numbers_are_cleaned():
    assert clean_email(" A@B.cn ") == "a@b.cn"
    assert clean_mobile("139-0013-9000") == "13900139000"
    assert (clean_email(""), clean_mobile(None)) == (None, None)


@pytest.mark.parametrize("typed", ["wang", "a@b", "a b@c.cn", "a@b.cn,c@d.cn", "@b.cn", "a@.cn."])
def test_a_wrong_address_is_refused_with_its_field(typed):
    with pytest.raises(Invalid) as refusal:
        clean_email(typed)
    assert refusal.value.field == "email"


@pytest.mark.parametrize("typed", ["12345", "138001380", "phone", "138001380001"])
def test_a_wrong_number_is_refused_with_its_field(typed):
    with pytest.raises(Invalid) as refusal:
        clean_mobile(typed)
    assert refusal.value.field == "mobile"
