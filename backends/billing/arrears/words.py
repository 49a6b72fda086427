"""What is sent about arrears: short, with the sum, the way to pay and the way to ask for time (etiquette; seed S43)."""

from __future__ import annotations

from datetime import datetime

from kernel import account_no as accounts
from kernel import clock
from kernel.dates_zh import text_date
from kernel.money import format_yuan

_HELP = "有困难请回电95598，可以登记困难、商量分期。"


def reminder(account_no: str, days: int, owes_fen: int, due: str) -> str:
    """`days` after the due date; negative before it."""
    who, sum_ = f"户号尾号{accounts.last4(account_no)}", f"{format_yuan(owes_fen)}元"
    if days < 0:
        return f"【江城供电】{who}电费{sum_}，{due}到期。微信、支付宝、掌上APP输户号就能缴。"
    if days <= 1:
        return f"【江城供电】{who}电费{sum_}昨天到期，可能您忙忘了，方便时请缴一下。{_HELP}"
    if days < 31:
        return f"【江城供电】{who}电费{sum_}已过期{days}天，每天有少量违约金，请尽快缴。{_HELP}"
    return f"【江城供电】{who}电费{sum_}已过期{days}天，再不缴将按规定办理停电手续，停电前还会书面通知您。{_HELP}"


def notice(account_no: str, owes_fen: int, stop_at: datetime) -> str:
    at = stop_at.astimezone(clock.TZ)
    return (
        f"【江城供电】户号尾号{accounts.last4(account_no)}欠电费{format_yuan(owes_fen)}元，"
        f"定于{text_date(at.date())}{at:%H:%M}停电。在这之前缴清就不停。{_HELP}"
    )


def warning(account_no: str, owes_fen: int, stop_at: datetime) -> str:
    at = stop_at.astimezone(clock.TZ)
    return (
        f"【江城供电】户号尾号{accounts.last4(account_no)}将于今天{at:%H:%M}停电，现在缴清{format_yuan(owes_fen)}元就取消。"
        "家里有人靠设备维持生命，请马上回电95598。"
    )


def reconnecting(account_no: str) -> str:
    return f"【江城供电】户号尾号{accounts.last4(account_no)}已缴清，送电指令已下发，一般15分钟内来电，最迟24小时。"


def reconnected(account_no: str) -> str:
    return f"户号尾号 {accounts.last4(account_no)} 已经送电。个别电表要长按面板按钮 3 秒；还没来电请告诉我。"
