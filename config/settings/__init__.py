"""Django's settings, one file for each tool."""

from config.settings.base import *
from config.settings.batches import *
from config.settings.connectors import *
from config.settings.database import *
from config.settings.logs import *
from config.settings.pages import *
from config.settings.queues import *
from config.settings.rest import *
from config.settings.security import *
from config.settings.sign_in import *
from config.settings.training import *
from config.settings.uploads import *
from config.settings.webhooks import *
