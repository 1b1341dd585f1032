"""Lists of right and of wrong gradients, written from what users do and without a look at how the checker works."""

from . import (
    approximate,
    right_float32,
    right_forms,
    right_kinks,
    right_numbers,
    untuned_2_right_choices,
    untuned_2_right_layers,
    untuned_2_right_numbers,
    untuned_2_wrong_forms,
    untuned_2_wrong_layers,
    untuned_2_wrong_places,
    untuned_right,
    untuned_wrong,
    wrong_by_chance,
    wrong_by_memory,
    wrong_of_the_engine,
    wrong_places,
    wrong_rules,
    wrong_upstream,
)

WRONG_LISTS = {
    "wrong by chance": wrong_by_chance.BY_CHANCE,
    "wrong by memory": wrong_by_memory.BY_MEMORY,
    "wrong for some upstream gradients": wrong_upstream.UPSTREAM,
    "wrong beside an offset": wrong_upstream.OFFSETS,
    "wrong where there is no value": wrong_upstream.UNBOUNDED,
    "wrong at other places": wrong_places.PLACES,
    "wrong rules by hand": wrong_rules.BY_HAND,
    "wrong rules of the engine": wrong_of_the_engine.OF_THE_ENGINE,
    "wrong by more than a tolerance": approximate.TOO_FAR_OFF,
    "wrong, untuned": untuned_wrong.UNTUNED_WRONG,
    "wrong, untuned 2": [
        *untuned_2_wrong_layers.UNTUNED_2_WRONG_LAYERS,
        *untuned_2_wrong_forms.UNTUNED_2_WRONG_FORMS,
        *untuned_2_wrong_places.UNTUNED_2_WRONG_PLACES,
    ],
}
RIGHT_LISTS = {
    "right where numbers cancel": right_numbers.CANCELLING,
    "right far from 1": right_numbers.FAR,
    "right in float32 inside": right_float32.FLOAT32,
    "right at kinks and ties": right_kinks.KINKS,
    "right in other forms": right_forms.FORMS,
    "right within a tolerance": approximate.APPROXIMATE,
    "right, untuned": untuned_right.UNTUNED_RIGHT,
    "right, untuned 2": [
        *untuned_2_right_numbers.UNTUNED_2_RIGHT_NUMBERS,
        *untuned_2_right_choices.UNTUNED_2_RIGHT_CHOICES,
        *untuned_2_right_layers.UNTUNED_2_RIGHT_LAYERS,
    ],
}
