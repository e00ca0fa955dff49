"""What a training uses and is known to be in another Region than its stack: a job reaches nothing there.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_S3DataSource.html for input,
https://docs.aws.amazon.com/sagemaker/latest/dg/docker-containers-adapt-your-own-private-registry.html for images.
"""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Stack
from aws_cdk import aws_s3 as s3

from constructs_lib.cdk.images.names import ecr_repository
from constructs_lib.cdk.permissions.permission import KeyPermission, OwnedPermission
from constructs_lib.cdk.permissions.types import Vpc
from constructs_lib.training_job.tokens import inside_tokens, is_token
from constructs_lib.workflow.permission import Permission


class Regions:
    """Collects the problems; there are none in a stack whose Region is not known."""

    def __init__(self, stack: Stack) -> None:
        """Ask the stack for its Region."""
        self._stack, self.region = stack, stack.region
        self.problems: dict[str, None] = {}

    def see(self, argument: str, permissions: Sequence[Permission]) -> None:
        """See the buckets, keys and repositories that an argument needs permissions on."""
        if is_token(self.region):
            return
        owned = [each for each in permissions if isinstance(each, OwnedPermission)]
        # a bucket's own key is where the bucket is
        seen = [each for each in owned if not isinstance(each, KeyPermission)] or owned
        for owner in {each.owner_arn: each.owner for each in seen}.values():
            # to know that of a bucket of this stack takes fewer calls to the jsii kernel
            if not (isinstance(owner, s3.Bucket) and Stack.of(owner) is self._stack):
                self._compare(argument, owner.node.path, owner.env.region)

    def see_image(self, uri: str | None) -> bool:
        """See the Region that an image's URI names, and tell whether it names one."""
        repository = None if uri is None else ecr_repository(uri)
        if repository is None or is_token(repository["region"]):
            return False
        self._compare("image", uri, repository["region"])
        return True

    def see_vpc(self, vpc: Vpc | None) -> None:
        """See the Region of a VPC."""
        if vpc is not None and not is_token(self.region):
            self._compare("vpc", vpc.node.path, vpc.env.region)

    def _compare(self, argument: str, what: object, region: str) -> None:
        if is_token(region) or is_token(self.region) or region == self.region:
            return
        got = inside_tokens(str(what), lambda _: "…")
        problem = (
            f"'{argument}' must be in the stack's Region {self.region!r}, got {got!r} in {region!r}; a training "
            "job reaches nothing in another Region, so use a copy there"
        )
        self.problems[problem] = None
