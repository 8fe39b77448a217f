# Sessions of roles that principals asked for: account, origin and outcome; services that assume their own are left out
filter eventSource = "sts.amazonaws.com" and eventName like /^AssumeRole/ and userIdentity.type != "AWSService"
| fields coalesce(userIdentity.userName, userIdentity.arn, userIdentity.principalId) as account,
    sourceIPAddress as origin, if(ispresent(errorCode) or ispresent(errorMessage), "failure", "success") as outcome
