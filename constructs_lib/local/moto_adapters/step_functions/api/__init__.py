"""What the API answers: definitions, executions, histories."""
