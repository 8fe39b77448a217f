# Who acted without a second factor: console logins, sessions of users, and everything that the root user did itself
# A call that is signed with a user's own access key has no session, and does not say; it is not in here. Nor is what a
# service did for a user, nor a console login that failed: who guesses a password is not its user. A console login that
# does not say is a kind of its own: it proves neither.
filter (eventName = "ConsoleLogin" and not coalesce(additionalEventData.MFAUsed, "No") = "Yes"
    and responseElements.ConsoleLogin = "Success")
  or (not ispresent(userIdentity.invokedBy) and coalesce(responseElements.ConsoleLogin, "none") != "Failure"
    and (userIdentity.type = "Root"
    or (userIdentity.type = "IAMUser" and userIdentity.sessionContext.attributes.mfaAuthenticated = "false")))
| fields if(userIdentity.type = "Root", "root", if(eventName != "ConsoleLogin", "session of a user",
      if(ispresent(additionalEventData.MFAUsed), "console login", "console login, not told"))) as kind,
    if(userIdentity.type = "Root", "root", coalesce(userIdentity.userName, userIdentity.arn, userIdentity.principalId)) as account,
    coalesce(additionalEventData.MFAUsed, if(userIdentity.sessionContext.attributes.mfaAuthenticated = "true", "Yes",
      if(userIdentity.sessionContext.attributes.mfaAuthenticated = "false", "No", "not told"))) as second_factor
| stats count(*) as calls, count_distinct(eventName) as names, earliest(eventName) as first_call,
    min(toMillis(@timestamp)) as first_ms, max(toMillis(@timestamp)) as last_ms
  by kind, account, sourceIPAddress, second_factor
| sort first_ms asc
