"""What Step Functions does: the state machine as plain dicts, its JSONata in `.jsonata` files, its permissions.

Pure: imports no construct library and calls no AWS.

**Why no two jobs ever write one checkpoint prefix.** A job is called `<base job name>-<hash of the prefix's first
run>-<n>`. SageMaker takes a name once in an account and Region, and refuses the second of two creates in the same
moment: that is the compare-and-swap. Whoever asks for number n has seen that number n - 1 has ended, or n is 1. So,
by induction: job 1 is created once. Job n is created once, and only when somebody has seen job n - 1 end; job n - 1
was only created when job n - 2 had ended, and so on down. An ended job does not live again; hence of all jobs of a
prefix at most the last one is live.

Nothing rests on who asks: a redrive, a create whose answer was lost, two runs that resume in one second, a task that
somebody's machine retries and an abort that left its job alive all meet `ResourceInUse` and look at the job. Each job
bears whose it is (`SPOT_TRAINING_RUN` in its environment). The round's own job is gone on with; another's that has
ended leads to n + 1; one that is stopping is waited for; one that is live refuses the run (`CheckpointInUse`). A
listing that lags only begins at a smaller number, whose job has ended too. `tests/workflow/numbers` tries every
interleaving.
"""
