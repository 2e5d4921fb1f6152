package azuretest

import (
	"encoding/json"
	"net/http"
)

// An answer is what the service says.
type answer struct {
	status int
	kind   string
	header http.Header
	body   []byte
}

func ok(v any) answer { return data(http.StatusOK, v) }

func data(status int, v any) answer {
	b, err := json.Marshal(v)
	if err != nil {
		return problem(http.StatusInternalServerError, "", err.Error())
	}
	return answer{status: status, kind: "application/json; charset=utf-8; api-version=7.1", body: b}
}

func list[T any](all []T) answer {
	if all == nil {
		all = []T{}
	}
	return ok(map[string]any{"count": len(all), "value": all})
}

// problem is an error in the service's form.
func problem(status int, typeKey, text string) answer {
	return data(status, map[string]any{
		"$id": "1", "innerException": nil, "message": text, "typeName": "Microsoft.TeamFoundation." + typeKey, "typeKey": typeKey, "errorCode": 0, "eventId": 3000,
	})
}

func missing(what string) answer {
	return problem(http.StatusNotFound, "NotFoundException", what+" does not exist.")
}

// signIn is the page for those who have no valid token.
func signIn() answer {
	return answer{status: http.StatusNonAuthoritativeInfo, kind: "text/html; charset=utf-8", body: []byte("<!DOCTYPE html><html><title>Sign In</title></html>")}
}

func (c *comment) json() map[string]any {
	m := map[string]any{"id": c.id, "parentCommentId": 0, "author": identity(c.author), "commentType": "text", "publishedDate": "2026-11-01T08:00:00Z", "usersLiked": []any{}}
	if c.deleted {
		m["isDeleted"] = true
	} else {
		m["content"] = c.content
	}
	return m
}

func (t *thread) json() json.RawMessage {
	properties := map[string]any{}
	for k, v := range t.properties {
		properties[k] = map[string]string{"$type": "System.String", "$value": v}
	}
	var comments []any
	for _, c := range t.comments {
		comments = append(comments, c.json())
	}
	m := map[string]any{
		"id": t.id, "status": t.status, "isDeleted": t.deleted(), "properties": properties, "comments": comments, "lastUpdatedDate": t.updated, "publishedDate": t.updated,
		"threadContext": t.context, "pullRequestThreadContext": nil,
	}
	if len(t.tracking) > 0 {
		m["pullRequestThreadContext"] = t.tracking
	}
	b, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return b
}
