# Interfaces of which records were skipped: what passed there is not known
filter logStatus = "SKIPDATA"
| stats count(*) as records, min(toMillis(@timestamp)) as first_ms, max(toMillis(@timestamp)) as last_ms by interfaceId
| sort records desc, interfaceId asc
