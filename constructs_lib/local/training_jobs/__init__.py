"""A SageMaker for training jobs: it validates, runs, interrupts, stops and describes them as SageMaker does."""
