"""The one error tree (core.py) and its leaves by topic. Every leaf is imported here, so that ``leaves`` knows all."""

from chalicelib.errors.cards import *
from chalicelib.errors.core import *
from chalicelib.errors.exports import *
from chalicelib.errors.factors import *
from chalicelib.errors.gathering import *
from chalicelib.errors.identity import *
from chalicelib.errors.issuing import *
from chalicelib.errors.prescriptions import *
from chalicelib.errors.sessions import *
from chalicelib.errors.shares import *
from chalicelib.errors.sign_on import *
from chalicelib.errors.signatures import *
from chalicelib.errors.special import *
from chalicelib.errors.suspicion import *
from chalicelib.errors.vaccinations import *
