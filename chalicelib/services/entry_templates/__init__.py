"""Templates of doctors' entries (UX-3; docs/templates.md).

keeping    a template and its versions: made, changed, restored, shared, archived
listing    what somebody may choose from
filling    a draft of a record for one patient
"""

from chalicelib.services.entry_templates.filling import TemplateDrafts
from chalicelib.services.entry_templates.keeping import TemplateKeeping
from chalicelib.services.entry_templates.listing import TemplateList

__all__ = ["TemplateDrafts", "TemplateKeeping", "TemplateList"]
