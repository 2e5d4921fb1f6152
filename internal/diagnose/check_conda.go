package diagnose

var condaChecks = map[string]check{}
