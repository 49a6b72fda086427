"""Which place is meant by what a customer says."""

from __future__ import annotations

import pytest


def find(http, q, **params):
    return http.get("/v1/places", params={"q": q, **params}).json()["items"]


@pytest.mark.parametrize(
    ("said", "name", "building", "room", "area"),
    [
        ("翠湖花园3号楼2单元402", "翠湖花园", 3, "2-402", "TA-DH-0101"),
        ("我在翠湖花园 8 栋", "翠湖花园", 8, None, "TA-DH-0102"),
        ("锦绣家园12栋", "锦绣家园", 12, None, "TA-DH-0402"),
        ("滨江1号7栋", "滨江一号", 7, None, "TA-BH-0101"),
        ("江城市东湖区翠湖花园", "翠湖花园", None, None, "TA-DH-0101"),
        ("青石乡石桥村2组村口第三家", "石桥村", 2, None, "TA-QS-0102"),
        ("幸福路12号3单元502室", "幸福路", 12, "3-502", "TA-BH-0117"),
        ("翠湖", "翠湖花园", None, None, "TA-DH-0101"),
    ],
)
def test_place_building_and_room_are_recognised(http, said, name, building, room, area):
    found = find(http, said)
    assert [place["name"] for place in found] == [name]
    assert (found[0]["building"], found[0]["room"], found[0]["transformer_area"]) == (building, room, area)
    assert found[0]["score"] >= 0.9


def test_address_is_written_whole(http):
    assert find(http, "翠湖花园3号楼2单元402")[0]["address"] == "江城市东湖区翠湖花园3号楼2单元402"


def test_half_a_name_that_fits_two_places_is_a_guess_to_ask_about(http):
    found = find(http, "阳光")
    assert {place["name"] for place in found} == {"阳光里", "阳光新城"}
    assert all(place["score"] < 0.9 for place in found)


def test_one_wrong_character_is_forgiven(http):
    assert find(http, "锦修家园8栋")[0]["name"] == "锦绣家园"


@pytest.mark.parametrize("said", ["火星", "、", "", "<script>", "1"])
def test_nothing_known_is_an_empty_list(http, said):
    assert find(http, said) == []


def test_question_that_is_too_long_is_refused(http):
    assert http.get("/v1/places", params={"q": "楼" * 201}).status_code == 422
