package github

import (
	"encoding/json"
	"net/url"

	"github.com/envmedic/envmedic/internal/annotate"
)

// forCodeScanning is the SARIF file as code scanning wants it: paths from the root of the repository; a category for each key, as an
// upload takes the place of the earlier one of the same category and commit; no result without a place, which refuses the whole
// file ("expected at least one location").
func forCodeScanning(t *annotate.Telling, key string) ([]byte, error) {
	var log struct {
		Schema  string           `json:"$schema,omitempty"`
		Version string           `json:"version"`
		Runs    []map[string]any `json:"runs"`
	}
	if err := json.Unmarshal(t.SARIF, &log); err != nil {
		return nil, err
	}
	for _, run := range log.Runs {
		run["automationDetails"] = map[string]any{"id": "envmedic/" + key + "/"}
		run["results"] = placed(run["results"])
		rooted(run, t)
	}
	return json.Marshal(log)
}

// placed are the results with a place. One in a file that no line of is known stands at its first: an alert needs one.
func placed(results any) []any {
	list, _ := results.([]any)
	kept := []any{}
	for _, r := range list {
		result, _ := r.(map[string]any)
		places, _ := result["locations"].([]any)
		for _, l := range places {
			if l, ok := l.(map[string]any); ok {
				if at, ok := l["physicalLocation"].(map[string]any); ok && at["region"] == nil {
					at["region"] = map[string]any{"startLine": 1}
				}
			}
		}
		if len(places) > 0 {
			kept = append(kept, result)
		}
	}
	return kept
}

// rooted leads all relative paths of a part of the file from the root of the repository.
func rooted(part any, t *annotate.Telling) {
	switch part := part.(type) {
	case []any:
		for _, p := range part {
			rooted(p, t)
		}
	case map[string]any:
		if uri, ok := part["uri"].(string); ok && part["uriBaseId"] != nil {
			delete(part, "uriBaseId")
			part["uri"] = inRepository(uri, t)
		}
		for _, p := range part {
			rooted(p, t)
		}
	}
}

func inRepository(uri string, t *annotate.Telling) string {
	at, err := url.Parse(uri)
	if err != nil {
		return uri
	}
	at.Path, at.RawPath = t.InRepository(at.Path), ""
	return at.String()
}
