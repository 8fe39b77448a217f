# Alerts about logins: account, origin and outcome, by the groups of the rule
# An alert repeats the log that it read; the decoded address may be that of a relay.
parse @message /"groups?":\s*(?:\[[^\]]*|"[^"]*)(?<told>authentication_fail|authentication_success|invalid_login|login_denied|access_denied)/
| filter ispresent(told)
| fields if(told = "authentication_success", "success", "failure") as outcome,
    coalesce(data.dstuser, data.srcuser, dstuser, srcuser, user) as account,
    coalesce(data.srcip, data.src_ip, srcip, src_ip) as origin
