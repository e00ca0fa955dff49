"""The topic that tells people of a training, and what it says."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from constructs_lib.cdk.monitoring.console_links import execution_link, job_link
from constructs_lib.cdk.permissions.grants import let_service_use_key
from constructs_lib.training_job.tokens import is_token


class NotificationTopic(sns.Topic):
    """A topic that takes messages over TLS only, from EventBridge and from the alarms of this account.

    Creates a topic and its policy.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        display_name: str,
        encryption_key: kms.IKey | kms.Key | None = None,
    ) -> None:
        """Create the topic.

        Args:
            scope: The construct that the topic belongs to.
            construct_id: The topic's id in its scope.
            display_name: Who the messages are from.
            encryption_key: The key that messages are encrypted with. Defaults to none.
        """
        super().__init__(scope, construct_id, display_name=display_name, enforce_ssl=True, master_key=encryption_key)
        stack = cdk.Stack.of(self)
        alarms = iam.ServicePrincipal(
            "cloudwatch.amazonaws.com",
            conditions={
                "StringEquals": {"aws:SourceAccount": stack.account},
                "ArnLike": {
                    "aws:SourceArn": stack.format_arn(
                        service="cloudwatch",
                        resource="alarm",
                        resource_name="*",
                        arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
                    )
                },
            },
        )
        # a topic with a policy of its own has lost the default one, by which the account's alarms may publish
        # https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
        self.add_to_resource_policy(
            iam.PolicyStatement(actions=["sns:Publish"], resources=[self.topic_arn], principals=[alarms])
        )
        # SNS encrypts in the name of who publishes; of a key of the app EventBridge gets the same by its target
        # https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
        used = ("kms:Decrypt", "kms:GenerateDataKey*")
        if encryption_key is not None and not let_service_use_key(self, encryption_key, alarms, *used):
            let_service_use_key(self, encryption_key, iam.ServicePrincipal("events.amazonaws.com"), *used)


def topic_problems(
    *, email: str | None, topic: sns.ITopic | sns.Topic | None, encryption_key: kms.IKey | kms.Key | None
) -> list[str]:
    """List what is wrong with the arguments of `notify`."""
    problems = []
    if email is None and topic is None:
        problems.append("'email' or 'topic' must be given: without either nobody would be told")
    if email is not None and not is_token(email) and not ("@" in email.strip("@") and email.isprintable()):
        problems.append(f"'email' must be an e-mail address such as ops@example.com, got {email!r}")
    if topic is not None and encryption_key is not None:
        problems.append(
            "'encryption_key' is for the topic that is created, and 'topic' was brought; leave it out, and encrypt "
            "that topic itself"
        )
    return problems


def run_message(scope: Construct, base_job_name: str, more: str) -> events.RuleTargetInput:
    """Render the sentence about a run that has ended.

    Args:
        scope: Says the Region of the link.
        base_job_name: Whose run it was.
        more: What the link leads to.
    """
    run, status = _field("$.detail.name"), _field("$.detail.status")
    link = execution_link(cdk.Stack.of(scope), _field("$.detail.executionArn"))
    return events.RuleTargetInput.from_text(f"Run {run} of {base_job_name} ended as {status}. {more}: {link}")


def interruption_message(scope: Construct, base_job_name: str) -> events.RuleTargetInput:
    """Render the sentence about a job whose instance was taken away."""
    job = _field("$.detail.TrainingJobName")
    return events.RuleTargetInput.from_text(
        f"Training job {job} of {base_job_name} was interrupted: SageMaker took its spot instance away, and starts it "
        f"again from its last checkpoint when there is capacity: {job_link(cdk.Stack.of(scope), job)}"
    )


def deadline_message(scope: Construct, base_job_name: str) -> events.RuleTargetInput:
    """Render the sentence about a run that can no longer keep its deadline."""
    run, deadline, short = (_field(f"$.detail.{name}") for name in ("RunName", "Deadline", "ShortInSeconds"))
    link = execution_link(cdk.Stack.of(scope), _field("$.detail.ExecutionArn"))
    return events.RuleTargetInput.from_text(
        f"Run {run} of {base_job_name} can no longer keep its deadline {deadline}: it is short of {short} seconds, and "
        f"goes on on-demand. How it goes: {link}"
    )


def _field(path: str) -> str:
    return events.EventField.from_path(path)
