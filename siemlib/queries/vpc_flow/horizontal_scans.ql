# Senders by the most hosts at which they were rejected at one port
filter action = "REJECT" and dstPort > 0
| stats count_distinct(dstAddr) as hosts by srcAddr, dstPort
| stats max(hosts) as hosts_of_one_port by srcAddr
