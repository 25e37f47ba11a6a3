"""Model files from the Hugging Face hub, resumable, and checked against the hub's own sha256.

The only file that imports huggingface_hub, and only while a model is being pulled. `hf_hub_download` itself
starts a stopped download from the beginning, so the bytes are fetched with its `http_get`, which takes a
place to go on from. `HF_ENDPOINT` and `HF_TOKEN` are honoured.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from rag.errors import ModelError
from rag.llm.hub_names import HubFile, is_hub_name
from rag.llm.model_files import sha256_of
from rag.llm.sources.transfer import Progress, need_room, size_text
from rag.types import Stage

_SHA256 = re.compile(r"[0-9a-f]{64}")
_SPLIT = re.compile(r"-\d{5}-of-\d{5}\.gguf$")
_TIMEOUT_S = 30.0


def locate(name: str) -> HubFile:
    """What the hub says about the file OWNER/REPO/FILE.gguf, at its newest revision."""
    if not is_hub_name(name):
        raise ModelError(f"{name!r} does not name a file of the hub. The form is OWNER/REPO/FILE.gguf.")
    if _SPLIT.search(name):
        raise ModelError(
            f"{name} is one piece of a split model. Choose a quantisation that is a single file."
        )
    owner, repo, file = name.split("/", 2)
    with _online(name):
        return _locate(f"{owner}/{repo}", file)


def _locate(repo: str, file: str) -> HubFile:
    from huggingface_hub import HfApi, get_hf_file_metadata, hf_hub_url

    info = HfApi(endpoint=_endpoint()).model_info(repo, files_metadata=True, timeout=_TIMEOUT_S)
    siblings = {sibling.rfilename: sibling for sibling in info.siblings or ()}
    if file not in siblings:
        raise _no_such_file(repo, file, siblings)
    url = hf_hub_url(repo, file, revision=info.sha, endpoint=_endpoint())
    head = get_hf_file_metadata(url, timeout=_TIMEOUT_S, endpoint=_endpoint())
    listed = siblings[file].lfs
    digest = listed.sha256 if listed else head.etag
    size = listed.size if listed else head.size
    if not digest or not _SHA256.fullmatch(digest) or not size or not info.sha:
        raise ModelError(
            f"The hub states no sha256 for {repo}/{file}, so it cannot be checked. Download it yourself, "
            "and give its path with --model."
        )
    if head.etag != digest:
        raise ModelError(
            f"The hub contradicts itself about {repo}/{file}: sha256 {digest} in the listing, {head.etag} "
            "for the file. It may be changing right now: try again in a while."
        )
    return HubFile(
        repo=repo, file=file, revision=info.sha, bytes=size, sha256=digest, licence=_licence(info.tags or ())
    )


def fetch(found: HubFile, staging: Path, progress: Progress) -> Path:
    """The checked file in `staging`; what an earlier, stopped call fetched of these very bytes is kept."""
    staging.mkdir(parents=True, exist_ok=True)
    partial = staging / f"{found.sha256}.incomplete"
    for other in staging.glob("*.incomplete"):
        if other != partial:
            other.unlink()
    partial.touch()
    done = partial.stat().st_size
    if done > found.bytes:
        os.truncate(partial, 0)
        done = 0
    need_room(staging, found.bytes - done, found.name)
    with _online(found.name):
        _fetch(found, partial, done, progress)
    _check(found, partial)
    return partial


def _fetch(found: HubFile, partial: Path, done: int, progress: Progress) -> None:
    from huggingface_hub import hf_hub_url
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils._headers import build_hf_headers

    def report(count: int) -> None:
        progress(Stage(name=found.name, detail="downloading", done=count, total=found.bytes))

    report(done)
    with partial.open("ab") as file:
        http_get(
            hf_hub_url(found.repo, found.file, revision=found.revision, endpoint=_endpoint()),
            file,
            resume_size=done,
            headers=build_hf_headers() | {"Accept-Encoding": "identity"},
            expected_size=found.bytes,
            tqdm_class=_meter(report),
        )


def _check(found: HubFile, partial: Path) -> None:
    digest = sha256_of(partial, fresh=True)
    if digest != found.sha256:
        partial.unlink()
        raise ModelError(
            f"What was downloaded for {found.name} has the sha256 {digest}, the hub states {found.sha256}. "
            "It was damaged or changed on the way, and was removed. Try again with: "
            f"greenpaper models pull {found.name}"
        )


def _meter(report: Callable[[int], None]) -> Any:
    """A stand-in for tqdm's class that reports the bytes done instead of drawing them."""

    class Meter:
        def __init__(self, *, initial: int = 0, **_shape: object) -> None:
            self.done = initial

        def __enter__(self) -> Meter:
            return self

        def __exit__(self, *_error: object) -> None:
            pass

        def update(self, count: int) -> None:
            self.done += count
            report(self.done)

    return Meter


