"""What the WSGI server runs."""

import multiprocessing
import os
import threading

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

application = get_wsgi_application()

from project.warm import warm_up  # noqa: E402 - settings come first

warm_up()

if server := multiprocessing.parent_process():

    def end_with_server() -> None:
        """Ends this worker when the server that started it was killed: it would go on holding the port."""
        server.join()
        os._exit(1)

    threading.Thread(target=end_with_server, name="end with server", daemon=True).start()
