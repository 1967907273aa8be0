"""A process that takes in what was uploaded, until it is done or killed."""

from infra.celery.importing import take_in_all
from infra.celery.runtime import close, current

if __name__ == "__main__":
    runtime = current()
    runtime.call(take_in_all(runtime))
    close()
