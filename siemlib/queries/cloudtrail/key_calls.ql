# Calls that make, change or delete access keys, passwords and other credentials of users
filter eventName in [
    "CreateAccessKey", "UpdateAccessKey", "DeleteAccessKey", "CreateLoginProfile", "UpdateLoginProfile",
    "DeleteLoginProfile", "UploadSSHPublicKey", "CreateServiceSpecificCredential", "UploadSigningCertificate"
  ]
  and eventSource = "iam.amazonaws.com"
