"""From a run to what people read: report.html, report.json, report.md; two runs compared; the gate."""
