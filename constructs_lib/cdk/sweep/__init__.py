"""Many runs of one training, started by one execution."""
