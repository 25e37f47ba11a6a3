"""A model behind an OpenAI-compatible address on this machine (llama-server, Ollama, vLLM and the like).

Only loopback addresses: the documents' passages are sent there, and nothing may leave the machine.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from eval.systems.plain_prompt import Message
from rag.errors import GreenpaperError
from rag.types import Usage

if TYPE_CHECKING:
    import httpx2

_PATIENCE_S = 600.0
_DONE = "[DONE]"


class ServerError(GreenpaperError):
    """A model's address cannot be used, or what answers there is no OpenAI-compatible server."""


def is_address(model: str) -> bool:
    """Whether a model is named by an address."""
    return "://" in model


def checked_address(model: str) -> tuple[str, str]:
    """The address without its last slash, and the model that is named behind a `#` ("" for none).

    ServerError for anything but http to this very machine.
    """
    parts = urlsplit(model)
    try:
        local = parts.hostname == "localhost" or ip_address(parts.hostname or "").is_loopback
        port = parts.port
    except ValueError:
        local, port = False, None
    if parts.scheme != "http" or not local or parts.username is not None:
        raise ServerError(
            f"{model} is not an address of this machine, and nothing may leave it: only a server at "
            "http://127.0.0.1:PORT/v1 can be evaluated."
        )
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"http://{host}:{port or 80}{parts.path.rstrip('/')}", parts.fragment


class HttpChat:
    """A `Chat` over HTTP. Answers are streamed where the server can."""

    def __init__(self, address: str) -> None:
        """Asks the server for its models. Raises ServerError where there is none, or not the one named."""
        import httpx2

        self._base, wanted = checked_address(address)
        # No proxies and no redirects: both would carry the passages to another machine.
        self._client = httpx2.Client(timeout=_PATIENCE_S, trust_env=False, follow_redirects=False)
        self.usage = Usage()
        try:
            self.name = self._model(wanted)
        except ServerError:
            self.close()
            raise

    def fits(self, messages: Sequence[Message], max_tokens: int) -> bool:  # noqa: ARG002
        """Always: only the server knows how much it can take, and says so with an error."""
        return True

    def say(self, messages: Sequence[Message], max_tokens: int) -> Iterator[str]:
        """The answer, piece by piece. Raises ServerError."""
        import httpx2

        self.usage = Usage()
        asked = {
            "model": self.name,
            "messages": list(messages),
            "temperature": 0,
            "seed": 0,
            "max_tokens": max_tokens,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        try:
            with self._client.stream("POST", f"{self._base}/chat/completions", json=asked) as response:
                if response.status_code != 200:
                    response.read()
                    raise self._refused(response)
                if "event-stream" in response.headers.get("content-type", ""):
                    yield from self._streamed(response)
                else:
                    response.read()
                    yield self._whole(response)
        except httpx2.HTTPError as error:
            raise ServerError(f"The server at {self._base} did not answer: {error}.") from error

    def close(self) -> None:
        """Ends the connection."""
        self._client.close()

    def _model(self, wanted: str) -> str:
        import httpx2

        try:
            response = self._client.get(f"{self._base}/models")
        except httpx2.HTTPError as error:
            raise ServerError(
                f"No server answers at {self._base} ({error}). Start it, or check the port."
            ) from error
        if response.status_code != 200:
            raise self._refused(response)
        try:
            names = [str(model["id"]) for model in response.json()["data"]]
        except (ValueError, KeyError, TypeError) as error:
            raise self._strange() from error
        if wanted and wanted not in names:
            raise ServerError(f"{self._base} has no model {wanted!r}. It has: {', '.join(names) or 'none'}.")
        if not wanted and len(names) != 1:
            raise ServerError(
                f"{self._base} has {len(names)} models: {', '.join(names)}. Name one behind a #, as in "
                f"{self._base}#NAME."
            )
        return wanted or names[0]

    def _streamed(self, response: httpx2.Response) -> Iterator[str]:
        pieces = 0
        for line in response.iter_lines():
            if not line.startswith("data:"):
                continue
            data = line.removeprefix("data:").strip()
            if data == _DONE:
                break
            event = self._parsed(data)
            if event.get("error"):
                raise ServerError(f"The server at {self._base} broke off: {event['error']}.")
            for choice in event.get("choices") or ():
                piece = (choice.get("delta") or {}).get("content")
                if piece:
                    pieces += 1
                    yield str(piece)
            self._count(event.get("usage"))
        if not self.usage.output_tokens:  # a server that does not count sends a token at a time
            self.usage = Usage(prompt_tokens=self.usage.prompt_tokens, output_tokens=pieces)

    def _whole(self, response: httpx2.Response) -> str:
        reply = self._parsed(response.text)
        self._count(reply.get("usage"))
        try:
            return str(reply["choices"][0]["message"]["content"] or "")
        except (KeyError, IndexError, TypeError) as error:
            raise self._strange() from error

    def _parsed(self, text: str) -> dict[str, Any]:
        try:
            parsed = json.loads(text)
        except ValueError as error:
            raise self._strange() from error
        if not isinstance(parsed, dict):
            raise self._strange()
        return parsed

    def _count(self, usage: Any) -> None:
        if isinstance(usage, dict):
            self.usage = Usage(
                prompt_tokens=int(usage.get("prompt_tokens") or 0),
                output_tokens=int(usage.get("completion_tokens") or 0),
            )

    def _refused(self, response: httpx2.Response) -> ServerError:
        said = " ".join(response.text.split())[:300]
        return ServerError(f"The server at {self._base} refused ({response.status_code}): {said}")

    def _strange(self) -> ServerError:
        return ServerError(
            f"What answers at {self._base} is not an OpenAI-compatible server. As a rule, the address ends "
            "in /v1."
        )
