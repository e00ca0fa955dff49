"""The embedded AWS's Step Functions against executions that AWS itself recorded: our own restatements of them."""
