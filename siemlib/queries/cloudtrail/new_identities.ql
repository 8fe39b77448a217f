# Users, keys and passwords that were made in the account, or that somebody tried to make, oldest first
filter eventName in [
    "CreateUser", "CreateLoginProfile", "UpdateLoginProfile", "CreateAccessKey", "UpdateAccessKey",
    "UploadSSHPublicKey", "UploadSigningCertificate", "CreateServiceSpecificCredential", "ResetServiceSpecificCredential",
    "CreateVirtualMFADevice", "EnableMFADevice", "DeactivateMFADevice", "DeleteVirtualMFADevice",
    "CreateRole", "CreateSAMLProvider", "CreateOpenIDConnectProvider", "CreateKeyPair", "ImportKeyPair"
  ]
| fields @timestamp, coalesce(userIdentity.userName, userIdentity.arn, userIdentity.type) as actor, sourceIPAddress,
    eventName,
    coalesce(requestParameters.userName, requestParameters.roleName, requestParameters.keyName, requestParameters.name,
      requestParameters.virtualMFADeviceName, requestParameters.serialNumber) as target,
    coalesce(responseElements.accessKey.accessKeyId, requestParameters.accessKeyId,
      responseElements.sSHPublicKey.sSHPublicKeyId, responseElements.keyPairId) as made,
    requestParameters.status as state, coalesce(errorCode, errorMessage) as error
| sort @timestamp asc
