"""The sample utility is big and varied enough, and the same everywhere."""

from __future__ import annotations

import time
from collections import Counter
from datetime import date

import pytest
import sqlalchemy as sa

from backends.billing.tariffs.book import service_book
from backends.sample import crews, customers, months, promised
from backends.sample.load import load_billing
from backends.sample.people import PEOPLE
from backends.sample.places import PLACES, find
from kernel import account_no as accounts
from kernel import phone as phones
from kit import migrate

AS_OF = date(2026, 11, 24)


@pytest.fixture(scope="module")
def people() -> list[customers.Customer]:
    return customers.everybody()


def test_two_thousand_accounts_of_all_seven_categories(people: list[customers.Customer]) -> None:
    counted = Counter(person.category for person in people)
    assert len(people) >= 2000
    assert len(counted) == 7
    assert min(counted.values()) >= 4


def test_every_number_passes_its_check_and_none_is_given_twice(people: list[customers.Customer]) -> None:
    assert all(accounts.is_valid(person.account_no) for person in people)
    assert len({person.account_no for person in people}) == len(people)
    names = {(person.phone, person.name) for person in people}
    assert len(names) == len({person.phone for person in people}), "a phone is one person's, who may own two flats"
    assert all(person.phone is not None and phones.is_mobile(person.phone) for person in people)


def test_every_kind_of_customer_is_there(people: list[customers.Customer]) -> None:
    assert sum(person.export_kwh is not None for person in people) >= 30
    assert sum(person.is_ev for person in people) >= 30
    assert sum(person.pay_mode == "prepaid" for person in people) >= 50
    assert sum(person.has_life_support for person in people) >= 5
    assert sum(person.user_kind == "重要客户" for person in people) >= 3
    assert sum(len(person.unpaid) > 1 for person in people) >= 30
    assert {"estimated", "meter_change", "roll_over"} <= {person.event for person in people}


def test_a_dozen_areas_of_town_country_and_hills() -> None:
    assert len({area.code for place in PLACES for area in place.areas}) >= 12
    assert {place.area_kind for place in PLACES} == {"urban", "rural", "remote"}
    assert [place.name for place in find("江城市东湖区翠湖花园3号楼2单元402")] == ["翠湖花园"]


def test_the_same_seed_tells_the_same_story(people: list[customers.Customer]) -> None:
    assert customers.everybody() == people
    book = service_book()
    one, again = (months.history(people[40], 40, AS_OF, book) for _ in range(2))
    assert one == again
    assert len(one.bills) == months.MONTHS


def test_a_bill_out_on_the_third_is_not_there_on_the_second() -> None:
    assert months.newest_month(date(2026, 12, 2)) == date(2026, 10, 1)
    assert months.newest_month(date(2026, 12, 3)) == date(2026, 11, 1)
    assert months.newest_month(date(2027, 1, 2)) == date(2026, 11, 1)


def test_loading_is_quick_and_twice_is_once(empty_database: str) -> None:
    migrate.up(empty_database, "billing")
    started = time.monotonic()
    load_billing(empty_database, as_of=AS_OF)
    assert time.monotonic() - started < 20
    before = _counts(empty_database)
    load_billing(empty_database, as_of=AS_OF)
    assert _counts(empty_database) == before
    assert before["bills"] == before["accounts"] * months.MONTHS
    load_billing(empty_database, as_of=date(2026, 12, 10))  # a new month: everything moves on by one
    assert _counts(empty_database) == before
    assert _newest(empty_database) == "2026-11"


def _counts(url: str) -> dict[str, int]:
    engine = sa.create_engine(url)
    with engine.connect() as link:
        names = ("accounts", "meters", "readings", "bills")
        found = {n: link.execute(sa.text(f"SELECT count(*) FROM billing.{n}")).scalar_one() for n in names}  # noqa: S608
    engine.dispose()
    return found


def _newest(url: str) -> str:
    engine = sa.create_engine(url)
    with engine.connect() as link:
        month = link.execute(sa.text("SELECT max(month) FROM billing.bills")).scalar_one()
    engine.dispose()
    return str(month)


def test_what_is_promised_to_scripts_is_there() -> None:
    told = promised.customers()
    assert (told["account_ok"], told["phone_ok"], told["name_ok"]) == ("3100102346", "13812345678", "王小明")
    assert told["address_ok"] == "翠湖花园3号楼2单元402"
    assert told["sms_code"] == "472901"


def test_somebody_is_on_duty_everywhere_at_any_hour() -> None:
    from datetime import datetime

    from kernel import clock

    for place in PLACES:
        for hour in range(24):
            assert crews.on_duty(place.district, datetime(2026, 11, 24, hour, 30, tzinfo=clock.TZ))


def test_agents_cover_every_skill() -> None:
    assert {skill for person in PEOPLE for skill in person.skills} == {
        "general", "emergency", "complaint", "identity", "business",
    }  # fmt: skip
    assert any(person.role == "supervisor" for person in PEOPLE)
