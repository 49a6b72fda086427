"""Agents and supervisors of the sample; the desk loads them. Passwords are for samples and say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PASSWORD = "denghuo-sample"  # noqa: S105  (a sample, refused outside sample mode)
Skill = Literal["general", "emergency", "complaint", "identity", "business"]


@dataclass(frozen=True)
class Person:
    """One log-in of the desk; `staff_no` is the 工号 customers hear."""

    login: str
    name: str
    staff_no: str
    role: Literal["agent", "supervisor"]
    skills: tuple[Skill, ...]
    password: str = PASSWORD


_ALL: tuple[Skill, ...] = ("general", "complaint", "identity", "business", "emergency")

PEOPLE: tuple[Person, ...] = (
    Person("agent1107", "张敏", "1107", "agent", ("general", "business")),
    Person("agent1112", "陈静", "1112", "agent", ("general", "business")),
    Person("agent1120", "刘洋", "1120", "agent", ("general", "identity")),
    Person("agent1102", "周杰", "1102", "agent", ("general", "emergency")),
    Person("agent1103", "赵磊", "1103", "agent", ("general", "emergency", "complaint")),
    Person("supervisor1001", "李强", "1001", "supervisor", _ALL),
)  # fmt: skip
