package githubtest

import (
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// fill puts required fields that v lacks into v, from the example where it has them.
func fill(s *openapi3.Schema, v, example any) any {
	switch v := v.(type) {
	case []any:
		if s.Items == nil {
			return v
		}
		samples, _ := example.([]any)
		var sample any
		if len(samples) > 0 {
			sample = samples[0]
		}
		for i := range v {
			v[i] = fill(s.Items.Value, v[i], sample)
		}
		return v
	case map[string]any:
		sample, _ := example.(map[string]any)
		fillObject(s, v, sample)
		return v
	}
	return v
}

func fillObject(s *openapi3.Schema, v, sample map[string]any) {
	for _, part := range s.AllOf {
		fillObject(part.Value, v, sample)
	}
	for _, choice := range slices.Concat(s.AnyOf, s.OneOf) {
		if choice.Value.Type.Is("object") || len(choice.Value.Properties) > 0 {
			fillObject(choice.Value, v, sample)
			break
		}
	}
	for name, p := range s.Properties {
		have, ok := v[name]
		switch {
		case ok:
			v[name] = fill(p.Value, have, sample[name])
		case !slices.Contains(s.Required, name):
		case sample[name] != nil:
			v[name] = sample[name]
		default:
			v[name] = empty(p.Value)
		}
	}
}

// empty is the least that a schema takes.
func empty(s *openapi3.Schema) any {
	for _, choice := range slices.Concat(s.AllOf, s.AnyOf, s.OneOf) {
		if s.Type == nil && !s.Nullable {
			return empty(choice.Value)
		}
	}
	switch {
	case s.Nullable:
		return nil
	case len(s.Enum) > 0:
		return s.Enum[0]
	case s.Type.Is("string"):
		return emptyText(s.Format)
	case s.Type.Is("integer"), s.Type.Is("number"):
		return 0
	case s.Type.Is("boolean"):
		return false
	case s.Type.Is("array"):
		return []any{}
	}
	v := map[string]any{}
	fillObject(s, v, nil)
	return v
}

func emptyText(format string) string {
	switch format {
	case "date-time":
		return "2026-11-02T09:00:00Z"
	case "uri":
		return "https://github.example/"
	}
	return ""
}
