"""An endpoint that speaks the protocol of CloudWatch Logs over an archive: ``siem serve``.

Any program that uses an AWS SDK can then ask an archive what it would ask CloudWatch. Our own live engine is tested
against it.
"""
