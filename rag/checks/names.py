"""Names of a claim against its quotes: people, bodies, places, laws, acronyms with their expansions."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.checks.finding import Finding, Kind
from rag.checks.words import Word, listed, stem, words

_FORMS = """
eu european union|us united states america american|usa united states america american
uk united kingdom britain british|un united nations|ai artificial intelligence|oss open source software
ml machine learning|llm large language model|gdpr general data protection regulation
dod department of defense|gsa general services administration|ftc federal trade commission
omb office of management and budget|gao government accountability office|rmf risk management framework
nist national institute of standards and technology|fy fiscal year|federal us united states
american america us united states|america american us united states|european europe eu|europe european eu
britain uk united kingdom british|british uk united kingdom britain
"""
_PEOPLES = """
austrian austria|belgian belgium|brazilian brazil|chinese china|czech czechia|danish denmark
dutch netherlands|estonian estonia|finnish finland|french france|german germany|greek greece
hungarian hungary|indian india|irish ireland|israeli israel|italian italy|japanese japan|kenyan kenya
korean korea|latvian latvia|lithuanian lithuania|mexican mexico|norwegian norway|polish poland
portuguese portugal|romanian romania|russian russia|spanish spain|swedish sweden|swiss switzerland
taiwanese taiwan|turkish turkey|ukrainian ukraine|english england|scottish scotland|welsh wales
australian australia|canadian canada|african africa|asian asia|californian california|texan texas
singaporean singapore|vietnamese vietnam|indonesian indonesia
"""


def _known_forms() -> dict[str, str]:
    """Other words under which a name may stand in the quotes: acronyms, peoples and places."""
    forms = {}
    for entry in re.split(r"[|\n]", _FORMS.strip()):
        name, _, others = entry.partition(" ")
        forms[name] = others
    for entry in re.split(r"[|\n]", _PEOPLES.strip()):
        people, place = entry.split()
        forms |= {people: place, place: people}
    return forms


_KNOWN = _known_forms()
_ORDINARY = frozenset(
    listed("""
    a an the this that these those it its they their there here he she his her we our you your i my who
    what when where why how which if as at by for from in into of on onto to up with without within
    under over above below after before during since until while although though because however
    therefore moreover nevertheless also and or but nor so yet not no none neither either both all any
    each every few many more most much other others several some such same another one two three four
    five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty seventy eighty ninety
    hundred half third quarter first second last next new old large small big major minor main key
    public private open closed free local national state federal foreign global common general special
    specific certain current former early late high low good bad best worst long short full according
    instead only even still just then thus hence once again beyond across along among around between
    about against despite except per than via roughly nearly almost over upwards must may can should
    shall will would could might do does did is are was were be been being has have had code data
    software source model system access use law bill rule act court board body council committee agency
    office government congress parliament senate house ministry department secretary minister president
    governor mayor director manager officer chair member staff team group union firm company vendor
    supplier provider user developer deployer author critic expert researcher scholar student people
    person public society industry market trade price cost fee fine levy tax budget fund grant money
    work job plan project program programme policy guidance framework standard order memo memorandum
    report study survey review audit test tool service section article title chapter part annex appendix
    table figure page paragraph recital clause proof evidence harm risk safety security privacy trust
    value power control choice change growth progress speed time term period date day week month year
    today training research science health energy water food language text content research work support
    help advice appeal approval consent notice warning threat failure success result effect impact
    benefit reward breach crime abuse misuse sale purchase spend export import record file inventory
    catalogue list index metadata archive storage library website platform network cloud licence license
    contract agreement treaty charter permit waiver exemption exception penalty duty right anyone
    anybody everybody somebody everyone nobody nothing everything someone something whoever whatever
    under only prior due early open small most selling buying storage sixty storage comment breach
    president senator representative governor judge justice mr mrs ms dr prof sir lord hon monday
    tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december jan feb mar apr jun jul aug sep sept oct nov dec
""")
)
_GENERIC = frozenset(
    listed("""
    act bill law section sec article art title chapter part annex appendix table figure page no nos
    number directive regulation order memo memorandum report states government president senator
    senators representative secretary agency agencies member members framework policy guidance inc corp
    ltd co eur usd gbp i ii iii iv v vi authority administration
    january february march april may june july august september october november december jan feb mar
    apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday
