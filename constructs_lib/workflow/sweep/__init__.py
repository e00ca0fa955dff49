"""Many runs of one training, started by one execution: the settings, states and statements of a sweep's own machine."""
