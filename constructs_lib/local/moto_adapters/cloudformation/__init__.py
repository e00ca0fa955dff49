"""What moto's CloudFormation is taught."""
