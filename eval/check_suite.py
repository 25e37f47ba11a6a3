"""Everything that is wrong with a suite, at once: for whoever writes one, before anything rests on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eval.checking.answerable import answerable_findings
from eval.checking.content import case_findings, unquoted_answers
from eval.checking.documents import Documents
from eval.checking.duplicates import duplicate_ids, duplicate_questions
from eval.checking.evidence import evidence_findings, quotes_of
from eval.checking.files import SuiteFiles
from eval.checking.finding import Finding, Level, Place, warning
from eval.checking.splits import mixed_splits, odd_splits, split_leaks
from eval.suite import SUITE


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The outcome of a check: `cases` were checked, against `documents` documents (None: against none)."""

    cases: int
    answerable: int
    documents: int | None
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> int:
        """How many findings make figures wrong or missing."""
        return sum(finding.level is Level.ERROR for finding in self.findings)


def check(files: SuiteFiles, documents: Documents | None) -> Checked:
    """Every finding, by file and line. Without documents, evidence is not compared, and a warning says so."""
    cases = files.cases
    findings = [*files.findings, *duplicate_ids(cases), *duplicate_questions(cases)]
    findings += [*split_leaks(cases), *mixed_splits(cases), *odd_splits(cases), *_balance(files)]
    known = documents if documents is not None else Documents(())
    for placed in cases:
        findings += case_findings(placed)
        evidence = list(evidence_findings(placed, documents)) if documents is not None else []
        findings += evidence
        if not {"quote-not-found", "unknown-document"} & {finding.code for finding in evidence}:
            findings += unquoted_answers(placed, quotes_of(placed, known))
    if documents is not None:
        findings += answerable_findings(cases, documents)
    elif cases:
        what = "No documents were given, so evidence was not looked for in them."
        todo = "Name their folder with --corpus or as corpus in suite.toml, or an index with --index."
        findings.append(warning("unchecked", Place(file=SUITE, line=0), "corpus", what, todo))
    order = sorted(findings, key=lambda finding: (finding.place.file, finding.place.line))
    return Checked(
        cases=len(cases),
        answerable=sum(placed.case.answerable for placed in cases),
        documents=None if documents is None else len(documents),
        findings=tuple(order),
    )


def counts(findings: Sequence[Finding]) -> tuple[tuple[str, int], ...]:
    """How often each kind of finding was made, errors first, the most frequent first."""
    errors = {finding.code for finding in findings if finding.level is Level.ERROR}
    often = Counter(finding.code for finding in findings)
    return tuple(sorted(often.items(), key=lambda pair: (pair[0] not in errors, -pair[1], pair[0])))


def _balance(files: SuiteFiles) -> Iterator[Finding]:
    answerable = sum(placed.case.answerable for placed in files.cases)
    if answerable and answerable == len(files.cases):
        what = "Every case is answerable, so whether a model knows when to say nothing is not measured."
        todo = "Add questions that the documents do not answer."
        yield warning("no-unanswerable", Place(file=SUITE, line=0), "", what, todo)
