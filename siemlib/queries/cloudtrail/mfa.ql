# Console logins and calls of people, by whether they say that MFA was used
# A call with a long-lived key does not say; a login through an identity provider (AssumedRole) does not know.
filter userIdentity.type in ["IAMUser", "Root", "AssumedRole", "FederatedUser", "IdentityCenterUser", "SAMLUser"]
    and not ispresent(userIdentity.invokedBy)
| fields if(eventName = "ConsoleLogin", "login", "call") as kind,
    coalesce(userIdentity.userName, userIdentity.sessionContext.sessionIssuer.userName, userIdentity.arn,
      userIdentity.type) as principal,
    if(eventName = "ConsoleLogin", tolower(replace(replace(additionalEventData.MFAUsed, "Yes", "true"), "No", "false")),
      userIdentity.sessionContext.attributes.mfaAuthenticated) as mfa
| filter kind = "call" or responseElements.ConsoleLogin = "Success"
| stats count(*) as calls, count_distinct(sourceIPAddress) as addresses, latest(sourceIPAddress) as last_address,
    min(toMillis(@timestamp)) as first_ms, max(toMillis(@timestamp)) as last_ms
  by principal, userIdentity.type as type, kind, mfa
| sort calls desc, principal asc