@contextlib.contextmanager
def _online(name: str) -> Iterator[None]:
    """Let huggingface_hub use the network inside the block, and turn its errors into sentences.

    It reads HF_HUB_OFFLINE once, when it is first imported; where that was under the guard, the switch it
    keeps is turned for the block.
    """
    import httpx2
    from huggingface_hub import constants
    from huggingface_hub.errors import HfHubHTTPError

    before, constants.HF_HUB_OFFLINE = constants.HF_HUB_OFFLINE, False
    try:
        yield
    except HfHubHTTPError as error:
        raise _refused(name, error) from error
    except (httpx2.HTTPError, OSError) as error:
        if isinstance(error, OSError) and error.errno in (
            errno.ENOSPC,
            errno.EDQUOT,
            errno.EACCES,
            errno.EROFS,
        ):
            raise
        raise ModelError(
            f"The download of {name} broke off: {str(error).splitlines()[0] if str(error) else error!r}. "
            f"What was fetched is kept; go on with: greenpaper models pull {name}"
        ) from error
    finally:
        constants.HF_HUB_OFFLINE = before


def _refused(name: str, error: Any) -> ModelError:
    """The hub's refusal as a sentence with what to do."""
    from huggingface_hub.errors import GatedRepoError, RemoteEntryNotFoundError, RepositoryNotFoundError

    repo = "/".join(name.split("/")[:2])
    if isinstance(error, GatedRepoError):
        return ModelError(
            f"{repo} is gated: its owners want you to accept their terms first. Do so on its page, make a "
            f"token in your account's settings, and run: HF_TOKEN=... greenpaper models pull {name}"
        )
    status = getattr(error.response, "status_code", None)
    if isinstance(error, RepositoryNotFoundError) or status in (401, 403):
        return ModelError(
            f"The hub has no model {repo} that it would show you. Look at the spelling; if it is "
            "private, set HF_TOKEN."
        )
    if isinstance(error, RemoteEntryNotFoundError):
        return ModelError(f"The hub has no file {name}. Look at the spelling on the page of {repo}.")
    return ModelError(
        f"The hub refused {name} (HTTP {status}). What was fetched is kept; try again in a while with: "
        f"greenpaper models pull {name}"
    )


def _no_such_file(repo: str, file: str, siblings: dict[str, Any]) -> ModelError:
    models = [
        f"{name} ({size_text(sibling.size)})" if sibling.size else name
        for name, sibling in sorted(siblings.items())
        if name.lower().endswith(".gguf")
    ]
    there = f"It has: {', '.join(models)}." if models else "It has no .gguf file at all."
    return ModelError(f"The hub's {repo} has no file {file}. {there}")


def _licence(tags: Any) -> str | None:
    return next((tag.removeprefix("license:") for tag in tags if tag.startswith("license:")), None)


def _endpoint() -> str | None:
    """The hub's address when the user set one; huggingface_hub would see it only if set before its import."""
    return os.environ.get("HF_ENDPOINT", "").rstrip("/") or None
