"""Repair crews of the sample and when they work; who is on duty at a moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

DAY, NIGHT = (time(8), time(20)), (time(20), time(8))


@dataclass(frozen=True)
class Crew:
    """A crew, its own district first and then those it helps in, and its shift; `staff_nos` are 工号, the leader
    first."""

    name: str
    districts: tuple[str, ...]
    shift: tuple[time, time]
    staff_nos: tuple[str, ...]

    def works_at(self, moment: datetime) -> bool:
        """Is this wall-clock time (Asia/Shanghai) inside the shift? A night shift spans midnight."""
        begins, ends = self.shift
        now = moment.timetz().replace(tzinfo=None)
        return begins <= now < ends if begins < ends else now >= begins or now < ends


CREWS: tuple[Crew, ...] = (
    Crew("东湖抢修一班", ("东湖区", "滨河区"), DAY, ("2031", "2032", "2033")),
    Crew("东湖抢修二班", ("东湖区", "滨河区"), NIGHT, ("2041", "2042", "2043")),
    Crew("城南抢修一班", ("城南区", "滨河区"), DAY, ("2051", "2052", "2053")),
    Crew("城南抢修二班", ("城南区", "滨河区"), NIGHT, ("2061", "2062")),
    Crew("滨河抢修一班", ("滨河区", "东湖区"), DAY, ("A1032", "A1033", "A1034")),
    Crew("滨河抢修二班", ("滨河区", "东湖区"), NIGHT, ("A1042", "A1043")),
    Crew("北郊供电所", ("北郊镇", "东湖区"), DAY, ("B2101", "B2102")),
    Crew("北郊供电所夜班", ("北郊镇", "东湖区"), NIGHT, ("B2111", "B2112")),
    Crew("南溪供电所", ("南溪镇", "城南区"), DAY, ("N2201", "N2202")),
    Crew("南溪供电所夜班", ("南溪镇", "城南区"), NIGHT, ("N2211", "N2212")),
    Crew("青石供电所", ("青石乡", "南溪镇"), DAY, ("Q2301", "Q2302")),
    Crew("青石供电所夜班", ("青石乡", "南溪镇"), NIGHT, ("Q2311", "Q2312")),
)


def on_duty(district: str, moment: datetime) -> list[Crew]:
    return [crew for crew in CREWS if district in crew.districts and crew.works_at(moment)]
