"""Runs made up from a seed: cases over invented documents, systems of known skill, answers that look real."""

from __future__ import annotations

import random
from dataclasses import dataclass

from eval.cases import Case, GoldSpan, Nugget
from eval.report.outcomes import outcome
from eval.report.run_data import RunData, SystemInfo
from eval.report.values import ClaimReport, QuoteReport, ResultReport, Setting
from eval.scoring import QUANTITIES, SHARES
from rag.types import Turn

_WORDS = (
    *("agency", "report", "licence", "model", "threshold", "register", "notice", "minister", "committee"),
    *("weights", "open", "release", "duty", "harm", "user", "maker", "statute", "annex", "budget", "audit"),
    *("disclosure", "quarter", "county", "harbour", "data", "steward", "rule", "appeal", "exemption"),
)
TAGS = ("number", "date", "table-cell", "footnote", "definition", "follow-up", "false-premise", "near-miss")


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """How a made-up system behaves: shares of right answers, of wrong ones and of false answers; its cost."""

    name: str
    right: float
    wrong: float
    false: float
    seconds: float | None
    memory: float | None
    baseline: bool = False


MODELS = (
    Skill(name="qwen2.5-coder-1.5b-instruct", right=0.62, wrong=0.2, false=0.3, seconds=4.1, memory=2.4),
    Skill(name="qwen2.5-coder-0.5b-instruct", right=0.56, wrong=0.3, false=0.45, seconds=1.6, memory=1.2),
    Skill(name="smollm2-135m-instruct", right=0.2, wrong=0.6, false=0.8, seconds=0.7, memory=0.6),
)
BASELINES = (
    Skill(name="always-abstain", right=0, wrong=0, false=0, seconds=0.001, memory=None, baseline=True),
    Skill(name="first-sentence", right=0.3, wrong=0.7, false=1, seconds=0.04, memory=0.4, baseline=True),
)


def run(cases: int = 1000, systems: tuple[Skill, ...] = MODELS + BASELINES, seed: int = 7) -> RunData:
    """A whole run; the same arguments give the same run."""
    chance = random.Random(seed)
    suite = tuple(_case(chance, number) for number in range(cases))
    hard = {case.case_id: chance.random() for case in suite}
    return RunData(
        suite="library",
        description="Questions over the starter documents.",
        licence="CC-BY-4.0",
        primary="resolved",
        context="retrieved",
        seed=0,
        finished="2026-11-23",
        cases=suite,
        systems=tuple(
            SystemInfo(
                name=skill.name,
                baseline=skill.baseline,
                fingerprint=(
                    Setting(name="model sha256", value=f"{number:064x}"),
                    Setting(name="code", value="0.1.0 (abc1234)"),
                ),
            )
            for number, skill in enumerate(systems)
        ),
        results={
            (case.case_id, skill.name): _result(chance, case, skill, hard[case.case_id])
            for skill in systems
            for case in suite
        },
        settings=(Setting(name="suite", value="library"), Setting(name="seed", value="0")),
        machine=(Setting(name="cores", value="2"), Setting(name="memory", value="16 GiB")),
    )


def _sentence(chance: random.Random, words: int = 14) -> str:
    said = " ".join(chance.choices(_WORDS, k=words))
    return f"{said.capitalize()} {chance.randrange(2, 900)}."


def _case(chance: random.Random, number: int) -> Case:
    document = f"document-{chance.randrange(18):02d}.pdf"
    answerable = chance.random() < 0.7
    answer = str(chance.randrange(2, 900))
    quote = f"{_sentence(chance)} The {chance.choice(_WORDS)} shall be {answer} days. {_sentence(chance)}"
    span = GoldSpan(document=document, quote=quote, page=chance.randrange(1, 40))
    return Case(
        case_id=f"lib-{number:04d}",
        question="How many {} days does the {} of the {} get?".format(*chance.choices(_WORDS, k=3)),
        turns=(Turn(question="What is it about?", answer="A register."),) if number % 9 == 0 else (),
        answerable=answerable,
        evidence=(span,) if answerable else (),
        answers=(answer, f"{answer} days") if answerable else (),
        nuggets=(Nugget(text=f"{answer} days", accept=(answer,), vital=True),)
        if answerable and number % 5 == 0
        else (),
        tags=tuple(chance.sample(TAGS[:6], 2)) if answerable else (chance.choice(TAGS[6:]),),
        split="dev",
        cluster=document,
        premise="" if answerable or number % 2 else "The register was closed in 2024.",
    )


