"""Events of a training: EventBridge rules for what happens to its runs and jobs, and messages to people."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, cast

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.cdk.monitoring.event_patterns import deadline_pattern, interruption_pattern, run_pattern
from constructs_lib.cdk.monitoring.metrics import need_deadline
from constructs_lib.cdk.monitoring.notifications import (
    NotificationTopic,
    deadline_message,
    interruption_message,
    run_message,
    topic_problems,
)
from constructs_lib.training_job.refusal import refuse


class TrainingEvents:
    """The methods `on_…`, each of which creates one EventBridge rule, and `notify`, which tells people.

    EventBridge delivers by best effort, and may deliver an event more than once.

    See https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
    """

    @property
    @abstractmethod
    def base_job_name(self) -> str:
        """The first part of every job's name."""

    @property
    @abstractmethod
    def has_deadline(self) -> bool:
        """Whether runs have a deadline."""

    @property
    @abstractmethod
    def state_machine(self) -> sfn.StateMachine:
        """The state machine; an execution of it is a run."""

    def on_run_succeeded(
        self, construct_id: str, *, target: events.IRuleTarget | None = None, rule_name: str | None = None
    ) -> events.Rule:
        """Create a rule for runs that end with a model; the event's `detail.output` is the run's report as JSON.

        Args:
            construct_id: The rule's id in the training.
            target: What the event goes to, such as `aws_events_targets.SfnStateMachine(…)`. Defaults to none until
                `add_target` is called on the rule.
            rule_name: The rule's name. Defaults to one that CloudFormation makes.
        """
        return self._run_rule(self._here, construct_id, "succeeded", ["SUCCEEDED"], target, rule_name)

    def on_run_failed(
        self, construct_id: str, *, target: events.IRuleTarget | None = None, rule_name: str | None = None
    ) -> events.Rule:
        """Create a rule for runs that fail or time out; one that somebody aborts is not among them.

        Args:
            construct_id: The rule's id in the training.
            target: What the event goes to. Defaults to none until `add_target` is called on the rule.
            rule_name: The rule's name. Defaults to one that CloudFormation makes.
        """
        return self._run_rule(self._here, construct_id, "failed", ["FAILED", "TIMED_OUT"], target, rule_name)

    def on_run_aborted(
        self, construct_id: str, *, target: events.IRuleTarget | None = None, rule_name: str | None = None
    ) -> events.Rule:
        """Create a rule for runs that somebody aborts.

        Args:
            construct_id: The rule's id in the training.
            target: What the event goes to. Defaults to none until `add_target` is called on the rule.
            rule_name: The rule's name. Defaults to one that CloudFormation makes.
        """
        return self._run_rule(self._here, construct_id, "was aborted", ["ABORTED"], target, rule_name)

    def on_interruption(
        self, construct_id: str, *, target: events.IRuleTarget | None = None, rule_name: str | None = None
    ) -> events.Rule:
        """Create a rule for training jobs whose spot instance is taken away, as it happens.

        SageMaker may send more than one event for an interruption. Jobs are told by their name: those of a deployment
        whose base job name begins with this one's and a hyphen are among them.

        Args:
            construct_id: The rule's id in the training.
            target: What the event goes to. Defaults to none until `add_target` is called on the rule.
            rule_name: The rule's name. Defaults to one that CloudFormation makes.
        """
        return self._interruption_rule(self._here, construct_id, target, rule_name)

    def on_deadline_at_risk(
        self, construct_id: str, *, target: events.IRuleTarget | None = None, rule_name: str | None = None
    ) -> events.Rule:
        """Create a rule for runs that can no longer keep their deadline, as soon as it is seen; they go on, on-demand.

        The event's `detail` has `RunName`, `ExecutionArn`, `BaseJobName`, `Deadline` and `ShortInSeconds`: by how much
        the work that is left is more than the time that is. Each attempt of the run that comes after puts it again.

        Args:
            construct_id: The rule's id in the training.
            target: What the event goes to. Defaults to none until `add_target` is called on the rule.
            rule_name: The rule's name. Defaults to one that CloudFormation makes.

        Raises:
            ValueError: The training has no `deadline`.
        """
        need_deadline("on_deadline_at_risk", self.base_job_name, has_deadline=self.has_deadline)
        return self._deadline_rule(self._here, construct_id, target, rule_name)

    def notify(
        self,
        construct_id: str,
        *,
        email: str | None = None,
        topic: sns.ITopic | sns.Topic | None = None,
        encryption_key: kms.IKey | kms.Key | None = None,
        succeeded: bool = False,
        interruptions: bool = False,
        deadlines: bool | None = None,
    ) -> sns.ITopic | sns.Topic:
        """Tell people, in a sentence with a link to the console, when a run fails, times out or will be late.

        It creates a rule for each kind of event and, where none is passed, a topic that takes messages over TLS only,
        from EventBridge and from this account's CloudWatch alarms: it may be the topic of the alarms here too.

        Args:
            construct_id: The id, in the training, of what it creates.
            email: Where to send the messages; AWS first asks there for a confirmation. Defaults to nobody, which needs
                a `topic` that has subscribers.
            topic: The topic to send to. EventBridge must be allowed to publish to it, which is granted where it can
                be. Defaults to a new one.
            encryption_key: The key that the new topic encrypts with; EventBridge and CloudWatch are allowed to use it.
                Defaults to no encryption at rest: the messages name runs and hold nothing of them.
            succeeded: Whether to tell of runs that succeed too. Defaults to not.
            interruptions: Whether to tell of each interruption too. Defaults to not: runs get over them by themselves.
            deadlines: Whether to tell of each run that can no longer keep its deadline, while it goes on. Defaults to
                yes for a training with `deadline`.

        Returns:
            The topic.

        Raises:
            ValueError: Neither `email` nor `topic`, a text that is no e-mail address, an `encryption_key` for a topic
                that was brought, or `deadlines` for a training without `deadline`.
        """
        problems = topic_problems(email=email, topic=topic, encryption_key=encryption_key)
        if deadlines and not self.has_deadline:
            problems.append(f"'deadlines' is for a training with 'deadline', and '{self.base_job_name}' has none")
        refuse(problems)
        here = Construct(self._here, construct_id)
        if topic is None:
            topic = NotificationTopic(
                here, "Topic", display_name=f"Spot training {self.base_job_name}", encryption_key=encryption_key
            )
        if email is not None:
            topic.add_subscription(subscriptions.EmailSubscription(email))

        def tell(message: events.RuleTargetInput) -> targets.SnsTopic:
            return targets.SnsTopic(topic, message=message)

        failure = tell(run_message(here, self.base_job_name, "What happened, and what to do next"))
        self._run_rule(here, "Failed", "failed", ["FAILED", "TIMED_OUT"], failure, None)
        if succeeded:
            success = tell(run_message(here, self.base_job_name, "Its model, and what it took"))
            self._run_rule(here, "Succeeded", "succeeded", ["SUCCEEDED"], success, None)
        if interruptions:
            self._interruption_rule(here, "Interrupted", tell(interruption_message(here, self.base_job_name)), None)
        if self.has_deadline if deadlines is None else deadlines:
            self._deadline_rule(here, "AtRisk", tell(deadline_message(here, self.base_job_name)), None)
        return topic

    @property
    def _here(self) -> Construct:
        return cast("Construct", self)

    def _run_rule(
        self,
        scope: Construct,
        construct_id: str,
        happened: str,
        statuses: Sequence[str],
        target: events.IRuleTarget | None,
        rule_name: str | None,
    ) -> events.Rule:
        pattern = run_pattern(self.state_machine.state_machine_arn, *statuses)
        return event_rule(scope, construct_id, pattern, f"A run of {self.base_job_name} {happened}", target, rule_name)

    def _interruption_rule(
        self, scope: Construct, construct_id: str, target: events.IRuleTarget | None, rule_name: str | None
    ) -> events.Rule:
        description = f"A training job of {self.base_job_name} was interrupted"
        return event_rule(scope, construct_id, interruption_pattern(self.base_job_name), description, target, rule_name)

    def _deadline_rule(
        self, scope: Construct, construct_id: str, target: events.IRuleTarget | None, rule_name: str | None
    ) -> events.Rule:
        description = f"A run of {self.base_job_name} can no longer keep its deadline"
        return event_rule(scope, construct_id, deadline_pattern(self.base_job_name), description, target, rule_name)


def event_rule(
    scope: Construct,
    construct_id: str,
    pattern: dict[str, Any],
    description: str,
    target: events.IRuleTarget | None,
    rule_name: str | None,
) -> events.Rule:
    """Create a rule of a pattern of `event_patterns`.

    Args:
        scope: What the rule stands in.
        construct_id: The rule's id there.
        pattern: The pattern.
        description: What the rule is for, as the console shows it.
        target: What the event goes to; `None` for none until `add_target` is called on the rule.
        rule_name: The rule's name; `None` for one that CloudFormation makes.
    """
    return events.Rule(
        scope,
        construct_id,
        event_pattern=events.EventPattern(
            source=pattern["source"], detail_type=pattern["detail-type"], detail=pattern["detail"]
        ),
        description=description,
        rule_name=rule_name,
        targets=None if target is None else [target],
    )
