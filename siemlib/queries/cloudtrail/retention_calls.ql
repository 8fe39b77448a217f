# Calls about how long logs are kept, where they are exported to, and what becomes of them there
filter eventName in [
    "PutRetentionPolicy", "DeleteRetentionPolicy", "CreateLogGroup", "DeleteLogGroup", "DeleteLogStream",
    "PutLogGroupDeletionProtection", "CreateExportTask", "CancelExportTask", "PutSubscriptionFilter",
    "DeleteSubscriptionFilter",
    "PutBucketLifecycle", "PutBucketLifecycleConfiguration", "DeleteBucketLifecycle", "PutBucketVersioning",
    "PutBucketObjectLockConfiguration", "PutObjectLockConfiguration", "PutObjectRetention", "PutObjectLegalHold",
    "PutBucketReplication", "DeleteBucketReplication", "PutBucketIntelligentTieringConfiguration", "DeleteBucket",
    "RestoreObject", "InitiateJob", "DeleteArchive", "CreateVault", "DeleteVault", "InitiateVaultLock",
    "CompleteVaultLock", "AbortVaultLock"
  ]
  and eventSource in ["logs.amazonaws.com", "s3.amazonaws.com", "glacier.amazonaws.com"]
