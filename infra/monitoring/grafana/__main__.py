"""Write Grafana's dashboards anew: `python -m infra.monitoring.grafana`."""

from infra.monitoring.grafana.files import written

if __name__ == "__main__":
    for path, text in written().items():
        path.write_text(text)
        print(path)
