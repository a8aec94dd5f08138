"""Why a build failed: the last words of the program that failed, and what to do where its words are a known cause."""

import re

MOST_LINES, LONGEST = 8, 300
_EXCERPT = re.compile(r"^------\n > (?P<step>[^\n]*)\n(?P<said>.*?)^------$", re.MULTILINE | re.DOTALL)
"""What BuildKit shows of a failed step; the Dockerfile's own lines, which it repeats after that, say nothing new."""
_STAMP = re.compile(r"^\d+\.\d+ ")
_NOISE = re.compile(r"^(WARNING: Retrying|Looking in )")
CAUSES = (
    (
        r"certificate.verify.failed|x509: certificate|unknown authority|certificate verification failed",
        "a certificate is not trusted, as behind a proxy that has its own authority: name the bundle with that"
        " authority in it, SSL_CERT_FILE=/path/to/ca.pem, and run it again",
    ),
    (
        r"no space left on device|not enough free space",
        "the disk is full: `docker system df` shows what Docker holds; free some space and run it again",
    ),
    (
        r"connection refused|no such host|could not resolve|name resolution|network is unreachable|timed out",
        "what packages come from does not answer: `make doctor` tells which; see PIP_INDEX_URL, GOPROXY, apt's sources",
    ),
)
OTHERWISE = "read the lines above and that file; then run it again: what is ready stays ready"


def reason(log: str) -> str:
    """Return the end of what the failed step said, indented; of a log that is not BuildKit's, its own end."""
    return "\n".join(f"    {line[:LONGEST]}" for line in _last_words(log))


def remedy(log: str) -> str:
    """Return what to do about a failure with these words."""
    words = "\n".join(_last_words(log))
    return next((to_do for pattern, to_do in CAUSES if re.search(pattern, words, re.IGNORECASE)), OTHERWISE)


def _last_words(log: str) -> list[str]:
    excerpts = list(_EXCERPT.finditer(log))
    said = (_STAMP.sub("", line) for line in (excerpts[-1]["said"] if excerpts else log).splitlines())
    return [line for line in said if line.strip() and not _NOISE.match(line)][-MOST_LINES:]
