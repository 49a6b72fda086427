"""The data gate can fail: every rule objects to a small bad example and to nothing in a sound one."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
MONTHS = "一二三四五六七八九"
REGISTERS = ("formal", "casual", "spoken", "misheard", "dialect", "terse", "long")
RULES = ("closed", "counts", "doubles", "edges", "registers", "overmatch", "twins", "unseen")
ALL_BUT_OVERMATCH = [rule for rule in RULES if rule != "overmatch"]  # needs three sentences an intent

ASKED = [
    f"{lead}{month}月{what}"
    for lead in ("查一下", "看看", "帮查")
    for month in MONTHS
    for what in ("电费", "用了多少度", "账单")
]
GREETED = [f"{hello}{who}" for hello in ("你好", "早上好", "喂", "哈喽") for who in "啊呀哦嘞们哈您师小大"]
THANKED = [f"{thanks}{who}" for thanks in ("谢谢", "多谢", "感谢") for who in "啊呀哦嘞了"]


def block(intent: str, register: str, sentences: list[str]) -> str:
    lines = "\n".join(f"    - {sentence}" for sentence in sentences)
    return f"- intent: {intent}\n  metadata:\n    register: {register}\n  examples: |\n{lines}\n"


def spread(intent: str, sentences: list[str]) -> str:
    """The sentences over all registers in turn."""
    return "".join(block(intent, name, sentences[at :: len(REGISTERS)]) for at, name in enumerate(REGISTERS))


def objections(folder: Path, blocks: str, *rules: str) -> str:
    (folder / "topic.yml").write_text(f'version: "3.1"\nnlu:\n{blocks}', encoding="utf-8")
    (folder / "kept").mkdir()
    kept = folder / "kept" / "unseen.yml"
    kept.write_text('sentences:\n- {text: "看看，三月电费！", intent: bill_query}\n', encoding="utf-8")
    chosen = [part for rule in rules for part in ("--rule", rule)]
    command = [str(PYTHON), "-W", "ignore", "-m", "bot.nlu.gate", "--data", str(folder), *chosen]
    done = subprocess.run(
        [*command, "--unseen", str(kept)], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.stderr == ""
    assert (done.returncode == 0) == done.stdout.rstrip().endswith("%"), done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def objected(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the gate says of data with every fault there is."""
    asked = [*ASKED, "查一下四月电费"]  # said twice
    greeted = [*GREETED, "看看九月电费", "看看八月电费呀", "看看七月电费呀", "查一下[六月电](period)费呀"]
    blocks = spread("bill_query", asked) + block("greet", "casual", greeted) + block("parcel", "mumbled", ["查件"])
    return objections(tmp_path_factory.mktemp("bad"), blocks, *ALL_BUT_OVERMATCH)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What it says of sound data, apart from there being too little of it."""
    asked = [sentence for sentence in ASKED if sentence != "看看三月电费"]
    blocks = spread("bill_query", asked) + spread("greet", GREETED)
    return objections(tmp_path_factory.mktemp("good"), blocks, *(rule for rule in RULES if rule != "counts"))


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("closed", "parcel: not in the closed list"),
        ("counts", "greet: 44 sentences, at least 100"),
        ("counts", "bill_query: 82 sentences, at least 200"),
        ("counts", "sentences over all, at least 6000"),
        ("doubles", "看看九月电费 stands also in bill_query"),
        ("doubles", "bill_query: 查一下四月电费 stands 2 times"),
        ("edges", "[六月电] in 查一下六月电费呀 is off a token edge"),
        ("registers", "greet: dialect is 0.0% of its sentences"),
        ("registers", "parcel: mumbled is no register"),
        ("twins", "have a twin in another intent"),
        ("unseen", "看看三月电费 is kept for measuring"),
    ],
)
def test_a_fault_is_named_by_its_rule(objected, rule, says):
    assert [line for line in objected.splitlines() if line.startswith(f"[{rule}]") and says in line], objected


def test_sentences_another_intent_wins_are_named(tmp_path):
    lost = ["看看三月账单吧", "查一下五月电费呀", "帮查八月账单啊", "看看一月电费哦"]
    blocks = spread("bill_query", ASKED) + spread("greet", GREETED) + block("thanks", "casual", THANKED + lost)
    said = objections(tmp_path, blocks, "overmatch")
    assert said.startswith("[overmatch] thanks: ") and "看看三月账单吧 → bill_query" in said


def test_sound_data_is_objected_to_by_no_rule(sound):
    assert "nothing to object to" in sound


def test_every_rule_has_a_fault_above():
    asked = subprocess.run([str(PYTHON), "-m", "bot.nlu.gate", "--help"], cwd=ROOT, capture_output=True, text=True)
    assert "{" + ",".join(RULES) + "}" in asked.stdout
