"""Methods of measuring a saving side by side: fits, uncertainty, rates, and which method to trust.

`fitting` the regression · `uncertainty` meter and model at 90 % · `comparing` all methods with a
recommendation · `rates` indicators in percent · `annualising` from a part of a year.
"""
