TOKEN = "s7s.5ympqip2ax4wt5rrihfkhb.uqcoh71nviknmzp77ev6rd"
