"""Where a page may do a little more than the others."""

from csp.constants import SELF
from csp.decorators import csp_update

# A page that plays back what was just recorded on it, before it is sent; on no other page may a
# sound or a film be played.
may_record = csp_update({"media-src": [SELF, "blob:"]})