""")
)
_SUFFIX = re.compile(
    r"(?:ing|ed|ly|tion|sion|ment|ments|ity|ness|ance|ence|ers?|ors?|ists?|ism|ships?|able|ible|ful|less|ous|ive|al|"
    r"age|[^suai]s|ures?|cy)$"
)
_VERB_NEXT = re.compile(
    r"(?:'s\b|’s\b|,|\s+(?:is|was|has|had|will|would|may|must|should|can|could|shall|does|did|and|or|in|\w{3,}(?:s|ed))\b)"
)
_STARTS = re.compile(r"(?:^|[.!?:]\s+|[\"“(]\s*)$")


def check_names(claim: str, quotes: str, context: str) -> list[Finding]:
    """Names in the claim that neither quotes nor context contain, under any of their forms."""
    known = _known_words(quotes + "\n" + context)
    found = []
    for run in _runs(claim):
        missing = [word for word in run if not _borne_out(word, known)]
        if missing and not _acronym_of(run, known):
            text = claim[missing[0].start : missing[-1].end]
            message = f"The quotes do not name “{text}”."
            found.append(Finding(kind=Kind.NAME, message=message, text=text))
    return found


@lru_cache(maxsize=512)
def _known_words(text: str) -> frozenset[str]:
    """Every word of a text, its stem, the acronyms of its capitalised runs and what acronyms stand for."""
    tokens = words(text)
    known = {form for token in tokens for form in (_plain(token), token.stem)}
    known |= {token.stem for token in words(text.replace("-", ""))}
    for run in _capitalised(text, tokens):
        names = [word.text for word in run if word.text[0].isupper()][:12]
        for first in range(len(names)):
            for last in range(first + 2, len(names) + 1):
                known.add("".join(name[0] for name in names[first:last]).lower())
        known.add("".join(word.text[0] for word in run).lower())
    lower = " ".join(token.lower for token in tokens)
    for short, long in _KNOWN.items():
        if short in known:
            known |= set(long.split())
        if long in lower or (" " not in long and long in known):
            known.add(short)
    return frozenset(known)


def _plain(word: Word) -> str:
    return re.sub(r"['’]s?$", "", word.text.lower()).replace(".", "")


def _borne_out(word: Word, known: frozenset[str]) -> bool:
    plain = _plain(word)
    return (
        plain in known
        or word.stem in known
        or any(part in known for part in _KNOWN.get(plain, "").split()[:1])
    )


def _acronym_of(run: tuple[Word, ...], known: frozenset[str]) -> bool:
    """Whether the run spells out an acronym that the quotes use."""
    initials = "".join(word.text[0] for word in run if word.text[0].isupper()).lower()
    return len(initials) >= 2 and initials in known


def _capitalised(text: str, tokens: tuple[Word, ...]) -> list[tuple[Word, ...]]:
    """Runs of capitalised words, with "of", "and", "the", "for" inside."""
    runs: list[list[Word]] = []
    for at, word in enumerate(tokens):
        gap = text[tokens[at - 1].end : word.start] if at else "."
        joined = at > 0 and bool(re.fullmatch(r"[\s-]*", gap))
        if word.text[0].isupper():
            if runs and joined and runs[-1][-1] is tokens[at - 1]:
                runs[-1].append(word)
            else:
                runs.append([word])
        elif (
            runs
            and joined
            and runs[-1][-1] is tokens[at - 1]
            and word.lower in ("of", "and", "the", "for", "on")
        ):
            runs[-1].append(word)
    return [tuple(run) for run in runs]


def _runs(claim: str) -> list[tuple[Word, ...]]:
    """The claim's names: capitalised words, less ordinary ones that only begin a sentence."""
    found = []
    for run in _capitalised(claim, words(claim)):
        names = tuple(
            word
            for at, word in enumerate(run)
            if word.text[0].isupper()
            and _plain(word) not in _GENERIC
            and not (at == 0 and _STARTS.search(claim[: word.start]) and _merely_first(word, run, claim))
        )
        names = tuple(word for word in names if len(word.text) > 1)
        if names:
            found.append(names)
    return found


def _merely_first(word: Word, run: tuple[Word, ...], claim: str) -> bool:
    """Whether the capital is only that of a sentence's first word."""
    text = word.text
    if sum(map(str.isupper, text)) > 1:
        return False
    plain = _plain(word)
    if plain in _ORDINARY or plain.rstrip("s") in _ORDINARY or stem(plain) in _ORDINARY:
        return True
    if "'" in text or "’" in text:
        return False
    if len(run) > 1 and run[1].text[0].isupper():
        return bool(_SUFFIX.search(plain))
    return bool(_SUFFIX.search(plain)) or not _VERB_NEXT.match(claim[word.end :])
