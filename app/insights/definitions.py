"""What every figure means, in one sentence. Screens and `docs/figures.md` both read it here."""

from app.words import _


def definitions() -> dict[str, str]:
    return {
        "active": _(
            "Members with a membership or pack that is valid on the last day of the month (today, for the running month)."
        ),
        "joined": _("Active this month-end, not active at the one before."),
        "left": _("Active at the month-end before, not active at this one."),
        "churn": _("Of everybody active at the month-end before, the share that is not active at this one."),
        "cohort": _(
            "Everybody by the month in which they first were active, and how many of them are active so many months later."
        ),
        "types": _("Active members by what they hold; whoever holds several counts once, with the membership before the pack."),
        "recurring": _(
            "The price of each running membership divided by the days it was sold for, times 30.4375. Packs and day passes are not in it."
        ),
        "moved": _(
            "New: never a member before. Back: was one, was gone, returned. Grew and shrank: pays more or less than at the month-end before. Lost: gone."
        ),
        "taken": _("Payments less refunds, on the day the money moved, in this currency, from the ledger."),
        "sold": _("Charges less credits by what they were for, on the day they were written."),
        "arrears": _(
            "What is still open of charges whose due day is over; payments cover the oldest charge first. By age: that of the payer's oldest open charge."
        ),
        "visits": _("Everybody let in, each visit once; what was undone does not count."),
        "heat": _("Visits in an hour, on an average such weekday of the period; a holiday without a visit does not count."),
        "inside": _(
            "People in at the half of an hour, on an average such weekday of the period; a holiday without a visit does not count."
        ),
        "often": _("Members of the period by their visits per week over the whole period."),
        "usual": _("The last eight such weekdays: the middle one, and the range of the middle half."),
        "peak": _(
            "The hour at whose half most people were in, on the last eight such weekdays, with the range of the middle half."
        ),
        "workouts": _("Workouts that members of the gym finished and logged, and classes they told of, by week."),
        "plans": _("Of these workouts, by the plan they followed; a plan day is a workout that ticked off a day of it."),
        "away": _(
            "Members whose last visit is at least three of their own usual gaps ago, and at least two weeks; whoever slows to half of their own pace, beyond chance; whoever joined two weeks ago and never came; whoever trains half as often as usual and leaves out days of their plan."
        ),
    }


def written() -> str:
    """`docs/figures.md`: one place says it, the page only repeats it."""
    lines = "\n".join(f"- **{code}**: {sentence}" for code, sentence in definitions().items())
    return (
        f"# What every figure means\n\nThe same sentences stand on the screens; a test holds this page against them.\n\n{lines}\n"
    )
