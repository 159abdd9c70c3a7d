"""The department's side: visits, training, inspections, appraisals, contests, rates, board and signals."""
