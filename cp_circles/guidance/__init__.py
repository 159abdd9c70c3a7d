"""The department's side: visits, training, inspections, appraisals, contests, rates, the board and signals."""
