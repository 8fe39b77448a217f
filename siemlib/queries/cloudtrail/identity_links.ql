# Calls that succeeded and gave somebody another identity: a role, a user, a key, a password, a way to a host
filter eventName in ["AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "GetSessionToken", "GetFederationToken",
    "CreateUser", "CreateAccessKey", "CreateLoginProfile", "UpdateLoginProfile", "SendSSHPublicKey",
    "SendSerialConsoleSSHPublicKey", "StartSession", "SendCommand"]
| filter not ispresent(errorCode) and not ispresent(errorMessage)
| fields @timestamp, eventName, userIdentity.type as kind, userIdentity.arn as arn, userIdentity.userName as name,
    userIdentity.accessKeyId as access_key, userIdentity.accountId as account,
    coalesce(userIdentity.invokedBy, userIdentity.principalId) as other, sourceIPAddress as origin,
    requestParameters.userName as for_user,
    coalesce(responseElements.assumedRoleUser.arn, responseElements.federatedUser.arn) as new_arn,
    coalesce(responseElements.credentials.accessKeyId, responseElements.accessKey.accessKeyId) as new_key,
    requestParameters.instanceOSUser as host_user,
    coalesce(requestParameters.instanceId, requestParameters.target, requestParameters.instanceIds.0) as instance,
    requestParameters.sSHPublicKey as ssh_key
| sort @timestamp asc
| limit 10000
