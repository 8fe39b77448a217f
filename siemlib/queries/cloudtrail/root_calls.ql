# Calls of the root user, by name, address and outcome
# A service that acts in the name of the account (invokedBy) is told apart: nobody signed in for it.
filter userIdentity.type = "Root"
| fields coalesce(errorCode, errorMessage, if(responseElements.ConsoleLogin = "Failure", "Failure", errorCode)) as error,
    if(eventName = "ConsoleLogin", tolower(replace(replace(additionalEventData.MFAUsed, "Yes", "true"), "No", "false")),
      userIdentity.sessionContext.attributes.mfaAuthenticated) as mfa
| stats count(*) as calls, min(toMillis(@timestamp)) as first_ms, max(toMillis(@timestamp)) as last_ms
  by eventName, eventSource, sourceIPAddress, mfa, userIdentity.invokedBy as service, error, readOnly
| sort calls desc, eventName asc
