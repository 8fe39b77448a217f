# Senders: flows, packets and bytes, accepted and rejected, and to how many addresses
filter action in ["ACCEPT", "REJECT"]
| stats count(*) as flows, sum(packets) as sum_packets, sum(bytes) as sum_bytes,
    sum(if(action = "ACCEPT", 1, 0)) as accepted,
    sum(if(action = "REJECT", 1, 0)) as rejected,
    count_distinct(dstAddr) as hosts,
    min(toMillis(@timestamp)) as first_ms, max(toMillis(@timestamp)) as last_ms
  by srcAddr
