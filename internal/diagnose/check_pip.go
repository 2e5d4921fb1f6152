package diagnose

var pipChecks = map[string]check{}
