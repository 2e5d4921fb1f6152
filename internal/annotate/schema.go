package annotate

import _ "embed" // for report.schema.json

// Schema is the JSON Schema of what WriteJSON writes.
//
//go:embed report.schema.json
var Schema string
