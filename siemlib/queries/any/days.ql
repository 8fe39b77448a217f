# Events for each day and log group
stats count(*) as events by bin(1d) as period, @log
| sort period asc
