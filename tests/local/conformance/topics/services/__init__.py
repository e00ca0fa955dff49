"""Tasks that call other services, and the API of Step Functions itself."""
