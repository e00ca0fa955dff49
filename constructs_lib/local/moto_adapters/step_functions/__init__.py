"""What moto's Step Functions is taught."""
