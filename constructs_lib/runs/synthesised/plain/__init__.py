"""The plain CloudFormation template, for whoever deploys without Python."""
