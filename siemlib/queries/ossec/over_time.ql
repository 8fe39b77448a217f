# Alerts for each five minutes and level
stats count(*) as alerts by bin(5m) as period, coalesce(rule.level, level, _source.rule.level) as severity
| sort period asc, severity desc
