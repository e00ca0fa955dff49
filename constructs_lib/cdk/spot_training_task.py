"""SpotTrainingTask: a whole run as one chainable state for somebody else's state machine."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import partial
from typing import Any, Unpack

from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.cdk.monitoring.metrics import FigureMetrics
from constructs_lib.cdk.task.surroundings import Surroundings
from constructs_lib.cdk.task.two_languages import StateOfTwoLanguages
from constructs_lib.cdk.training.bound import BoundAttributes, BoundTraining
from constructs_lib.cdk.training.options import TrainingOptions, shows_options
from constructs_lib.cdk.training.read_options import read_options
from constructs_lib.cdk.training.state_machine_policy import state_machine_permissions
from constructs_lib.workflow.definition import EXECUTION_NAME, run_branch, task_name_problems


class SpotTrainingTask(BoundAttributes, FigureMetrics, StateOfTwoLanguages):
    """One state that trains one model, with everything `SpotTraining` does: plan, resume, judgement, report.

    It chains like any state (`.next`, `.add_catch`, `.add_retry`), in a JSONPath machine or a JSONata one, inside a
    Map, or twice in one machine, and brings its own IAM statements. It renders as a Parallel with one branch. Synthesis
    refuses it in an Express machine, and with the execution's name as `run_name` in a Map.

    **Input**: what the `run_input` expression gives, in the form of `SpotTraining`'s input.
    **Output**: the report, in the form of `SpotTraining`'s output. **Errors**: those of `SpotTraining`, to be caught by
    name, such as `SpotTrainingErrors.CAPACITY_EXHAUSTED`.

    See https://docs.aws.amazon.com/step-functions/latest/dg/state-parallel.html
    """

    @shows_options
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        role: iam.IRole | iam.Role,
        checkpoint_bucket: s3.IBucket | s3.Bucket,
        output_bucket: s3.IBucket | s3.Bucket,
        run_name: str = EXECUTION_NAME,
        run_input: str | Mapping[str, Any] = "{% {} %}",
        **options: Unpack[TrainingOptions],
    ) -> None:
        """Define the state.

        Args:
            scope: The construct it stands in.
            construct_id: Its id there, and the name of the state.
            role: The role the jobs run as; it is granted what the run needs.
            checkpoint_bucket: The bucket for checkpoints, under `<base job name>/<run name>/`.
            output_bucket: The bucket for models.
            run_name: A JSONata expression for the run's name, `{% … %}`; different for every run that shares the
                checkpoint bucket and base job name, as each item of a Map must be. Defaults to the execution's name.
            run_input: The run's input: a JSONata expression for it, `{% … %}`, or a dict with its fields, in which a
                text of that form is an expression and everything else is taken as it is. Defaults to the deployed
                settings alone.
            options: `image`, `capacity` and everything else that `TrainingOptions` tells.

        Raises:
            TypeError: An option that does not exist, or a missing one.
            ValueError: Arguments that SageMaker or Step Functions would refuse, all of them at once.
        """
        own = {
            "role": role,
            "checkpoint_bucket": checkpoint_bucket,
            "output_bucket": output_bucket,
            "run_name": run_name,
            "run_input": run_input,
        }
        arguments = read_options(
            inspect.signature(SpotTrainingTask.__init__),
            {**own, **options},
            path=lambda: f"{scope.node.path}/{construct_id}",
            also=task_name_problems(construct_id),
        )
        # the state does not exist yet, and its state_json needs what these create: they stand beside it
        parts = Construct(scope, f"{construct_id} parts")
        bound = BoundTraining(
            parts, arguments, role=role, checkpoint_bucket=checkpoint_bucket, output_bucket=output_bucket
        )
        render = partial(
            run_branch,
            bound.settings,
            name=construct_id,
            partition=bound.partition,
            input_expression=arguments.options.run_input,
            run_name_expression=arguments.options.run_name,
        )
        super().__init__(scope, construct_id, jsonata=render(), jsonpath=render(query_language="JSONPath"))
        self._bound = bound
        self._permissions = state_machine_permissions(bound)
        self.node.add_validation(Surroundings(self, arguments.options.run_name))

    def _when_bound_to_graph(self, graph: sfn.StateGraph) -> None:
        """Bring the statements that the run needs to the role of the machine around it."""
        super()._when_bound_to_graph(graph)
        for permission in self._permissions:
            graph.register_policy_statement(iam.PolicyStatement.from_json(permission.statement))
