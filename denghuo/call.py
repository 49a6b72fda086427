"""`denghuo call`: a telephone in the terminal, over the simulator.

Words are spoken; digits, `*` and `#` are pressed; an empty line is silence; `/h` hangs up. Virtual time: nobody waits
for a prompt to end, but the line is the real one, with signed webhooks.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ivr.simulator import Call, Heard, RedirectLoop, Simulator
from kit import settings

_KEYS = re.compile(r"[0-9*#]+")
_HELP = "（直接打字就是说话；数字、*、# 就是按键；空行是不出声；/h 挂断）"
_SHOWN = {"say": "灯火：{}", "play": "〔播放 {}〕", "beep": "〔嘀——〕", "ringback": "〔回铃〕"}
HANG_UP = "/h"


def main(argv: list[str] | None = None) -> int:
    """Place one call. Exit code 0 when it was held, 1 when nothing answered or the line broke."""
    asked = _arguments(argv)
    config = settings.load()
    with _telephone(config, asked.url or f"http://127.0.0.1:{config.port}") as phone:
        try:
            call = phone.inbound(from_=asked.number).hear_out()
        except RedirectLoop:
            return _trouble("线路在原地打转。 / The line redirects without end.")
        if call.heard == ["error-announcement"]:
            return _trouble(_why(call))
        lines = _script(asked.script) if asked.script else _typed()
        _hold(call, lines, quiet=asked.json, echo=bool(asked.script))
    if asked.json:
        print(json.dumps(_record(call), ensure_ascii=False, indent=2))
    return 1 if "error-announcement" in call.heard else 0


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="denghuo call", description="用模拟电话打进来 / ring the line, simulated")
    parser.add_argument("--from", dest="number", default="+8613812345678", help="the number that calls")
    parser.add_argument("--script", type=Path, help="a file with one line for each turn, - for standard input")
    parser.add_argument("--json", action="store_true", help="print the whole call as JSON at its end")
    parser.add_argument("--url", default="", help="address of the line; default: this machine's")
    return parser.parse_args(argv)


def _telephone(config: settings.Settings, base_url: str) -> Simulator:
    public = config.twilio.public_url.rstrip("/")
    return Simulator(
        auth_token=config.twilio.auth_token.get_secret_value(),
        account_sid=config.twilio.account_sid,
        number=config.twilio.number,
        voice_url=f"{public}/ivr/voice",
        status_callback=f"{public}/ivr/status",
        app=base_url,
    )


def _why(call: Call) -> str:
    first = call.debugger[0]
    if first.code == 11205:
        return "没有应答：请先 denghuo up。 / Nothing answers: denghuo up first."
    return f"线路没有接起（{first.code} {first.detail}）。 / The line did not take the call."


def _trouble(sentence: str) -> int:
    print(f"✗ {sentence}", file=sys.stderr)
    return 1


def _script(path: Path) -> Iterator[str]:
    text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    yield from (line.strip() for line in text.splitlines() if not line.startswith("//"))


def _typed() -> Iterator[str]:
    print(_HELP)
    while True:
        try:
            yield input("您：").strip()
        except (EOFError, KeyboardInterrupt):
            print()
            return


def _hold(call: Call, lines: Iterable[str], *, quiet: bool, echo: bool) -> None:
    """Do line after line until either side hangs up."""
    shown = _show(call, 0, quiet)
    for line in lines:
        if call.waiting_for == "ended" or line == HANG_UP:
            break
        if echo and not quiet:
            print(f"您：{line or '（不出声）'}")
        act(call, line)
        shown = _show(call, shown, quiet)
    if call.waiting_for != "ended":
        call.hangup()
    elif not quiet:
        print("〔对方已挂断〕")


def act(call: Call, line: str) -> None:
    """One line of a caller: keys, words, or silence."""
    if not line:
        call.silence()
    elif _KEYS.fullmatch(line):
        call.keys(line)
    else:
        call.say(line)


def _show(call: Call, already: int, quiet: bool) -> int:
    if not quiet:
        for heard in call.transcript[already:]:
            print(_shown(heard))
    return len(call.transcript)


def _shown(heard: Heard) -> str:
    return _SHOWN.get(heard.kind, "〔{}〕").format(heard.text or heard.kind)


def _record(call: Call) -> dict[str, Any]:
    return {
        "call_id": call.sid,
        "state": call.state,
        "heard": [{"kind": h.kind, "text": h.text, "at_s": h.at_ms / 1000} for h in call.transcript],
        "requests": [{"method": r.method, "path": r.path, "at_s": r.at_ms / 1000} for r in call.requests],
        "problems": [{"code": p.code, "detail": p.detail} for p in call.debugger],
    }


if __name__ == "__main__":
    sys.exit(main())
