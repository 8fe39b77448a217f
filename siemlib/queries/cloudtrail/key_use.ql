# Use of access keys: calls, addresses, first and last time
# Long-lived keys begin with AKIA; those of sessions (ASIA) end by themselves. A key that an archive masks is still told
# from another one, if it kept its beginning.
filter userIdentity.accessKeyId like /^AKIA/
| stats count(*) as calls, count_distinct(sourceIPAddress) as addresses, min(toMillis(@timestamp)) as first_ms,
    max(toMillis(@timestamp)) as last_ms, latest(userIdentity.userName) as owner, latest(userIdentity.type) as kind
  by userIdentity.accessKeyId as access_key
| sort calls desc, access_key asc
