"""The session that Garmin's libraries ask through: it remembers what was answered, and reads no answer without end."""

import logging
from importlib import import_module
from typing import Any

from coach.garmin.answers import LARGEST, LastAnswer, TooLarge


def limited_session(last: LastAnswer, timeout_s: float, *, here: bool) -> Any:
    """``here`` is for what stands in on this machine: no proxy is asked for that."""
    session: Any = import_module("requests").Session()
    ask: Any = session.request

    def request(method: str, url: str, **more: Any) -> Any:
        last.forget()
        answer: Any = ask(method, url, **{**more, "timeout": timeout_s, "stream": True})
        last.status = answer.status_code
        last.after = str(answer.headers.get("Retry-After") or "")
        parts: list[bytes] = []
        size = 0
        for part in answer.iter_content(65_536):
            size += len(part)
            if size > LARGEST:
                answer.close()
                raise TooLarge
            parts.append(part)
        answer._content = b"".join(parts)  # what `content`, `text` and `json` read
        return answer

    session.request = request
    session.cookies.set_policy(import_module("http.cookiejar").DefaultCookiePolicy(allowed_domains=[]))
    session.trust_env = not here
    return session


def silence(*names: str) -> None:
    """What these libraries log are addresses, answers and tracebacks."""
    for name in names:
        logger = logging.getLogger(name)
        logger.propagate = False
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
