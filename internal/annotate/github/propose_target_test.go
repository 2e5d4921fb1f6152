package github

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestTarget(t *testing.T) {
	event := func(name, ref, body string) run {
		r, err := readRun(func(k string) string {
			return map[string]string{"GITHUB_REPOSITORY": "octo/env", "GITHUB_EVENT_NAME": name, "GITHUB_REF": ref}[k]
		}, []byte(body))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	plain, err := json.Marshal(map[string]any{"repository": map[string]any{"default_branch": "trunk"}})
	if err != nil {
		t.Fatal(err)
	}
	const (
		ended      = `{"workflow_run": {"head_branch": "fix", "head_repository": {"full_name": "octo/env"}}}`
		endedOut   = `{"workflow_run": {"head_branch": "fix", "head_repository": {"full_name": "mallory/env"}}}`
		endedQueue = `{"workflow_run": {"head_branch": "gh-readonly-queue/main/pr-4-abc", "head_repository": {"full_name": "octo/env"}}}`
		pullOut    = `{"pull_request": {"head": {"ref": "fix", "repo": {"full_name": "mallory/env"}}}}`
	)
	own := &pull{number: 4, headRef: "fix", open: true}
	for _, tt := range []struct {
		name      string
		run       run
		pr        *pull
		asked     string
		want, why string
	}{
		{"a pull request's own branch", event("pull_request", "refs/pull/4/merge", ""), own, "", "fix", ""},
		{"another one that was asked for", event("pull_request", "refs/pull/4/merge", ""), own, "refs/heads/main", "main", ""},
		{"a fork's", event("pull_request", "refs/pull/4/merge", ""), &pull{headRef: "fix", fork: true, open: true}, "", "", "in a fork"},
		{"a fork's branch with the name of one of ours", event("pull_request", "", ""), &pull{headRef: "envmedic/fix-x", fork: true, open: true}, "", "", "in a fork"},
		{"a closed one's", event("pull_request", "refs/pull/4/merge", ""), &pull{number: 4, headRef: "fix"}, "", "", "#4 is closed"},
		{"ours", event("pull_request", "refs/pull/4/merge", ""), &pull{headRef: "envmedic/fix-x", open: true}, "", "", "for ever"},
		{"ours, for another branch", event("push", "refs/heads/envmedic/fix-x", ""), nil, "main", "", "for ever"},
		{"ours, asked for", event("push", "refs/heads/main", ""), nil, "envmedic/fix-x", "", "the branch envmedic/fix-x holds"},
		{"a pull request that was not found", event("pull_request_target", "refs/heads/main", pullOut), nil, "", "", "in a fork"},
		{"a push", event("push", "refs/heads/release/1.0", string(plain)), nil, "", "release/1.0", ""},
		{"a tag", event("push", "refs/tags/v1", string(plain)), nil, "", "trunk", ""},
		{"a merge queue", event("merge_group", "refs/heads/gh-readonly-queue/main/pr-4-abc", string(plain)), nil, "", "", "`patch_base`"},
		{"a merge queue's run that has ended", event("workflow_run", "refs/heads/main", endedQueue), nil, "", "", "`patch_base`"},
		{"a run that has ended", event("workflow_run", "refs/heads/main", ended), nil, "", "fix", ""},
		{"a fork's run that has ended", event("workflow_run", "refs/heads/main", endedOut), nil, "", "", "in a fork"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := &Host{run: tt.run}
			got, why := h.target(tt.pr, tt.asked)
			if got != tt.want || !strings.Contains(why, tt.why) || (why == "") != (tt.why == "") {
				t.Errorf("target %q, %q; want %q, %q", got, why, tt.want, tt.why)
			}
		})
	}
}
