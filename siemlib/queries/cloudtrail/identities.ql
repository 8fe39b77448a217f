# Who acted, with which access key, from where: the identities that a call itself names
# A call that was denied has been signed as well. Of a session the issuer is its role.
filter ispresent(userIdentity.arn)
| stats count(*) as calls, earliest(@ptr) as first_ptr,
    min(toMillis(@timestamp)) as first_ms, max(toMillis(@timestamp)) as last_ms
    by userIdentity.type as kind, userIdentity.arn as arn, userIdentity.userName as name,
       userIdentity.accessKeyId as access_key, userIdentity.sessionContext.sessionIssuer.arn as issuer, sourceIPAddress as origin
| sort calls desc, arn asc, access_key asc, origin asc
| limit 10000
