"""What is deployed: the constructs. The only room that imports aws_cdk; it never calls AWS."""
