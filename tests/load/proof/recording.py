"""What a course leaves in results.json and in the report's load chapter."""

from typing import Any

from fixtures.ledger import record_page
from fixtures.results import record, record_beside
from tests.load.proof.book import is_blank
from tests.load.proof.course import Course
from tests.load.proof.history import for_report


def record_course(course: Course) -> None:
    """Record a scenario's row of `load`, its ledger, when each panel showed it, its alerts, and the report's lines.

    Pages on which every station says 0 are proven but not recorded: nothing happened there.
    """
    visible = course.seeing.latest
    record("load", _row(course, visible))
    for page in course.pages:
        if not is_blank(page):
            record_page(course.scenario.name, page)
    for sight, after in course.seeing.after.items():
        place = {"dashboard": sight.dashboard, "panel": sight.panel, "path": sight.path, "labels": dict(sight.labels)}
        record("visible", {"scenario": course.scenario.name, **place, "visible_after_s": after})
    record_beside("load", for_report(course.result, course.history, visible).row())


def _row(course: Course, visible: float | None) -> dict[str, Any]:
    """What could not be measured is left out."""
    alarms, began = course.alarms, course.result.began
    alerts = [
        {"rule": each.rule, "expected": each.part, "reason": each.reason}
        | ({"pending_s": round(alarms.pending[each.rule] - began, 1)} if each.rule in alarms.pending else {})
        | ({"firing_s": round(alarms.firing[each.rule] - began, 1)} if each.rule in alarms.firing else {})
        for each in course.expected
        if each.part != "quiet" or each.rule in alarms.pending
    ]
    answering = [
        {
            "part": each.part,
            "asked": len(each.seconds),
            "p95_s": round(each.at(0.95), 4),
            "max_s": round(max(each.seconds), 4),
        }
        for each in course.attendance
        if each.seconds
    ]
    return {
        **course.result.row(),
        "engine": course.engine,
        **({} if visible is None else {"visible_after_s": visible}),
        "alerts": alerts,
        "answering": answering,
    }
