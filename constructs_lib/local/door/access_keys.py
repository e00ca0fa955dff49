"""The access keys of an embedded AWS: one is made for the session, and it gives out others itself.

Signatures are not held against a secret: whoever knows the id of a key is let in. So the id is as hard to guess as a
password, and is as secret.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from moto.iam.models import iam_backends

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_IN_AUTHORIZATION = re.compile(r"AWS4-[\w-]+ .*?Credential=(\w+)/|AWS (\w+):", re.ASCII)
_IN_QUERY = ("X-Amz-Credential", "AWSAccessKeyId")


class AccessKeys:
    """The access keys that are let in.

    Attributes:
        session: The id of the one that is made for the session: 75 random bits, in the 20 capitals and digits by which
            moto knows an id.
    """

    def __init__(self) -> None:
        self.session = "LOCAL" + "".join(secrets.choice(_LETTERS) for _ in range(15))

    def knows(self, key: str) -> bool:
        """Say whether a key is the session's, or whether somebody who was let in got it from IAM or STS.

        The CDK CLI calls with keys of the roles that it assumes.
        """
        if secrets.compare_digest(key.encode(), self.session.encode()):
            return True
        accounts = list(iam_backends.values())
        return any(key in backend.access_keys for account in accounts for backend in list(account.values()))


def key_of(environ: Mapping[str, Any]) -> str | None:
    """Return the access key id that a request bears, as signatures of version 4 and 2 have it, or none.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html

    Args:
        environ: The request, as WSGI has it.
    """
    if "HTTP_AUTHORIZATION" in environ:
        match = _IN_AUTHORIZATION.match(str(environ["HTTP_AUTHORIZATION"]))
        return (match[1] or match[2]) if match else None
    query = parse_qs(str(environ.get("QUERY_STRING", "")))
    named = [values[0].partition("/")[0] for name in _IN_QUERY if (values := query.get(name))]
    return named[0] if named else None
