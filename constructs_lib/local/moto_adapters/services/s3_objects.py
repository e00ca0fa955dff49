"""What S3 tells of an object's encryption and checksum: moto leaves out what a request has not named.

Every object is encrypted, by S3's own key if nothing else is said, and S3 says so. A checksum that came with a whole
object is of the type FULL_OBJECT.

Reaches into moto/s3/models.py and responses.py.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
"""

from __future__ import annotations

from typing import Any

from moto.s3.models import FakeKey
from moto.s3.responses import S3Response

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import VALUE, Patch

_ENCRYPTION = "x-amz-server-side-encryption"


def patches(_: Emulation) -> list[Patch]:
    """Tell both."""
    return [
        Patch(owner=FakeKey, name="response_dict", signature=VALUE, make=_encrypted),
        Patch(owner=S3Response, name="_get_checksum", signature="(self, response_headers)", make=_of_its_type),
    ]


def _encrypted(original: Any) -> Any:
    return property(lambda self: {_ENCRYPTION: "AES256", **original.fget(self)})


def _of_its_type(original: Any) -> Any:
    def get_checksum(self: Any, response_headers: dict[str, Any]) -> Any:
        algorithm, value = original(self, response_headers)
        if value:
            response_headers["x-amz-checksum-type"] = "FULL_OBJECT"
        return algorithm, value

    return get_checksum
