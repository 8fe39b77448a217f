# Calls that open or close security groups and network ACLs
filter eventName in [
    "AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress", "ModifySecurityGroupRules", "CreateNetworkAclEntry",
    "ReplaceNetworkAclEntry", "DeleteNetworkAclEntry", "DeleteSecurityGroup", "DeleteNetworkAcl"
  ]
