"""How far judges agree: Krippendorff's alpha, Fleiss' kappa, intraclass correlations, Kendall's W."""
