package githubtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// A gqlObject is an object of the GraphQL interface: its type and how each of its fields is found. A field that is not there does
// not exist on GitHub either, as far as this server knows it.
type gqlObject struct {
	kind   string
	fields map[string]func(args fields) any
}

// gqlError is a problem with one field; the rest of the answer stands.
type gqlError struct{ kind, message string }

// graphql answers queries and mutations. Errors come with status 200, as on GitHub.
func (s *Server) graphql(c *call) answer {
	if c.by == nil {
		return refuse(http.StatusUnauthorized, "This endpoint requires you to be authenticated.")
	}
	var in struct {
		Query     string
		Variables fields
	}
	if err := json.Unmarshal(c.body, &in); err != nil {
		return refuse(http.StatusBadRequest, "Problems parsing JSON")
	}
	kind, selection, problem := parseQuery(in.Query, in.Variables)
	if problem != "" {
		s.violated("GraphQL: %s", problem)
		return ok(fields{"errors": []any{fields{"message": problem}}})
	}
	root := s.gqlQuery(c)
	if kind == "mutation" {
		root = s.gqlMutation(c)
	}
	g := &gqlRun{}
	data := g.object(root, selection, nil)
	body := fields{"data": data}
	if len(g.unknown) > 0 {
		for _, u := range g.unknown {
			s.violated("GraphQL: %s", u)
		}
		body = fields{} // a query that does not fit the schema is answered with errors only
	}
	if len(g.errors) > 0 {
		body["errors"] = g.errors
	}
	return ok(body)
}

// mutationName is "resolveReviewThread" for a mutation with one field, "" for a query.
func mutationName(body []byte) string {
	var in struct {
		Query     string
		Variables fields
	}
	if json.Unmarshal(body, &in) != nil {
		return ""
	}
	kind, selection, problem := parseQuery(in.Query, in.Variables)
	if problem != "" || kind != "mutation" {
		return ""
	}
	var names []string
	for _, f := range selection {
		names = append(names, f.name)
	}
	return strings.Join(names, ",")
}

// A gqlRun is one query being answered.
type gqlRun struct {
	errors  []any
	unknown []string
}

func (g *gqlRun) object(o *gqlObject, selection []gqlField, path []any) any {
	v := fields{}
	for _, f := range selection {
		at := append(append([]any(nil), path...), f.alias)
		if f.on != "" {
			if f.on == o.kind {
				for name, value := range g.object(o, f.selection, path).(fields) {
					v[name] = value
				}
			}
			continue
		}
		if f.name == "__typename" {
			v[f.alias] = o.kind
			continue
		}
		find := o.fields[f.name]
		if find == nil {
			message := fmt.Sprintf("Field '%s' doesn't exist on type '%s'", f.name, o.kind)
			g.unknown = append(g.unknown, message)
			g.errors = append(g.errors, fields{"message": message, "path": at, "extensions": fields{"code": "undefinedField"}})
			continue
		}
		v[f.alias] = g.value(find(f.args), f, at)
	}
	return v
}

func (g *gqlRun) value(v any, f gqlField, at []any) any {
	switch v := v.(type) {
	case gqlError:
		g.errors = append(g.errors, fields{"type": v.kind, "message": v.message, "path": at})
		return nil
	case *gqlObject:
		if v == nil {
			return nil
		}
		if len(f.selection) == 0 {
			g.misfit(at, fmt.Sprintf("Field must have selections (field '%s' returns %s but has no selections)", f.name, v.kind))
			return nil
		}
		return g.object(v, f.selection, at)
	case []*gqlObject:
		list := []any{}
		for i, one := range v {
			list = append(list, g.value(one, f, append(append([]any(nil), at...), i)))
		}
		return list
	}
	if len(f.selection) > 0 {
		g.misfit(at, fmt.Sprintf("Selections can't be made on scalars (field '%s')", f.name))
	}
	return v
}

func (g *gqlRun) misfit(at []any, message string) {
	g.unknown = append(g.unknown, message)
	g.errors = append(g.errors, fields{"message": message, "path": at})
}

// plain is a field whose value needs no arguments.
func plain(v any) func(fields) any { return func(fields) any { return v } }
