"""What an interruption cost, as far as the checkpoints in S3 and the job's own transitions tell."""
