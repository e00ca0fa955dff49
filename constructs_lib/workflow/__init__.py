"""What Step Functions does: the state machine as plain dicts, its JSONata in `.jsonata` files, its IAM statements.

Pure: imports no construct library and calls no AWS.
"""
