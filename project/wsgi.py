"""The WSGI application."""

import multiprocessing
import os
import threading
from multiprocessing.process import BaseProcess

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

application = get_wsgi_application()

from project.warm import warm_up  # noqa: E402 - settings come first

warm_up()


def _end_with(server: BaseProcess) -> None:
    """End this worker when its server was killed. It would keep the port."""
    server.join()
    os._exit(1)


if server := multiprocessing.parent_process():
    threading.Thread(target=_end_with, args=[server], name="end with server", daemon=True).start()
