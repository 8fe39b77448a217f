# Users, passwords and keys that were created, or that somebody tried to create: by whom, from where, for whom
# Keys are those that let somebody in; a key of KMS, which encrypts, is none.
filter eventName in [
    "CreateUser", "CreateLoginProfile", "CreateAccessKey", "CreateServiceSpecificCredential", "UploadSSHPublicKey",
    "UploadSigningCertificate", "CreateKeyPair", "ImportKeyPair", "CreateApiKey"
  ]
| parse userIdentity.arn /:assumed-role\/(?<role_session>.+)$/
| stats count(*) as calls, min(toMillis(@timestamp)) as first_ms, max(toMillis(@timestamp)) as last_ms
  by eventName, eventSource,
    if(userIdentity.type = "Root", "root", coalesce(role_session, userIdentity.userName, userIdentity.arn,
      userIdentity.principalId, userIdentity.type)) as actor,
    sourceIPAddress as origin,
    coalesce(requestParameters.userName, responseElements.accessKey.userName, requestParameters.keyName,
      requestParameters.name) as target,
    coalesce(responseElements.accessKey.accessKeyId, responseElements.keyPairId, responseElements.sSHPublicKey.sSHPublicKeyId)
      as made,
    coalesce(errorCode, errorMessage) as error
| sort first_ms asc, target asc
