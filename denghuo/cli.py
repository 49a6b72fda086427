"""The command `denghuo`: one line each; the work is in modules imported inside, so that each command starts fast."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from denghuo.line import Line

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="灯火 Denghuo",
)
bench = typer.Typer(no_args_is_help=True, help="measure / 测量")
app.add_typer(bench, name="bench")

Json = Annotated[bool, typer.Option("--json", help="print JSON")]
PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True}


def _line() -> Line:
    from denghuo.line import Line
    from kit import settings

    return Line(settings.load())


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def _say(text: str) -> None:
    print(text, flush=True)


@app.command()
def up(detach: Annotated[bool, typer.Option("-d", "--detach", help="come back when all is healthy")] = False) -> None:
    """Start the whole line and watch it (Ctrl-C stops it) / 启动"""
    from denghuo import up as starting

    (starting.run_detached if detach else starting.run_in_foreground)(_line(), _say)


@app.command()
def down() -> None:
    """Stop the line of this state folder / 停下"""
    from denghuo import up as starting

    _say("已停下 / stopped" if starting.stop(_line()) else "没有在运行 / nothing was running")


@app.command()
def status(as_json: Json = False) -> None:
    """Each process with its address and health / 状态"""
    from denghuo import status as reading

    state = reading.read(_line())
    if as_json:
        _print_json(state)
    else:
        for row in state["processes"]:
            _say(
                f"{row['name']:<10} {row['health']:<9} pid {row['pid'] or '-':<8} "
                f"restarts {row['restarts']}  {row['url']}"
            )
    raise typer.Exit(0 if all(row["health"] == "ok" for row in state["processes"]) else 1)


@app.command()
def doctor(as_json: Json = False) -> None:
    """What is missing or wrong here, and the way to mend it / 体检"""
    from denghuo import doctor as checking

    findings = checking.examine(_line())
    if as_json:
        _print_json([vars(f) for f in findings])
    else:
        for finding in findings:
            _say(str(finding))
    raise typer.Exit(0 if all(f.ok for f in findings) else 1)


@app.command()
def seed(
    if_empty: Annotated[bool, typer.Option("--if-empty", help="do nothing when there are accounts")] = False,
) -> None:
    """Load the sample utility into the databases of the running line / 装入样例数据"""
    from denghuo import seed as loading

    loading.run(loading.on_line(_line()), if_empty=if_empty, say=_say)


@app.command()
def train(if_stale: Annotated[bool, typer.Option("--if-stale", help="only when its inputs changed")] = False) -> None:
    """Train the dialogue model / 训练对话模型"""
    import asyncio

    from denghuo import model
    from denghuo.up import check_bot_environment

    line = _line()
    line.make_folders()
    check_bot_environment(line)
    work = model.train(line.root, line.rasa_python, line.logs / "train.log", _say, only_if_stale=if_stale)
    asyncio.run(work)
    _say("模型已是最新 / the model is up to date")


@app.command()
def sample(as_json: Json = True) -> None:
    """The sample customers, for scripts (sample mode only) / 样例客户"""
    from denghuo import sample as customers

    _print_json(customers.describe(_line()))


@app.command()
def chat(
    url: Annotated[str, typer.Option(help="address of the line; default: the one of this state folder")] = "",
    say: Annotated[list[str] | None, typer.Option(help="say this and the next ones, then leave")] = None,
) -> None:
    """Talk to the bot in this terminal / 在终端里聊天"""
    from denghuo import chat as talking

    raise typer.Exit(talking.run(url or _line().base_url, say))


@app.command(context_settings=PASS_ON)
def call(context: typer.Context) -> None:
    """Ring the line with a simulated telephone / 模拟打电话"""
    _pass_on("denghuo.call", context.args)


@bench.command("talk", context_settings=PASS_ON)
def bench_talk(context: typer.Context) -> None:
    """Turns per second and flatness against stock Rasa / 对话速度"""
    _pass_on("denghuo.bench_talk", context.args)


@bench.command("nlu", context_settings=PASS_ON)
def bench_nlu(context: typer.Context) -> None:
    """Intents and entities, cross-validated and held out / 理解准确率"""
    _pass_on("denghuo.bench_nlu", context.args)


@bench.command("form", context_settings=PASS_ON)
def bench_form(context: typer.Context) -> None:
    """A turn in a form with one backend call / 填单一轮的用时"""
    _pass_on("denghuo.bench_form", context.args)


@bench.command("notices", context_settings=PASS_ON)
def bench_notices(context: typer.Context) -> None:
    """100 000 notices queued and told across a killed worker / 通知群发"""
    _pass_on("denghuo.bench_notices", context.args)


@bench.command("knowledge", context_settings=PASS_ON)
def bench_knowledge(context: typer.Context) -> None:
    """Questions in new words against the knowledge / 知识检索准确率"""
    _pass_on("denghuo.bench_knowledge", context.args)


@bench.command("clocks", context_settings=PASS_ON)
def bench_clocks(context: typer.Context) -> None:
    """Fifty thousand open deadlines held, a thousand coming due at once. / 时限"""
    _pass_on("denghuo.bench_clocks", context.args)


@bench.command("ticketing", context_settings=PASS_ON)
def bench_ticketing(context: typer.Context) -> None:
    """A storm of reports, one key from many callers, notices / 工单后台负荷"""
    _pass_on("denghuo.bench_ticketing", context.args)


@bench.command("billing", context_settings=PASS_ON)
def bench_billing(context: typer.Context) -> None:
    """A month's bills of 200 000 accounts, lookups, one payment told twenty times / 账务后台负荷"""
    _pass_on("denghuo.bench_billing", context.args)


@app.command("knowledge", context_settings=PASS_ON)
def knowledge(context: typer.Context) -> None:
    """due | unanswered: what its keepers have to look at / 知识待办"""
    _pass_on("denghuo.knowledge", context.args)


@app.command("bill-check", context_settings=PASS_ON)
def bill_check(context: typer.Context) -> None:
    """Compute the bills of a file of cases and print what they come to / 核对电费"""
    _pass_on("backends.billing.bill_check", context.args)


def _pass_on(module: str, arguments: list[str]) -> None:
    """Hand the rest of the command line to `main(arguments)` of a module that has its own options."""
    import importlib

    run: Callable[[list[str]], int | None] = importlib.import_module(module).main
    raise typer.Exit(run(arguments) or 0)


def _code_of(leaving: SystemExit) -> int:
    """As the interpreter would: a number or nothing is a code, a sentence is said and is 1."""
    if leaving.code is None or isinstance(leaving.code, int):
        return leaving.code or 0
    print(f"✗ {leaving.code}", file=sys.stderr)
    return 1


def main() -> int:
    """Run the command; an expected trouble is one sentence and exit code 1."""
    from denghuo.supervisor import LineError

    try:
        app()
    except LineError as error:
        print(f"✗ {error}", file=sys.stderr)
        return 1
    except SystemExit as leaving:
        return _code_of(leaving)
    except Exception as error:
        if (
            type(error).__name__ != "ValidationError"
        ):  # pydantic's: a setting is wrong; importing it here costs start-up
            raise
        print(f"✗ 设置有误 / a setting is wrong:\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
