# The events themselves, oldest first
fields @timestamp, @log, @message
| sort @timestamp asc
