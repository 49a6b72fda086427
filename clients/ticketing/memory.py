"""A ticketing system in memory, for tests of whoever uses the seam; keeps the contract of `protocol` and no more.

Same contract test as the HTTP one (tests/clients/ticketing). Put places and outages in with `put_place`, `put_outage`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from clients.ticketing import memory_rules as rules
from clients.ticketing.protocol import (
    AreaKind,
    Consult,
    FaultReport,
    IdentityProof,
    Order,
    Outage,
    Place,
    Rated,
    Reopened,
    Step,
    Subscription,
    Urge,
)
from kernel import clock, ids, masking
from kernel.errors import Conflict, NotAllowed, NotFound, ServiceError


@dataclass
class _Kept:
    """The record behind an order: what the customer's view masks."""

    order: Order
    phone: str | None
    fields: dict[str, Any]
    last_urged_at: datetime | None = None
    reopened_count: int = 0
    dissatisfied_no: str | None = None


@dataclass
class MemoryTicketing:
    """See `clients.ticketing.protocol.Ticketing`.

    Attributes:
        fail_with: raised by every call while set, to play a system that is off or slow.
        identities: tokens that count as proof, token → account number.
    """

    fail_with: ServiceError | None = None
    identities: dict[str, str] = field(default_factory=dict)
    known_places: list[Place] = field(default_factory=list)
    known_outages: dict[str, Outage] = field(default_factory=dict)
    subscribers: dict[tuple[str, str], str] = field(default_factory=dict)
    _orders: dict[str, _Kept] = field(default_factory=dict)
    _answers: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=dict)

    # Set-up

    def put_place(
        self, name: str, *, district: str = "东湖区", area_kind: AreaKind = "urban", transformer_area: str = "TA-1"
    ) -> None:
        self.known_places.append(Place(name, "community", district, area_kind, transformer_area, name))

    def put_outage(self, outage: Outage) -> None:
        self.known_outages[outage.outage_no] = outage

    # Filing

    async def open_fault_report(self, report: FaultReport, *, key: str) -> Order:
        return self._once(key, ("fault_report", asdict(report)), lambda: self._file_fault(report, key))

    async def open_consult(self, consult: Consult, *, key: str) -> Order:
        return await self.open_order("consult", asdict(consult), key=key)

    async def open_order(self, order_type: str, fields: Mapping[str, Any], *, key: str) -> Order:
        if order_type not in rules.PREFIX:
            raise rules.bad("order_type", "unknown")
        if order_type == "fault_report":
            return await self.open_fault_report(
                FaultReport(**{"address": None, "contact_phone": None, **fields}), key=key
            )
        given = dict(fields)
        return self._once(key, (order_type, given), lambda: self._file_other(order_type, given))

    async def find_by_key(self, key: str) -> Order | None:
        self._reach()
        kept = self._answers.get(key)
        if kept is None or not isinstance(kept[1], Order):
            return None
        order = kept[1]
        fresh = self._orders.get(order.order_no)
        return replace(fresh.order, duplicate_of=order.duplicate_of) if fresh else order

    def _file_fault(self, report: FaultReport, key: str) -> Order:
        phone = rules.phone_of("contact_phone", report.contact_phone) or rules.phone_of(
            "caller_phone", report.caller_phone
        )
        rules.check_account(report.account_no)
        if report.hazard_kind == "none" and not phone:
            raise rules.bad("contact_phone", "needed")
        if not (report.address or report.account_no or report.community or report.landmark or report.pole_no):
            raise rules.bad("address", "needed")
        twin = self._twin(report, phone)
        if twin is not None:
            return replace(twin, duplicate_of=twin.order_no)
        place = next(iter(self._find_places(report.address or report.community or "")), None)
        area_kind = report.area_kind or (place.area_kind if place else "urban")
        joined = self._joined(report)
        due = rules.now() + timedelta(minutes=rules.ON_SITE_MIN[area_kind])
        critical = report.critical_user_kind != "none" or report.is_life_support
        order = self._order(
            "fault_report",
            asdict(report),
            phone,
            status="merged" if joined else "dispatched",
            priority=1 if report.hazard_kind != "none" else 2 if critical else 4,
            deadline_at=due,
            on_site_by=due,
            area_kind=area_kind,
            community=report.community or (place.name if place else None),
            parent_order_no=joined.outage_no if joined else None,
            eta_restore_at=joined.eta_restore_at if joined else None,
            details={"symptom": report.symptom, "hazard_kind": report.hazard_kind},
        )
        if joined and phone:
            self.subscribers[joined.outage_no, phone] = "sms"
        return order

    def _joined(self, report: FaultReport) -> Outage | None:
        if report.join_outage is None:
            return None
        outage = self._outage(report.join_outage)
        return outage if outage.is_running and report.hazard_kind == "none" else None

    def _twin(self, report: FaultReport, phone: str | None) -> Order | None:
        for kept in reversed(self._orders.values()):
            order, was = kept.order, kept.fields
            if order.order_type != "fault_report" or not order.is_open:
                continue
            same_place = kept.phone == phone is not None and was.get("address") == report.address
            same_account = report.account_no is not None and was.get("account_no") == report.account_no
            if was["hazard_kind"] != report.hazard_kind or not (same_place or same_account):
                continue
            if report.hazard_kind == "none" or same_place:
                return order
        return None

    def _file_other(self, order_type: str, given: dict[str, Any]) -> Order:
        phone = rules.phone_of("contact_phone", given.get("contact_phone")) or rules.phone_of(
            "caller_phone", given.get("caller_phone")
        )
        rules.check_account(given.get("account_no"))
        kind = "consult" if order_type == "callback" else order_type
        details = (
            {"topic": "callback"} if order_type == "callback" else {k: v for k, v in given.items() if v is not None}
        )
        if (standing := self._standing(kind, given, phone)) is not None:
            return replace(standing, duplicate_of=standing.order_no)
        priority = 4 if kind in ("complaint", "whistle_blow") else 5
        due = rules.now() + rules.DUE.get(kind, timedelta(days=3))
        if kind == "whistle_blow":
            code = ids.new_id("Q").upper()[-8:]
            return Order(
                "", kind, "sealed", "已受理", "您反映的事项", priority, registered_at=rules.now(), query_code=code
            )
        return self._order(kind, given, phone, status="registered", priority=priority, deadline_at=due, details=details)

    def _standing(self, kind: str, given: Mapping[str, Any], phone: str | None) -> Order | None:
        """The customer's open order for the same matter; complaints and some applications are compared."""
        name = {"complaint": "complaint_class", "apply": "apply_type"}.get(kind)
        if name is None or (kind == "apply" and given.get(name) not in rules.APPLIED_ONCE):
            return None
        for kept in reversed(self._orders.values()):
            same = kept.order.order_type == kind and kept.fields.get(name) == given.get(name) and kept.order.is_open
            accounts = {kept.fields.get("account_no"), given.get("account_no")}
            mine = len(accounts) == 1 if None not in accounts else kept.phone == phone is not None
            if same and mine:
                return kept.order
        return None

    def _order(self, order_type: str, given: dict[str, Any], phone: str | None, **made: Any) -> Order:
        number = self._next(order_type)
        status = made["status"]
        order = Order(
            order_no=number,
            order_type=order_type,
            status_label=rules.LABEL.get(status, status),
            channel=given.get("channel") or "web_chat",
            summary=masking.scrub(str(given.get("summary") or given.get("question") or ""))[:200],
            registered_at=rules.now(),
            account_no=masking.mask_account_no(given["account_no"]) if given.get("account_no") else None,
            contact_phone=masking.mask_phone(phone) if phone else None,
            contact_name=masking.mask_name(given["contact_name"]) if given.get("contact_name") else None,
            address=masking.mask_address(given["address"]) if given.get("address") else None,
            timeline=(Step(rules.now(), "register", status, rules.LABEL.get(status, status)),),
            **made,
        )
        self._orders[number] = _Kept(order, phone, given)
        return order

    def _next(self, order_type: str) -> str:
        start = f"{rules.PREFIX[order_type]}{clock.today():%Y%m%d}"
        self._numbers[start] = self._numbers.get(start, 0) + 1
        return f"{start}{self._numbers[start]:04d}"

    # Reading

    async def get_order(
        self, order_no: str, *, phone_last4: str | None = None, identity: IdentityProof | None = None
    ) -> Order:
        return self._proved(order_no, phone_last4, identity).order

    async def list_orders(
        self,
        *,
        account_no: str | None = None,
        contact_phone: str | None = None,
        phone_last4: str | None = None,
        identity: IdentityProof | None = None,
        open_only: bool = False,
        order_type: str | None = None,
        limit: int = 5,
    ) -> Sequence[Order]:
        self._reach()
        proved = identity is not None and account_no is not None and self.identities.get(identity.token) == account_no
        if not proved and not (phone_last4 and (account_no or (contact_phone and contact_phone.endswith(phone_last4)))):
            raise NotAllowed("show a proof", code="identity_required")
        found = [
            k.order
            for k in reversed(self._orders.values())
            if account_no in (None, k.fields.get("account_no"))
            and contact_phone in (None, k.phone)
            and (proved or (k.phone or "").endswith(phone_last4 or ""))
            and (k.order.is_open or not open_only)
            and order_type in (None, k.order.order_type)
        ]
        return found[:limit]

    async def staff_order(self, order_no: str) -> Mapping[str, Any]:
        kept = self._kept(order_no)
        return {**asdict(kept.order), **kept.fields, "contact_phone": kept.phone}

    # Moving

    async def act(
        self,
        order_no: str,
        event: str,
        *,
        key: str,
        role: str,
        actor: str,
        reason: str | None = None,
        data: Mapping[str, Any] | None = None,
        phone_last4: str | None = None,
        identity: IdentityProof | None = None,
    ) -> Order:
        kept = self._proved(order_no, phone_last4, identity) if role == "customer" else self._kept(order_no)
        return self._once(key, ("act", order_no, event), lambda: self._move(kept, event, role))

    def _move(self, kept: _Kept, event: str, role: str) -> Order:
        may, to = rules.MOVES.get((kept.order.status, event), (None, None))
        if to is None:
            raise Conflict(f"{event} is not possible in state {kept.order.status}", code="event_not_allowed")
        if role != may:
            raise NotAllowed(f"{role} may not do {event}", code="role_not_allowed")
        if kept.order.priority == 1 and event == "withdraw":
            raise Conflict("priority 1 cannot be withdrawn", code="guard_failed")
        return self._go(kept, event, to)

    def _go(self, kept: _Kept, event: str, to: str) -> Order:
        label = rules.LABEL.get(to, to)
        steps = (*kept.order.timeline, Step(rules.now(), event, to, label))
        closed = rules.now() if to in rules.FINAL else None
        kept.order = replace(
            kept.order, status=to, status_label=label, is_open=closed is None, closed_at=closed, timeline=steps
        )
        return kept.order

    async def urge(
        self,
        order_no: str,
        *,
        key: str,
        phone_last4: str | None = None,
        identity: IdentityProof | None = None,
        reason: str = "asking",
        note: str | None = None,
        hazard_kind: str = "none",
        is_life_support: bool = False,
    ) -> Urge:
        kept = self._proved(order_no, phone_last4, identity)
        if reason in ("worse", "life_need") and not note:
            raise rules.bad("worse_note", f"needed when the reason is {reason}")
        new = 1 if hazard_kind != "none" else 2 if is_life_support or reason == "life_need" else 5
        return self._once(key, ("urge", order_no, reason, note, new), lambda: self._urge(kept, reason, new))

    def _urge(self, kept: _Kept, reason: str, judged: int) -> Urge:
        if not kept.order.is_open:
            raise Conflict("the order is finished", code="order_finished")
        before, now, count = kept.order, rules.now(), kept.order.urge_count + 1
        cooling = kept.last_urged_at is not None and now - kept.last_urged_at < timedelta(minutes=10)
        recorded = not cooling or reason in ("worse", "life_need")
        kept.last_urged_at = now if recorded else kept.last_urged_at
        level = 3 if reason == "life_need" else max(before.escalation_level, min(count, 3) if count > 1 else 0)
        wait = timedelta(minutes=15 if before.priority <= 3 else 30)
        priority = min(before.priority, judged) if before.order_type == "fault_report" else before.priority
        kept.order = replace(before, urge_count=count, escalation_level=level, priority=priority)
        return self._urged(kept.order, before, recorded, now + wait)

    def _urged(self, order: Order, before: Order, recorded: bool, reply_by: datetime) -> Urge:
        pairs = {name: [getattr(before, name), getattr(order, name)] for name in ("priority", "escalation_level")}
        late = order.deadline_at is not None and rules.now() > order.deadline_at
        return Urge(
            order,
            order.urge_count,
            recorded,
            self._next("urge") if recorded else None,
            reply_by,
            order.escalation_level,
            status=order.status,
            status_label=order.status_label,
            owner_team=order.owner_team,
            promised_at=order.eta_restore_at or order.deadline_at,
            is_overdue=late,
            owes_apology=late,
            hears_again_by=reply_by,
            told=(order.owner_team, *(who for at, who in rules.LEVEL_TOLD.items() if at <= order.escalation_level)),
            changed={name: pair for name, pair in pairs.items() if pair[0] != pair[1]},
        )

    async def reopen(
        self,
        order_no: str,
        *,
        key: str,
        phone_last4: str | None = None,
        identity: IdentityProof | None = None,
        reason: str | None = None,
    ) -> Reopened:
        kept = self._proved(order_no, phone_last4, identity)
        return self._once(key, ("reopen", order_no, reason), lambda: self._reopen(kept))

    def _reopen(self, kept: _Kept) -> Reopened:
        order = kept.order
        if order.status != "closed" or order.closed_at is None:
            raise Conflict("the order is not closed", code="event_not_allowed")
        if kept.reopened_count < 2 and rules.now() - order.closed_at <= timedelta(days=7):
            kept.reopened_count += 1
            again = self._go(kept, "reopen", "dispatched")
            kept.order = replace(again, escalation_level=max(again.escalation_level, 1))
            return Reopened(kept.order, is_new=False, offer_complaint=False)
        number = self._next(order.order_type)
        fresh = replace(
            order,
            order_no=number,
            related_order_nos=(order.order_no,),
            registered_at=rules.now(),
            timeline=(),
            urge_count=0,
        )
        self._orders[number] = _Kept(fresh, kept.phone, kept.fields)
        self._go(self._orders[number], "register", "dispatched")
        return Reopened(self._orders[number].order, is_new=True, offer_complaint=kept.reopened_count >= 2)

    async def rate(
        self,
        order_no: str,
        score: int,
        *,
        key: str,
        is_solved: str | None = None,
        words: str | None = None,
        phone_last4: str | None = None,
        identity: IdentityProof | None = None,
    ) -> Rated:
        kept = self._proved(order_no, phone_last4, identity)
        if not 1 <= score <= 5:
            raise rules.bad("score", "1 to 5")
        return self._once(key, ("rate", order_no, score, is_solved), lambda: self._rate(kept, score, is_solved))

    def _rate(self, kept: _Kept, score: int, is_solved: str | None) -> Rated:
        if kept.order.status != "closed":
            raise Conflict("only a closed order is rated", code="guard_failed")
        if score > 2:
            return Rated(kept.order, "none")
        if is_solved == "no":
            again = self._reopen(kept)
            action = "new_order" if again.is_new else "reopened"
            return Rated(kept.order, action, again.order.order_no, again.offer_complaint)
        kept.dissatisfied_no = kept.dissatisfied_no or self._next("follow_up")
        return Rated(kept.order, "dissatisfied_follow_up", kept.dissatisfied_no)

    # Outages and places

    async def outages(
        self,
        *,
        q: str | None = None,
        community: str | None = None,
        transformer_area: str | None = None,
        kind: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Sequence[Outage]:
        self._reach()
        building = re.search(r"(\d+)\s*(?:号楼|栋|幢)", q or "")
        ends = until or (since or rules.now()) + timedelta(days=7)
        found = [
            o
            for o in self.known_outages.values()
            if (q is None or o.community in q)
            and community in (None, o.community)
            and (transformer_area is None or transformer_area in o.transformer_areas)
            and kind in (None, o.kind)
            and (o.is_running or (o.off_at is not None and o.off_at <= ends and o.restored_at is None))
            and rules.covers(o, int(building[1]) if building else None)
        ]
        return sorted(found, key=lambda o: not o.is_running)

    async def places(self, q: str, *, limit: int = 5) -> Sequence[Place]:
        self._reach()
        return self._find_places(q)[:limit]

    def _find_places(self, q: str) -> list[Place]:
        return [replace(p, address=p.name + q.partition(p.name)[2]) for p in self.known_places if p.name in q]

    async def subscribe(self, outage_no: str, phone: str, *, key: str, channel: str = "sms") -> Subscription:
        self._reach()
        digits = rules.phone_of("phone", phone)
        assert digits is not None
        outage = self._outage(outage_no)
        if outage.restored_at is not None:
            raise Conflict("power is back already", code="outage_over")

        def run() -> Subscription:
            is_new = (outage_no, digits) not in self.subscribers
            self.subscribers[outage_no, digits] = channel
            return Subscription(outage_no, masking.mask_phone(digits), is_new)

        return self._once(key, ("subscribe", outage_no, digits), run)

    async def whistle_blow_progress(self, query_code: str) -> Mapping[str, Any]:
        self._reach()
        for _, answer in self._answers.values():
            if isinstance(answer, Order) and answer.query_code == query_code:
                return {"status": answer.status, "status_label": answer.status_label, "query_code": query_code}
        raise NotFound("no such code", code="order_not_found")

    async def aclose(self) -> None:
        return None

    # Within

    def _reach(self) -> None:
        if self.fail_with is not None:
            raise self.fail_with

    def _once(self, key: str, request: Any, run: Any) -> Any:
        self._reach()
        if key in self._answers:
            asked, answer = self._answers[key]
            if asked != request:
                raise Conflict("this key belongs to another request", code="idempotency_key_reused")
            return answer
        answer = run()
        self._answers[key] = (request, answer)
        return answer

    def _kept(self, order_no: str) -> _Kept:
        self._reach()
        if order_no not in self._orders:
            raise NotFound(order_no, code="order_not_found")
        return self._orders[order_no]

    def _proved(self, order_no: str, phone_last4: str | None, identity: IdentityProof | None) -> _Kept:
        if not phone_last4 and identity is None:
            raise NotAllowed("show a proof", code="identity_required")
        kept = self._kept(order_no)
        by_token = identity is not None and self.identities.get(identity.token) == (kept.fields.get("account_no") or "")
        if not by_token and not (phone_last4 and kept.phone and kept.phone.endswith(phone_last4)):
            raise NotAllowed("the proof does not fit", code="identity_required")
        return kept

    def _outage(self, outage_no: str) -> Outage:
        if outage_no not in self.known_outages:
            raise NotFound(outage_no, code="outage_not_found")
        return self.known_outages[outage_no]