def _result(chance: random.Random, case: Case, skill: Skill, hard: float) -> ResultReport:
    end = _end(case, skill, 0.6 * hard + 0.4 * chance.random())
    answered = end != "abstained"
    status = ("partial" if chance.random() < 0.1 else "answered") if answered else "abstained"
    gold = case.evidence[0].quote if case.evidence else ""
    quotes = [gold.split(". ")[1] + "." if end == "right" else _sentence(chance), _sentence(chance)]
    text = f"The time is {case.answers[0]} days [1]." if end == "right" else f"{_sentence(chance)[:-1]} [1]."
    scores = _scores(chance, case, skill, end)
    checks = ("The number 12 is in none of its quotes.",)
    doubtful = end == "wrong" and chance.random() < 0.3
    return ResultReport(
        system=skill.name,
        outcome=outcome(answerable=case.answerable, status=status, scores=scores),
        status=status,
        text=text if answered else "The documents do not say.",
        reason="" if answered else "No passage names what the question asks for.",
        error="",
        confidence=min(1.0, max(0.0, chance.gauss(0.75 if end == "right" else 0.55, 0.15))),
        claims=(ClaimReport(text=text, support="no", checks=checks),) if doubtful else (),
        quotes=tuple(
            QuoteReport(marker=marker, document=case.cluster, page=chance.randrange(1, 40), quote=quote)
            for marker, quote in enumerate(quotes, start=1)
            if answered
        ),
        read=(case.cluster, case.cluster, "glossary.md"),
        scores=scores,
    )


def _end(case: Case, skill: Skill, luck: float) -> str:
    if not case.answerable:
        return "false" if luck < skill.false else "abstained"
    return "right" if luck < skill.right else "wrong" if luck < skill.right + skill.wrong else "abstained"


def _scores(chance: random.Random, case: Case, skill: Skill, end: str) -> dict[str, float | None]:
    """Every score that `eval.scoring` gives, unscored where it would be."""
    answered = end != "abstained"
    right = float(end == "right")
    of_answerable = ("correct", "exact", "f1", "recall@10", "ndcg@10", "rr@10", "all_evidence_in_context")
    of_answers = ("citation_valid", "citation_coverage", "quotes_verbatim", "quotes_normalised")
    of_claims = ("numbers_in_quotes", "dates_in_quotes", "names_in_quotes")
    scores: dict[str, float | None] = dict.fromkeys((*SHARES, *QUANTITIES))
    scores |= {"healthy": 1.0, "answered": float(answered), "resolved": right}
    if case.answerable:
        scores |= dict.fromkeys(of_answerable, right) | {"false_abstention": float(not answered)}
        scores |= {"recall@10": float(chance.random() < 0.85), "f1": 0.8 * right}
    else:
        scores |= {"resolved": float(not answered), "false_answer": float(answered)}
    if answered:
        scores |= dict.fromkeys(of_answers, 1.0)
        scores |= {name: float(chance.random() < 0.9) for name in of_claims}
        if case.answerable:
            scores |= dict.fromkeys(("citation_precision", "citation_recall", "page_right"), right)
    if skill.seconds is not None:
        seconds = skill.seconds * (0.7 + 0.6 * chance.random())
        scores |= {"seconds": seconds, "ttft_s": 0.3 * seconds}
    if skill.memory is not None:
        scores |= {"peak_memory_bytes": skill.memory * 2**30}
    return scores
