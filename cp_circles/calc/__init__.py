"""Pure calculation on exact numbers: no database, no web framework, no clock.

`exact` numbers · `reasons` messages with values · `savings` and `conversion` quantities · `scoring`,
`standing`, `promotion` and `awarding` a round · `workdays` and `timing` dates · `boards`, `ladder` levels
· `uscc` codes · `methods`
of a saving · `steam` · `feasibility` · `balances`, `mfca`, `focus`, `options` · `readings`, `suspicions`,
`overlap` · `pollutants`, `grid`.
"""
