# Calls that change who may do what, what is recorded or what is shared, oldest first
# Selected by rule, not by a list of calls: what is not read-only (readOnly; where that is absent, by the name), and is of
# a service of identity, keys, audit or organizations, or changes rights, networks, sharing or logs at another service.
filter readOnly in ["0", "false"]
    or (not ispresent(readOnly)
      and eventName not like /^(Get|List|Describe|Lookup|Head|Search|Select|View|Check|Query|Scan|Simulate|Batch(Get|Describe)|Assume|Encrypt|Decrypt|ReEncrypt|Generate(DataKey|CredentialReport|ServiceLastAccessed|Random|Mac)|Sign$|Verify|Validate|Test)/)
| filter eventSource in [
    "iam.amazonaws.com", "sts.amazonaws.com", "cloudtrail.amazonaws.com", "config.amazonaws.com",
    "guardduty.amazonaws.com", "securityhub.amazonaws.com", "access-analyzer.amazonaws.com", "macie2.amazonaws.com",
    "organizations.amazonaws.com", "account.amazonaws.com", "kms.amazonaws.com", "sso.amazonaws.com",
    "sso-directory.amazonaws.com", "identitystore.amazonaws.com", "rolesanywhere.amazonaws.com", "ram.amazonaws.com"
  ]
  or eventName like /Policy|Permission|Role|User|AccessKey|InstanceProfile|SecurityGroup|NetworkAcl|(Bucket|Object)Acl|PublicAccess|SnapshotAttribute|ImageAttribute|KeyPair|SSHPublicKey|SerialConsole|FlowLogs|BucketLogging|Versioning|Lifecycle/
  or eventName like /^Delete(LogGroup|LogStream|Alarms|MetricFilter|SubscriptionFilter)/
| fields @timestamp, coalesce(userIdentity.userName, userIdentity.arn, userIdentity.type) as actor, sourceIPAddress,
    eventName,
    coalesce(requestParameters.userName, requestParameters.roleName, requestParameters.instanceProfileName,
      requestParameters.name, requestParameters.bucketName, requestParameters.groupId,
      requestParameters.snapshotId, requestParameters.dBSnapshotIdentifier, requestParameters.imageId,
      requestParameters.policyArn, requestParameters.policyName, requestParameters.functionName) as target,
    responseElements.accessKey.accessKeyId as access_key, coalesce(errorCode, errorMessage) as error
| sort @timestamp asc
