# Flows, packets and bytes that were accepted and rejected
# Records without traffic (NODATA, SKIPDATA) have "-" for an action and do not count.
filter action in ["ACCEPT", "REJECT"]
| stats count(*) as flows, sum(packets) as sum_packets, sum(bytes) as sum_bytes by action
| sort action asc
