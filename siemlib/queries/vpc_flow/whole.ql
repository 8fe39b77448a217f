# All flows: how many, of how many senders, packets and bytes
filter action in ["ACCEPT", "REJECT"]
| stats count(*) as flows, count_distinct(srcAddr) as senders, sum(packets) as sum_packets, sum(bytes) as sum_bytes
