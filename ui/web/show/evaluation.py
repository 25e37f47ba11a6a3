"""Evaluations as the page shows them: where an answer may stand, how far a run is, what came of it."""

from __future__ import annotations

from eval.authoring.candidates import Candidate
from eval.kept import Kept
from eval.typed_suite import Proposal
from ui.web.escape import plain, visible
from ui.web.evaluations import Progress
from ui.web.reports import address_of
from ui.web.show.phrases import place, told
from ui.web.texts import Words

_LONGEST = 400


def intro(words: Words) -> str:
    """The head of the page."""
    return (
        f'<h2 class="gp-page-title" tabindex="-1">{words("evaluate.title")}</h2>'
        f'<p class="gp-lead">{words("evaluate.what")}</p>'
    )


def line(sentence: str, *, failed: bool = False) -> str:
    """What the reader is told about what was just done; the live region is always there."""
    tone = "gp-error" if failed else "gp-told"
    return f'<p role="status" class="{tone}">{"<br>".join(plain(sentence).splitlines())}</p>'


def proposal(words: Words, number: int, one: Proposal) -> str:
    """A question with what is expected, above the sentences to choose from."""
    expected = " | ".join(one.row.answers)
    said = [words("evaluate.expected", answer=expected) if expected else words("evaluate.no_answer")]
    for name, like in one.scope.unknown:
        said.append(words("evaluate.unknown", name=name, like=", ".join(like) or "–"))
    if expected and not one.candidates:
        said.append(words("evaluate.nowhere"))
    notes = "".join(f"<p>{plain(sentence)}</p>" for sentence in said)
    return f'<h3 class="gp-ev-question">{number}. {plain(one.row.question)}</h3>{notes}'


def choice(words: Words, candidate: Candidate) -> str:
    """A sentence to choose, as the text of a radio button, which shows no markup."""
    quote = " ".join(visible(candidate.quote).split())
    shown = quote if len(quote) <= _LONGEST else f"{quote[:_LONGEST]} …"
    page = place(words, candidate.page, None)
    where = ", ".join(part for part in (visible(candidate.document), page) if part)
    return f"“{shown}” – {where}"


def progress(words: Words, now: Progress) -> str:
    """How far the run is, with the time that is left; "" when none runs."""
    if not now.running:
        return ""
    step = now.step
    if now.stopping:
        sentence, bar = words("evaluate.stopping"), ""
    elif step is None:
        sentence, bar = words("evaluate.starting", name=now.name), ""
    else:
        sentence = words(
            "evaluate.running",
            name=now.name,
            number=words.number(step.done + 1),
            total=words.number(step.total),
            system=step.system,
            left=_left(words, step.seconds_left),
        )
        bar = f'<progress max="{step.total}" value="{step.done}" aria-label="{plain(now.name)}"></progress>'
    return f'<div class="gp-ev-progress"><p role="status">{plain(sentence)}</p>{bar}</div>'


def _left(words: Words, seconds: float | None) -> str:
    if seconds is None:
        return words("evaluate.left_unknown")
    minutes = max(1, round(seconds / 60))
    return words("evaluate.left", minutes=words.count("minute", minutes))


def label(words: Words, one: Kept) -> str:
    """An evaluation in the list of earlier ones, as plain text."""
    return f"{visible(one.name)} – {state(words, one)}"


def state(words: Words, one: Kept) -> str:
    """Whether an evaluation is done."""
    if one.fault:
        return words("evaluate.damaged")
    if one.finished:
        return words("evaluate.done", cases=words.count("question", one.cases), when=one.finished)
    return words("evaluate.begun", done=words.number(one.done), total=words.number(one.total))


def evaluation(words: Words, one: Kept | None, error: Exception | None = None) -> str:
    """What came of an evaluation: its report in a frame, or why there is none yet."""
    if one is None:
        return ""
    said = f'<p class="gp-told">{plain(state(words, one))}</p>'
    if error is not None or one.fault:
        reason = told(words, error, "evaluate.failed") if error is not None else one.fault
        said += line(reason, failed=True)
    folder = f'<p class="gp-told">{words("evaluate.folder")} <code>{plain(str(one.folder))}</code></p>'
    return f'<h3 class="gp-ev-question">{plain(one.name)}</h3>{said}{_report(words, one)}{folder}'


def _report(words: Words, one: Kept) -> str:
    if not one.page.is_file():
        return ""
    address = address_of(one)
    return (
        f'<p class="gp-ev-links"><a href="{address}" target="_blank" rel="noopener">'
        f'{words("evaluate.open")}</a> <a href="{address}" download="{one.key}.html">'
        f"{words('evaluate.download')}</a></p>"
        f'<iframe class="gp-ev-report" src="{address}" sandbox="allow-scripts" '
        f'title="{words("evaluate.report")}"></iframe>'
    )
