"""Names of regions on the tiles of a map."""

from types import SimpleNamespace

import pytest
from flask_babel import force_locale

from cp_circles.leaderboards.presenting.drawings import short_name


@pytest.mark.parametrize(
    ("name", "name_en", "short"),
    [
        ("石柱土家族自治县", "", "石柱"),
        ("彭水苗族土家族自治县", "", "彭水"),
        ("三都水族自治县", "", "三都"),
        ("延边朝鲜族自治州", "", "延边"),
        ("九龙坡区", "Jiulongpo District", "九龙坡"),
        ("忠县", "Zhong County", "忠县"),
        ("广西壮族自治区", "Guangxi", "广西"),
    ],
)
def test_a_name_on_a_tile_is_without_its_level(app, name, name_en, short):
    region = SimpleNamespace(name=name, name_en=name_en)
    with app.test_request_context("/"):
        assert short_name(region) == short
        with force_locale("en"):
            assert short_name(region) == (name_en.split(" ")[0] or short)
