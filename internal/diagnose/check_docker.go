package diagnose

var dockerChecks = map[string]check{}
