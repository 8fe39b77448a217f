# Calls that change who may do what, or what is recorded, oldest first
# Users and keys created, rights given, rights and users removed, recording stopped or cut, resources opened.
filter eventName in [
    "CreateUser", "CreateAccessKey", "CreateLoginProfile", "UpdateLoginProfile", "UpdateAccessKey",
    "AttachUserPolicy", "AttachRolePolicy", "AttachGroupPolicy", "PutUserPolicy", "PutRolePolicy", "PutGroupPolicy",
    "AddUserToGroup", "CreateRole", "UpdateAssumeRolePolicy", "CreatePolicyVersion", "SetDefaultPolicyVersion",
    "DeactivateMFADevice", "DeleteUser", "DeleteAccessKey", "DeleteLoginProfile", "DeleteUserPolicy", "DetachUserPolicy",
    "StopLogging", "DeleteTrail", "UpdateTrail", "PutEventSelectors", "DeleteFlowLogs", "DeleteLogGroup",
    "DeleteLogStream", "PutBucketPolicy", "PutBucketPublicAccessBlock", "AuthorizeSecurityGroupIngress",
    "ModifySnapshotAttribute", "ModifyImageAttribute"
  ]
| fields @timestamp, coalesce(userIdentity.userName, userIdentity.arn, userIdentity.type) as actor, sourceIPAddress,
    eventName,
    coalesce(requestParameters.userName, requestParameters.roleName, requestParameters.name,
      requestParameters.bucketName, requestParameters.groupId) as target,
    responseElements.accessKey.accessKeyId as access_key, coalesce(errorCode, errorMessage) as error
| sort @timestamp asc
