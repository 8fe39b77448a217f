# Flow records by status and action: traffic, none (NODATA), and what was skipped and is lost (SKIPDATA)
# Some layouts leave out bytes or addresses; such records are counted in without_bytes and without_addresses.
stats count(*) as records, count_distinct(interfaceId) as interfaces,
    sum(if(ispresent(bytes), 0, 1)) as without_bytes,
    sum(if(ispresent(srcAddr) and ispresent(dstAddr), 0, 1)) as without_addresses,
    min(toMillis(@timestamp)) as first_ms, max(toMillis(@timestamp)) as last_ms
  by logStatus, action
| sort records desc, logStatus asc, action asc
