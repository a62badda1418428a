"""Every screen of training."""

from litestar import Router

from app.training.pages import cards, home, past, workout

router = Router(
    "/",
    route_handlers=[
        workout.start,
        workout.workout,
        workout.log,
        workout.finish,
        workout.discard,
        workout.recover,
        workout.resume,
        workout.notes,
        workout.grow,
        past.past_page,
        past.past,
        past.times,
        past.correct,
        cards.tools,
        cards.warm_up,
        cards.approve,
        cards.skip,
        cards.note,
        cards.rest,
        cards.pair,
        cards.remove,
        cards.swap,
        cards.order,
        cards.shift,
        cards.picker,
        cards.add,
        home.home,
        home.exercise,
        home.keep_note,
        home.records,
        home.volume,
        home.choose_page,
        home.choose,
        home.rest_week,
    ],
)
