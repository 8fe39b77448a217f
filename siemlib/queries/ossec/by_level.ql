# Alerts by level, the highest first
# The level stands in rule.level (Wazuh, OSSEC), at the top (OSSEC, flat), or in _source (an indexer's export).
stats count(*) as alerts by coalesce(rule.level, level, _source.rule.level) as severity
| sort severity desc
