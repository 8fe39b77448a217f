# Who called, and from where
fields coalesce(userIdentity.userName, userIdentity.sessionContext.sessionIssuer.userName, userIdentity.arn,
    userIdentity.principalId, userIdentity.invokedBy) as caller
| stats count(*) as calls, min(toMillis(@timestamp)) as first_ms, max(toMillis(@timestamp)) as last_ms
  by caller, userIdentity.type, sourceIPAddress
| sort calls desc, caller asc
