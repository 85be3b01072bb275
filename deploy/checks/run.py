"""All checks over all overlays; the entry point prints what they say."""

from . import contract, images, render, schema, seeds, swap
from .environment import DEPLOY, TOP
from .references import References
from .report import Document, Report

OVERLAYS = ("overlays/kind", "swap/debezium")


def run():
    report, custom = Report(), schema.tables()
    kind = DEPLOY / "kind" / "cluster.yaml"
    try:
        cluster = Document(render.load_all(kind)[0], str(kind.relative_to(TOP)))
        rendered = {overlay: render.render(DEPLOY / overlay, TOP) for overlay in OVERLAYS}
        checked = show(cluster, schema.check(cluster, custom, report))
        for overlay, documents in rendered.items():
            print(f"-- deploy/{overlay}")
            checked += check_overlay(documents, cluster.body, custom, report)
        if not report.errors:
            swap.check(*rendered.values(), custom, report)
        images.check_dockerfiles(report)
    except render.Refused as refused:
        report.errors.append(str(refused))
        checked = 0
    return finish(report, checked)


def check_overlay(documents, cluster, custom, report):
    """Documents that do not fit their schemas cannot be held against each other: that stage waits until they do."""
    checked = sum(show(document, schema.check(document, custom, report)) for document in documents)
    if not report.errors:
        check_together(documents, cluster, report)
    return checked


def check_together(documents, cluster, report):
    References(documents, cluster, report).check()
    contract.check(documents, cluster, report)
    images.check(documents, report)
    seeds.check(documents, report)


def show(document, sources):
    print(f"{document}: {', '.join(sources) or 'no schema'}")
    return 1


def finish(report, checked):
    errors = list(dict.fromkeys(report.errors))
    for error in errors:
        print(f"error: {error}")
    print(f"documents={checked} errors={len(errors)}")
    return 1 if errors else 0
