"""SpotTrainingTask: a whole run as one chainable state for somebody else's state machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws_cdk import Duration, Size, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib._training_run import HyperParameter, TrainingRun
from constructs_lib.training_channel import TrainingChannel
from constructs_lib.training_image import TrainingImage
from constructs_lib.training_job import Capacity
from constructs_lib.training_source import TrainingSource
from constructs_lib.workflow import run_branch


class SpotTrainingTask(sfn.CustomState):
    """One state that trains one model, with everything `SpotTraining` does: plan, resume, judgement, report.

    It chains like any state (`.next`, `.add_catch`, `.add_retry`), in a JSONPath machine or a JSONata one, inside a
    Map, or twice in one machine, and brings its own IAM statements. It renders as a Parallel with one branch.

    **Input**: what the `run_input` expression gives, in the form of `SpotTraining`'s input.
    **Output**: the report, in the form of `SpotTraining`'s output. **Errors**: those of `SpotTraining`, to be caught by
    name, such as `SpotTraining.CapacityExhausted`.

    See https://docs.aws.amazon.com/step-functions/latest/dg/state-parallel.html
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        image: TrainingImage,
        capacity: Sequence[Capacity],
        role: iam.IRole | iam.Role,
        checkpoint_bucket: s3.IBucket | s3.Bucket,
        output_bucket: s3.IBucket | s3.Bucket,
        max_runtime: Duration | None = None,
        max_wait: Duration | None = None,
        capacity_patience: Duration | None = None,
        channels: Mapping[str, TrainingChannel] | None = None,
        hyperparameters: Mapping[str, HyperParameter] | None = None,
        environment: Mapping[str, str] | None = None,
        source: TrainingSource | None = None,
        base_job_name: str | None = None,
        checkpoint_local_path: str = "/opt/ml/checkpoints",
        checkpointing: bool = True,
        output_prefix: str = "models",
        volume_size: Size | None = None,
        run_name: str = "{% $states.context.Execution.Name %}",
        run_input: str = "{% {} %}",
    ) -> None:
        """Define the state.

        Args:
            scope: The construct it stands in.
            construct_id: Its id there, and the name of the state.
            image: The training image.
            capacity: The capacity plan, cheapest wish first.
            role: The role the jobs run as; it is granted what the run needs.
            checkpoint_bucket: The bucket for checkpoints, under `<base job name>/<run name>/`.
            output_bucket: The bucket for models.
            max_runtime: The training budget of a run over all its attempts, up to 28 days. Defaults to one day, as
                SageMaker's own.
            max_wait: How long one spot attempt may last, waiting for capacity included. Defaults to twice
                `max_runtime`, within SageMaker's limit.
            capacity_patience: How long a spot attempt may be without its first instance before the run stops it and
                goes on with the plan; at least one minute, less than `max_wait`. It is looked at every sixtieth of that
                time, and at most every 30 seconds. Defaults to waiting as long as `max_wait`.
            channels: The input channels by name. Defaults to no input.
            hyperparameters: Names and values; numbers and booleans become strings as JSON has them. Defaults to none.
            environment: Environment variables of the container. Defaults to none.
            source: The training program for a framework image that reads it from S3. Defaults to what the image holds.
            base_job_name: The first part of every job's name. Defaults to the state's path.
            checkpoint_local_path: Where the program finds its checkpoints. Defaults to SageMaker's own path.
            checkpointing: Whether the algorithm writes checkpoints. Defaults to yes.
            output_prefix: The prefix of every model, without slashes at its ends. Defaults to `models`.
            volume_size: The storage volume of each instance. Defaults to 30 GiB.
            run_name: A JSONata expression for the run's name, `{% … %}`; different for every run that shares the
                checkpoint bucket and base job name, as each item of a Map must be. Defaults to the execution's name.
            run_input: A JSONata expression for the run's input, `{% … %}`. Defaults to the deployed settings alone.

        Raises:
            ValueError: Arguments that SageMaker or Step Functions would refuse, all of them at once.
        """
        run = TrainingRun.of(
            f"{scope.node.path}/{construct_id}",
            image=image,
            capacity=capacity,
            max_runtime=max_runtime,
            max_wait=max_wait,
            capacity_patience=capacity_patience,
            channels=channels,
            hyperparameters=hyperparameters,
            environment=environment,
            source=source,
            base_job_name=base_job_name,
            checkpointing=checkpointing,
            checkpoint_bucket=checkpoint_bucket,
            checkpoint_local_path=checkpoint_local_path,
            output_prefix=output_prefix,
            volume_size=volume_size,
        )
        # the state does not exist yet, and its state_json needs what these create: they stand beside it
        parts = Construct(scope, f"{construct_id} parts")
        settings = run.bind(parts, role=role, checkpoint_bucket=checkpoint_bucket, output_bucket=output_bucket)
        stack = Stack.of(scope)
        super().__init__(
            scope,
            construct_id,
            state_json=run_branch(
                settings,
                name=construct_id,
                partition=stack.partition,
                input_expression=run_input,
                run_name_expression=run_name,
            ),
        )
        self.role: iam.IRole = role
        """The role the jobs run as."""
        self.checkpoint_bucket: s3.IBucket = checkpoint_bucket
        """The bucket for checkpoints."""
        self.output_bucket: s3.IBucket = output_bucket
        """The bucket for models."""
        self._statements = run.statements(stack, role, checkpoint_bucket)

    def _when_bound_to_graph(self, graph: sfn.StateGraph) -> None:
        """Bring the statements that the run needs to the role of the machine around it."""
        super()._when_bound_to_graph(graph)
        for statement in self._statements:
            graph.register_policy_statement(statement)
