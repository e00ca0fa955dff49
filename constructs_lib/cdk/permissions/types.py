"""The constructs that a public argument takes, as their interface or as their class.

Type checkers other than mypy reject a `Role` for an `IRole`.
"""

from __future__ import annotations

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

Role = iam.IRole | iam.Role


Bucket = s3.IBucket | s3.Bucket


Key = kms.IKey | kms.Key


Vpc = ec2.IVpc | ec2.Vpc


SecurityGroup = ec2.ISecurityGroup | ec2.SecurityGroup
