package github

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/envmedic/envmedic/internal/annotate/remote"
)

// graphqlErrors is what GitHub's GraphQL interface complains of. Its answer has the status 200 then.
type graphqlErrors []graphqlError

type graphqlError struct {
	Type    string `json:"type"` // FORBIDDEN, NOT_FOUND …; "" where the query is wrong
	Message string `json:"message"`
}

func (e graphqlErrors) Error() string {
	texts := make([]string, len(e))
	for i := range e {
		texts[i] = e[i].Message
	}
	return "GitHub's GraphQL interface answered: " + strings.Join(texts, "; ")
}

// graphql asks GitHub's GraphQL interface. Answer takes the data; after an error it may hold a part of it.
func (h *Host) graphql(ctx context.Context, query string, variables map[string]any, answer any) error {
	ask := map[string]any{"query": query}
	if len(variables) > 0 {
		ask["variables"] = variables
	}
	request, err := h.api.NewRequest(http.MethodPost, h.run.graphqlURL, ask)
	if err != nil {
		return fmt.Errorf("asking %s: %w", h.run.graphqlURL, err)
	}
	if !strings.HasPrefix(query, "mutation") {
		ctx = remote.Asking(ctx)
	}
	var got struct {
		Data   json.RawMessage `json:"data"`
		Errors graphqlErrors   `json:"errors"`
	}
	if _, err := h.api.Do(ctx, request, &got); err != nil {
		return err
	}
	if len(got.Data) > 0 {
		if err := json.Unmarshal(got.Data, answer); err != nil {
			return fmt.Errorf("reading the answer of %s: %w", h.run.graphqlURL, err)
		}
	}
	if len(got.Errors) > 0 {
		return got.Errors
	}
	return nil
}
