"""A failed build says why in the failed program's own words, and what to do where that is known."""

import pytest

from machine.build_reason import OTHERWISE, reason, remedy

BUILDKIT = """#6 9.978 ERROR: No matching distribution found for annotated-doc==0.0.7
#6 ERROR: process "/bin/sh -c pip install" did not complete successfully: exit code: 1
------
 > [builder 3/5] RUN pip install:
2.311 Looking in indexes: https://index.test/simple
2.340 WARNING: Retrying (Retry(total=4)) after connection broken by 'SSLError(1)': /simple/annotated-doc/
9.971 Could not fetch URL: There was a problem confirming the ssl certificate: CERTIFICATE_VERIFY_FAILED

9.978 ERROR: No matching distribution found for annotated-doc==0.0.7
------
service/Dockerfile:9
--------------------
   9 | >>> RUN pip install
--------------------
ERROR: failed to solve: process "/bin/sh -c pip install" did not complete successfully: exit code: 1
"""


def test_reason_is_what_the_failed_step_said_last() -> None:
    assert reason(BUILDKIT).splitlines() == [
        "    Could not fetch URL: There was a problem confirming the ssl certificate: CERTIFICATE_VERIFY_FAILED",
        "    ERROR: No matching distribution found for annotated-doc==0.0.7",
    ]


def test_other_log_is_shown_from_its_end() -> None:
    log = "\n".join(f"line {number} {'x' * 400}" for number in range(30))

    lines = reason(log).splitlines()

    assert (lines[0][:11], lines[-1][:11]) == ("    line 22", "    line 29")
    assert max(map(len, lines)) <= 304


@pytest.mark.parametrize(
    ("words", "to_do"),
    [
        pytest.param(BUILDKIT, "SSL_CERT_FILE=", id="certificate, pip"),
        pytest.param(f"{'x' * 400} CERTIFICATE_VERIFY_FAILED", "SSL_CERT_FILE=", id="beyond what is shown"),
        pytest.param("tls: failed to verify certificate: x509: certificate signed by", "SSL_CERT_FILE=", id="go"),
        pytest.param("Certificate verification failed: The certificate is NOT", "SSL_CERT_FILE=", id="apt"),
        pytest.param("write /a: no space left on device", "docker system df", id="disk"),
        pytest.param("dial tcp: lookup modules.test: no such host", "make doctor", id="no name"),
        pytest.param("Errno 111] Connection refused", "make doctor", id="nobody listens"),
        pytest.param("service/app.py: SyntaxError", OTHERWISE, id="anything else"),
    ],
)
def test_remedy_fits_the_cause(words: str, to_do: str) -> None:
    assert to_do in remedy(words)
