# Events for each hour and log group
stats count(*) as events by bin(1h) as period, @log
| sort period asc
