# Ports that were asked for: flows, accepted and rejected, of how many senders
# An answer to an accepted connection goes to the higher port, which the client's system chose, and is left out.
filter action in ["ACCEPT", "REJECT"] and not (action = "ACCEPT" and srcPort < dstPort)
| stats count(*) as flows,
    sum(if(action = "ACCEPT", 1, 0)) as accepted,
    sum(if(action = "REJECT", 1, 0)) as rejected,
    count_distinct(srcAddr) as senders, count_distinct(dstAddr) as hosts, sum(bytes) as sum_bytes
  by dstPort, protocol
