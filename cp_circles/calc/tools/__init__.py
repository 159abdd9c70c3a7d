"""Quality tools on plain values: each reads its inputs, computes, and answers in one sentence.

`catalogue.TOOLS` lists them by code; `work(TOOLS[code], raw)` gives inputs and result, or reasons;
`catalogue.fields_of(tool.inputs)` describes the form. The drawings are in `cp_circles.charts.tools`.
"""

from cp_circles.calc.tools.base import Fact, Given, Refused, Result, Tool, Worked, work
from cp_circles.calc.tools.catalogue import TOOLS, InputField, fields_of

__all__ = ["TOOLS", "Fact", "Given", "InputField", "Refused", "Result", "Tool", "Worked", "fields_of", "work"]
