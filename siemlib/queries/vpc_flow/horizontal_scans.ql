# Senders by the most hosts at which they were rejected at one port
filter action = "REJECT" and (not ispresent(protocol) or protocol not in [1, 47, 50, 58])
| stats count_distinct(dstAddr) as hosts by srcAddr, dstPort
| stats max(hosts) as hosts_of_one_port by srcAddr
