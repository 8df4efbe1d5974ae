"""What a report says of an experiment: its arms, their means, how they differ."""

from __future__ import annotations

from matplotlib.figure import Figure

from sim.experiment.comparing import compare_arms
from sim.experiment.results import ExperimentResults
from sim.experiment.zones import heat_table
from sim.report.arms import agreement_figure, differences_figure, heat_map_figure
from sim.report.captions import ARMS
from sim.report.parts import Picture, Sheet, picture, sheet
from sim.report.summary import histories
from sim.scenario import Scenario
from sim.statistics import curve_of, number_text

__all__ = ["arm_pictures", "arm_sheets", "base_scenario", "experiment_figures", "played"]

_MOST_POINTS = 40
_MOST_ARMS = 28


def base_scenario(results: ExperimentResults) -> Scenario:
    """Return the scenario of the base arm."""
    return results.scenario(results.base)


def played(results: ExperimentResults) -> str:
    """Return in a line how much was played."""
    points = results.design.points
    each = f"each of {len(results.arms)} arms" if len(results.arms) > 1 else "one arm"
    over = f" at each of {points:,} points" if results.design.fields else ""
    return f"{histories(results.replications)} of {each}{over}, seed {results.manifest['seed']}"


def experiment_figures(results: ExperimentResults) -> dict[str, Figure]:
    """Return the figures that fit an experiment: a forest plot and curves over arms, or heat maps."""
    part = results.manifest["design"]
    if part is None:
        return _over_arms(results) if not results.failures else {}
    if part["use"] == "grid" and len(results.design.fields) == 2:
        x, y = results.design.fields
        table = heat_table(results)
        return {
            f"heat_map_{item.name}": heat_map_figure(
                table[table.outcome == item.name], x, y, item, zone="zone"
            )
            for item in results.measures
        }
    return {}


def _over_arms(results: ExperimentResults) -> dict[str, Figure]:
    found: dict[str, Figure] = {}
    if len(results.arms) > 1:
        table, base = compare_arms(results), results.titles[results.base]
        found["differences"] = differences_figure(
            table, results.measures, results.titles, against=base
        )
    if len(results.arms) <= _MOST_ARMS:
        curves = {}
        for arm in results.arms:
            game = results.scenario(arm).game
            days = results.to_frame(arm, ["ratified_on"]).ratified_on.fillna(-1).to_numpy(int)
            curves[results.titles[arm]] = curve_of(days, days=game.days, start=game.start)
        dated = base_scenario(results).game.dated
        found["agreement_arms"] = agreement_figure(curves, dated=dated)
    return found


def arm_pictures(results: ExperimentResults) -> list[Picture]:
    """Return the figures of an experiment, embedded."""
    found = []
    labels = {f"heat_map_{item.name}": item.label for item in results.measures}
    for name, figure in experiment_figures(results).items():
        heading, caption = ARMS.get(name, (labels.get(name, name).capitalize(), "Over two fields."))
        found.append(picture(figure, heading, caption, _alternative(results, name)))
    return found


def _alternative(results: ExperimentResults, name: str) -> str:
    """Return a text that stands in for a figure, with what it shows in numbers."""
    if name == "differences":
        table = compare_arms(results)
        parts = [
            f"{results.titles[row['name']]}, {row['outcome'].replace('_', ' ')}: "
            f"{row['difference']:+.3g} ± {number_text(row['standard_error'], 2, significant=True)}"
            for row in table.to_dict("records")
        ]
        return f"Points with intervals. Differences: {'; '.join(parts)}."
    if name == "agreement_arms":
        table = results.summary()
        agreed = table[table.outcome == "ratified"].to_dict("records")
        parts = [f"{results.titles[row['arm']]} {row['value']:.1%}" for row in agreed]
        return f"Rising lines by arm; at the horizon: {'; '.join(parts)}."
    x, y = results.design.fields
    item = name.removeprefix("heat_map_")
    rows = results.summary()
    values = rows[rows.outcome == item].sort_values("value", kind="stable")
    ends = [
        f"{row['value']:.3g} at {row[x]:.3g}, {row[y]:.3g}" for row in values.to_dict("records")
    ]
    low_high = f" from {ends[0]} to {ends[-1]}" if ends else ""
    return f"Map of shades of {item.replace('_', ' ')} over {x} and {y}:{low_high}."


def arm_sheets(results: ExperimentResults) -> list[Sheet]:
    """Return the means of each arm, or point, and the differences from the base arm."""
    found = [_means(results)]
    if results.manifest["design"] is None and len(results.arms) > 1 and not results.failures:
        found.append(_differences(results))
    return found


def _means(results: ExperimentResults) -> Sheet:
    """Return a row for each outcome, or point and outcome, and a column for each arm."""
    table, fields = results.summary(), results.design.fields
    if fields:
        table = table[table.point < _MOST_POINTS]
    known = {item.name: item for item in results.measures}
    rows: dict[tuple[str, ...], dict[str, str]] = {}
    for row in table.to_dict("records"):
        item = known.get(row["outcome"])
        if item is None:
            continue
        label = item.label + (f" ({item.unit})" if item.unit else "")
        key = (label, *(f"{row[name]:.3g}" for name in fields))
        places = 3 if item.share or item.name.startswith("utility") else 1
        value = f"{row['value']:,.{places}f} ± {number_text(row['standard_error'], places)}"
        rows.setdefault(key, {})[row["arm"]] = f"{value} ({row['count']:,})"
    cells = [(*key, *(found.get(arm, "") for arm in results.arms)) for key, found in rows.items()]
    heads = ("outcome", *fields, *(results.titles[arm] for arm in results.arms))
    whole = results.design.points
    note = "Mean ± standard error (histories)."
    if fields and whole > _MOST_POINTS:
        note += f" The first {_MOST_POINTS} of {whole:,} points; summary.parquet has all."
    return sheet("Means", heads, cells, note=note, numeric=range(1, len(heads)))


def _differences(results: ExperimentResults) -> Sheet:
    table = compare_arms(results)
    cells = [
        (
            results.titles[row["name"]],
            row["outcome"].replace("_", " "),
            f"{row['difference']:+.3g}",
            number_text(row["standard_error"], 2, significant=True),
            f"{row['low']:+.3g} to {row['high']:+.3g}",
            "<.001" if row["p_holm"] < 0.001 else f"{row['p_holm']:.3f}",
            f"{row['count']:,}",
        )
        for row in table.to_dict("records")
    ]
    heads = ("arm", "outcome", "difference", "standard error", "95 % interval", "p (Holm)", "count")
    title = f"Differences from {results.titles[results.base]}"
    note = f"p-values hold for all {len(table)} comparisons at once (Holm)."
    return sheet(title, heads, cells, note=note, numeric=(2, 3, 4, 5, 6))
