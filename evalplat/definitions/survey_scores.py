"""What must hold so that a questionnaire can be scored: dimensions with weight, scored questions with points, one overall."""

from __future__ import annotations

from .survey_model import Question, Survey
from .survey_nodes import Reader
from .survey_questions import Draft
from .yamltext import Mapping, suggestion


def check_scores(reader: Reader, draft: Draft, survey: Survey) -> None:
    """Every rule about points, dimensions and weights."""
    for question in survey.questions:
        node = draft.nodes[question.name]
        _check_dimension(reader, node, question, survey)
        if question.scored:
            _check_scored(reader, node, question)
    _check_weights(reader, draft, survey)
    if survey.overall and survey.overall not in {question.name for question in survey.scored}:
        settings = draft.nodes["settings"]
        place = settings.get("overall")
        where = place.where if place else settings.where
        reader.report(
            "S410", 'The overall question "{name}" must be a scored question.', where, name=survey.overall
        )


def _check_dimension(reader: Reader, node: Mapping, question: Question, survey: Survey) -> None:
    place = node.get("ep::weight_dim")
    where, name = place.where if place else node.where, question.name
    if question.dimension and question.dimension not in survey.dimensions:
        guess = suggestion(question.dimension, survey.dimensions)
        reader.report("S401", 'Unknown dimension "{name}".', where, guess, name=question.dimension)
    elif question.dimension and not question.scored:
        hint = 'Add "ep::score: yes" or take the dimension away.'
        reader.report("S401", '"{name}" has a dimension but does not score.', where, hint, name=name)
    elif question.scored and not question.dimension:
        hint = 'Add "ep::weight_dim".'
        reader.report("S401", 'The scored question "{name}" names no dimension.', where, hint, name=name)


def _check_weights(reader: Reader, draft: Draft, survey: Survey) -> None:
    used = {question.dimension for question in survey.scored}
    for key, dimension in survey.dimensions.items():
        place = draft.nodes["settings/dimensions"].key(key)
        where = place.where if place else draft.nodes["settings"].where
        if key not in used:
            message = 'No scored question belongs to the dimension "{name}".'
            reader.report("S402", message, where, name=key)
        if dimension.weight <= 0:
            reader.report("S402", 'The dimension "{name}" has no weight.', where, name=key)


def _check_scored(reader: Reader, node: Mapping, question: Question) -> None:
    key = node.key("ep::score")
    where = key.where if key else node.where
    choices = question.choices.choices if question.choices else ()
    rated = [choice for choice in choices if choice.points is not None]
    if question.choices and not choices:
        return
    if question.kind != "select_one" or len(rated) < 2:
        message = 'The scored question "{name}" needs select_one and a list with points.'
        hint = "Give at least two options of the list an ep_score."
        reader.report("S403", message, where, hint, name=question.name)
    elif len({choice.points for choice in rated}) == 1:
        reader.report("S404", 'All options of "{name}" give the same points.', where, name=question.name)
    elif {one.points for one in rated if one.satisfied} & {one.points for one in rated if not one.satisfied}:
        message = 'Options of "{name}" with the same points must all be satisfied or none.'
        reader.report("S404", message, where, name=question.name)
