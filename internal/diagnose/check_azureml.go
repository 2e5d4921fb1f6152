package diagnose

var azureChecks = map[string]check{}
