"""Published series that the tools must reproduce, typed from their sources."""

# NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2 (individuals chart), flow rates of ten batches.
NIST_FLOW = "49.6 47.6 49.9 51.3 47.8 51.2 52.6 52.4 53.6 52.1"

# Montgomery, Introduction to Statistical Quality Control: inside diameters of piston rings (mm), 25 x 5.
PISTON_RINGS = """
74.030 74.002 74.019 73.992 74.008
73.995 73.992 74.001 74.011 74.004
73.988 74.024 74.021 74.005 74.002
74.002 73.996 73.993 74.015 74.009
73.992 74.007 74.015 73.989 74.014
74.009 73.994 73.997 73.985 73.993
73.995 74.006 73.994 74.000 74.005
73.985 74.003 73.993 74.015 73.988
74.008 73.995 74.009 74.005 74.004
73.998 74.000 73.990 74.007 73.995
73.994 73.998 73.994 73.995 73.990
74.004 74.000 74.007 74.000 73.996
73.983 74.002 73.998 73.997 74.012
74.006 73.967 73.994 74.000 73.984
74.012 74.014 73.998 73.999 74.007
74.000 73.984 74.005 73.998 73.996
73.994 74.012 73.986 74.005 74.007
74.006 74.010 74.018 74.003 74.000
73.984 74.002 74.003 74.005 73.997
74.000 74.010 74.013 74.020 74.003
73.982 74.001 74.015 74.005 73.996
74.004 73.999 73.990 74.006 74.009
74.010 73.989 73.990 74.009 74.014
74.015 74.008 73.993 74.000 74.010
73.982 73.984 73.995 74.017 74.013
""".strip().splitlines()

# Montgomery: nonconforming orange-juice cans, 30 samples of 50.
JUICE_CANS = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22]
JUICE_CANS += [8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6]

# Montgomery: nonconformities in 20 samples of 5 personal computers.
COMPUTERS = [10, 12, 8, 14, 10, 16, 11, 7, 10, 15, 9, 5, 7, 11, 12, 6, 8, 10, 7, 5]

# Montgomery: dyed cloth, inspection units of 50 square metres and nonconformities of ten rolls.
CLOTH = [("10", 14), ("8", 12), ("13", 20), ("10", 11), ("9.5", 7)]
CLOTH += [("10", 10), ("12", 21), ("10.5", 16), ("12", 19), ("12.5", 23)]

# Student (1908), The probable error of a mean: hours of sleep gained by ten patients.
SLEEP = ("0.7 -1.6 -0.2 -1.2 -0.1 3.4 3.7 0.8 0.0 2.0", "1.9 0.8 1.1 0.1 -0.1 4.4 5.5 1.6 4.6 3.4")

# Hollander and Wolfe, Nonparametric Statistical Methods (1973), p. 69: permeability of membranes.
MEMBRANES = ("0.80 0.83 1.89 1.04 1.45 1.38 1.91 1.64 0.73 1.46", "1.15 0.88 0.90 0.74 1.21")

# Anscombe (1973), Graphs in statistical analysis, first set.
ANSCOMBE = ("10 8 13 9 11 14 6 4 12 7 5", "8.04 6.95 7.58 8.81 8.33 9.96 7.24 4.26 10.84 4.82 5.68")

# Chinese textbook example of L9(3^4): conversion (%) by temperature, time and alkali.
CONVERSION = [31, 54, 38, 53, 49, 42, 57, 62, 64]
