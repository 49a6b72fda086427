"""The crews' page: what this member's crew is offered and took, and what they do about it. Everything that happens is
an event of the order in the ticketing system, in the member's name and under the page's key."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from clients.crews.http import Crews
from desk import sessions
from desk.logins import SignedIn
from desk.schemas import LoginIn
from desk.sessions import Door
from kernel import clock

COOKIE = "denghuo_crew"
router = APIRouter(prefix="/crew/api", include_in_schema=False)
OrderNo = Annotated[str, Path(pattern=r"^GZ[0-9]{12,16}$")]
_reader = sessions.reader_of(COOKIE, is_crew=True)


async def _writer(request: Request, who: Annotated[SignedIn, Depends(_reader)]) -> SignedIn:
    return sessions.check_token(request, who)


def _crews(request: Request) -> Crews:
    crews: Crews = request.app.state.crews
    return crews


Reader = Annotated[SignedIn, Depends(_reader)]
Writer = Annotated[SignedIn, Depends(_writer)]
Asked = Annotated[Crews, Depends(_crews)]
Note = Annotated[str, Field(min_length=1, max_length=500)]


class Where(BaseModel):
    """WGS 84, degrees."""

    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]


class EventIn(BaseModel):
    """What was done. The same `message_key` is done once."""

    model_config = ConfigDict(extra="forbid")

    event: Literal["accept", "decline", "depart", "arrive", "secure", "not_found", "need_support", "restore"]
    message_key: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
    reason: Note | None = None
    cause: Note | None = None
    repair_note: Note | None = None
    eta_restore_at: AwareDatetime | None = None
    arrived_position: Where | None = None
    is_isolated: bool | None = None
    customer_calls: Annotated[list[AwareDatetime], Field(max_length=10)] | None = None

    def as_event(self) -> dict[str, Any]:
        said = self.model_dump(mode="json", exclude_none=True)
        named: dict[str, Any] = {name: said.pop(name) for name in ("event", "reason") if name in said}
        said.pop("message_key")
        return {**named, **({"data": said} if said else {})}


@router.post("/login")
async def log_in(body: LoginIn, request: Request, response: Response, logins: Door) -> dict[str, Any]:
    sessions.same_origin(request.headers.get("origin"), request.headers.get("host"))
    cookie, who = await logins.log_in(body.login.strip(), body.password)
    sessions.of_page(who, is_crew=True)
    sessions.keep(request, response, COOKIE, cookie, path="/crew")
    return sessions.me(who)


@router.post("/logout", status_code=204)
async def log_out(response: Response, who: Writer, logins: Door) -> None:
    await logins.log_out(who)
    response.delete_cookie(COOKIE, path="/crew")


@router.get("/me")
async def me(who: Reader) -> dict[str, Any]:
    return sessions.me(who)


@router.get("/orders")
async def orders(who: Reader, crews: Asked) -> dict[str, Any]:
    """The member's crew and its orders, the most urgent first."""
    crew = await crews.of(who.agent_id)
    told = {name: crew[name] for name in ("crew_no", "name", "is_on_duty")}
    return {"crew": told, "items": await crews.orders(crew["crew_no"]), "now": clock.now().isoformat()}


@router.post("/orders/{order_no}/events")
async def act(order_no: OrderNo, body: EventIn, who: Writer, crews: Asked) -> dict[str, Any]:
    """Raises what the ticketing system says: another crew has it, the state is past it, a field is missing."""
    moved = await crews.act(order_no, who.agent_id, body.as_event(), key=f"crew:{who.agent_id}:{body.message_key}")
    return {"order_no": order_no, "status": moved["status"]}
