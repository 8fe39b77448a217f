# Calls that share resources with other accounts or with everyone, and those that take that back or delete them
filter eventName in [
    "ModifyImageAttribute", "ModifySnapshotAttribute", "ModifyDBSnapshotAttribute", "ModifyDBClusterSnapshotAttribute",
    "PutBucketPolicy", "DeleteBucketPolicy", "PutBucketAcl", "PutObjectAcl", "PutBucketPublicAccessBlock",
    "DeleteBucketPublicAccessBlock", "DeletePublicAccessBlock", "PutPublicAccessBlock", "PutAccountPublicAccessBlock",
    "DeleteAccountPublicAccessBlock", "PutResourcePolicy", "DeleteResourcePolicy", "PutKeyPolicy", "CreateGrant",
    "SetQueueAttributes", "SetTopicAttributes", "SetRepositoryPolicy", "CreateResourceShare", "AssociateResourceShare",
    "ModifyDBInstance", "CreateDBInstance", "PutAccessPointPolicy", "DisableSnapshotBlockPublicAccess",
    "DisableImageBlockPublicAccess", "DeregisterImage", "DeleteSnapshot", "DeleteDBSnapshot", "DeleteDBClusterSnapshot",
    "DeleteBucket", "DeleteDBInstance", "DeleteSecret", "DeleteRepository", "DeleteQueue", "DeleteTopic"
  ]
  or eventName like /^(AddPermission|RemovePermission|AddLayerVersionPermission|CreateFunctionUrlConfig|DeleteFunctionUrlConfig|DeleteFunction2)/
