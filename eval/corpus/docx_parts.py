"""The fixed parts of a Word file (ECMA-376): relations, styles, numbering, page furniture, the archive."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_WORD_PARTS = {
    "styles": "styles",
    "numbering": "numbering",
    "settings": "settings",
    "footnotes": "footnotes",
    "header": "header1",
    "footer": "footer1",
}

PACKAGE_RELATIONS = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties"'
    ' Target="docProps/core.xml"/></Relationships>'
)
SETTINGS = (
    f'{_HEAD}<w:settings {_W}><w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>'
    "</w:settings>"
)
FOOTER = (
    f'{_HEAD}<w:ftr {_W}><w:p><w:pPr><w:jc w:val="center"/></w:pPr>'
    '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p></w:ftr>'
)
_EDGES = "".join(
    f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="B0B0B0"/>'
    for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
)
TABLE_START = (
    f'<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders>{_EDGES}</w:tblBorders>'
    '<w:tblLayout w:type="fixed"/></w:tblPr>'
)


def content_types(more: str = "") -> str:
    """What each part is; `more` are further entries, as XML."""
    parts = "".join(
        f'<Override PartName="/word/{file}.xml" ContentType="{_TYPE}.{kind}+xml"/>'
        for kind, file in _WORD_PARTS.items()
    )
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_TYPE}.document.main+xml"/>{parts}'
        '<Override PartName="/docProps/core.xml"'
        f' ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>{more}</Types>'
    )


def document_relations(more: str = "") -> str:
    """What the main part refers to; `more` are further entries, as XML."""
    parts = "".join(relation(kind, kind, f"{file}.xml") for kind, file in _WORD_PARTS.items())
    return relations(parts + more)


def relations(entries: str) -> str:
    """The part that says what another part refers to."""
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{entries}</Relationships>'


def relation(ident: str, kind: str, target: str) -> str:
    """One entry of `relations`."""
    return f'<Relationship Id="{ident}" Type="{_OFFICE}/{kind}" Target="{target}"/>'


def package(files: Mapping[str, str]) -> bytes:
    """The archive of `files`: stored, with fixed times, so that the bytes do not depend on the machine."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, text in files.items():
            info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            info.create_system = 3
            archive.writestr(info, text.encode())
    return stream.getvalue()


def core(title: str, day: str, language: str) -> str:
    """The file's own metadata: title, date and language."""
    stamp = f'<dcterms:{{0}} xsi:type="dcterms:W3CDTF">{day}T00:00:00Z</dcterms:{{0}}>'
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>Greenpaper</dc:creator>"
        f"<dc:language>{language}</dc:language>{stamp.format('created')}{stamp.format('modified')}"
        "</cp:coreProperties>"
    )


def document(body: str) -> str:
    """The main part: A4, margins of 2.54 cm, header and footer."""
    section = (
        '<w:sectPr><w:headerReference w:type="default" r:id="header"/>'
        '<w:footerReference w:type="default" r:id="footer"/><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1440" w:right="1440" w:bottom="1440" w:left="1440" w:header="708" w:footer="708"'
        ' w:gutter="0"/></w:sectPr>'
    )
    return f"{_HEAD}<w:document {_W} {_R}><w:body>{body}{section}</w:body></w:document>"


def footnotes(notes: str) -> str:
    """The footnotes' part; Word wants the two separators as notes -1 and 0."""
    separators = "".join(
        f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
        for kind, number in (("separator", -1), ("continuationSeparator", 0))
    )
    return f"{_HEAD}<w:footnotes {_W}>{separators}{notes}</w:footnotes>"


def header(title: str) -> str:
    """The running header: the title, already escaped, at the right."""
    return (
        f'{_HEAD}<w:hdr {_W}><w:p><w:pPr><w:jc w:val="right"/></w:pPr><w:r><w:rPr><w:i/><w:sz w:val="18"/>'
        f"</w:rPr><w:t>{title}</w:t></w:r></w:p></w:hdr>"
    )


def numbering(ordered: int) -> str:
    """List 1 is bulleted; lists 2 to `ordered` + 1 are numbered and start anew."""
    levels = range(3)
    bullets = "".join(_level(level, "bullet", "•") for level in levels)
    numbers = "".join(_level(level, "decimal", f"%{level + 1}.") for level in levels)
    own = "".join(
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0">'
        '<w:startOverride w:val="1"/></w:lvlOverride></w:num>'
        for number in range(2, ordered + 2)
    )
    return (
        f'{_HEAD}<w:numbering {_W}><w:abstractNum w:abstractNumId="0">{bullets}</w:abstractNum>'
        f'<w:abstractNum w:abstractNumId="1">{numbers}</w:abstractNum>'
        f'<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>{own}</w:numbering>'
    )


def _level(level: int, kind: str, text: str) -> str:
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{360 * (level + 1)}" w:hanging="360"/></w:pPr></w:lvl>'
    )


def styles(language: str) -> str:
    """The styles; sizes are in half points, spaces in twentieths of a point."""
    tag = {"en": "en-GB", "de": "de-DE", "fr": "fr-FR"}[language]
    defaults = (
        '<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Cambria" w:hAnsi="Cambria"/>'
        f'<w:sz w:val="22"/><w:lang w:val="{tag}"/></w:rPr></w:rPrDefault></w:docDefaults>'
    )
    made = [
        _style("Normal", "Normal"),
        _style("Title", "Title", size=48, bold=True, after=120),
        _style("Subtitle", "Subtitle", size=26, italic=True, after=120),
        _style("Imprint", "Imprint", size=18, after=40),
        _style("Heading1", "heading 1", size=32, bold=True, before=360, after=120, outline=0),
        _style("Heading2", "heading 2", size=26, bold=True, before=280, after=100, outline=1),
        _style("Heading3", "heading 3", size=22, bold=True, before=200, after=80, outline=2),
        _style("BodyText", "Body Text", after=140),
        _style("Quote", "Quote", italic=True, after=140, indent=560),
        _style("ListParagraph", "List Paragraph", after=80),
        _style("Caption", "caption", size=20, bold=True, before=200, after=80),
        _style("TableHead", "Table Head", size=19, bold=True, after=40),
        _style("TableText", "Table Text", size=19, after=40),
        _style("FootnoteText", "footnote text", size=18, after=20),
    ]
    reference = (
        '<w:style w:type="character" w:styleId="FootnoteReference"><w:name w:val="footnote reference"/>'
        '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'
    )
    return f"{_HEAD}<w:styles {_W}>{defaults}{''.join(made)}{reference}</w:styles>"


def _style(
    ident: str,
    name: str,
    *,
    size: int = 22,
    bold: bool = False,
    italic: bool = False,
    before: int = 0,
    after: int = 0,
    indent: int = 0,
    outline: int | None = None,
) -> str:
    keep = "<w:keepNext/>" if outline is not None or ident == "Caption" else ""
    level = "" if outline is None else f'<w:outlineLvl w:val="{outline}"/>'
    left = f'<w:ind w:left="{indent}"/>' if indent else ""
    runs = "<w:b/>" * bold + "<w:i/>" * italic + f'<w:sz w:val="{size}"/>'
    default = ' w:default="1"' if ident == "Normal" else ""
    based = "" if ident == "Normal" else '<w:basedOn w:val="Normal"/>'
    return (
        f'<w:style w:type="paragraph"{default} w:styleId="{ident}"><w:name w:val="{name}"/>{based}'
        f'<w:pPr>{keep}<w:spacing w:before="{before}" w:after="{after}"/>{left}{level}</w:pPr>'
        f"<w:rPr>{runs}</w:rPr></w:style>"
    )
