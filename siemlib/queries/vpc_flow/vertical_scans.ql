# Senders by the most ports of one host at which they were rejected
filter action = "REJECT" and dstPort > 0
| stats count_distinct(dstPort) as ports by srcAddr, dstAddr
| stats max(ports) as ports_of_one_host by srcAddr
