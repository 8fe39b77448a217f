# Logins to the console: account, origin, outcome, and whether with a second factor
# A failed login has no error code, only a message and a response element.
filter eventSource = "signin.amazonaws.com" and eventName = "ConsoleLogin"
| parse userIdentity.arn /:assumed-role\/(?<role_session>.+)$/
| fields if(userIdentity.type = "Root", "root", coalesce(role_session, userIdentity.userName, userIdentity.arn,
      userIdentity.principalId, userIdentity.accountId)) as account,
    sourceIPAddress as origin, additionalEventData.MFAUsed as second_factor, 1 as attempts,
    if(ispresent(errorCode) or ispresent(errorMessage) or responseElements.ConsoleLogin = "Failure", "failure", "success")
      as outcome
