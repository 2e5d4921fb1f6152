package githubtest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// A Job is what the runner gives to a step: the GITHUB_* variables and the event. The files that they name exist.
type Job struct {
	*Run
	Env   map[string]string
	Event []byte // also at Env["GITHUB_EVENT_PATH"]
}

// Getenv reads the variables as os.Getenv would.
func (j *Job) Getenv(name string) string { return j.Env[name] }

// Summary is the job summary so far, Output what the step has set.
func (j *Job) Summary() string { return readText(j.Env["GITHUB_STEP_SUMMARY"]) }

// Output is the file at GITHUB_OUTPUT.
func (j *Job) Output() string { return readText(j.Env["GITHUB_OUTPUT"]) }

func readText(file string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		panic(err) // job wrote it
	}
	return string(text)
}

// PullRequestJob is a job of a pull_request event: GITHUB_SHA is the test merge, as on GitHub.
func (s *Server) PullRequestJob(n int) *Job {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.pulls[n-1]
	run := s.run(Run{Event: "pull_request", Branch: p.headRef, HeadSHA: p.HeadSHA, HeadRepo: p.headRepo.name(), Pull: n})
	return s.job(run, map[string]string{
		"GITHUB_SHA": s.mergeOf(p), "GITHUB_REF": fmt.Sprintf("refs/pull/%d/merge", n), "GITHUB_REF_NAME": fmt.Sprintf("%d/merge", n),
		"GITHUB_HEAD_REF": p.headRef, "GITHUB_BASE_REF": p.Base, "GITHUB_ACTOR": p.Author, "GITHUB_WORKFLOW": "Build",
	}, fields{"action": "synchronize", "number": n, "pull_request": s.pullJSON(p, true), "after": p.HeadSHA, "sender": s.user(p.Author)})
}

// PushJob is a job of a push to a branch.
func (s *Server) PushJob(branch string) *Job {
	s.mu.Lock()
	defer s.mu.Unlock()
	ref := "refs/heads/" + branch
	sha := s.repos[Owner].refs[ref]
	head, _ := s.commit(sha)
	before := "0000000000000000000000000000000000000000"
	if len(head.parents) > 0 {
		before = head.parents[0]
	}
	run := s.run(Run{Event: "push", Branch: branch, HeadSHA: sha, HeadRepo: Owner + "/" + Name})
	return s.job(run, map[string]string{
		"GITHUB_SHA": sha, "GITHUB_REF": ref, "GITHUB_REF_NAME": branch, "GITHUB_ACTOR": Owner, "GITHUB_WORKFLOW": "Build",
	}, fields{"ref": ref, "before": before, "after": sha, "created": false, "deleted": false, "forced": false, "base_ref": nil,
		"commits":     []any{},
		"head_commit": fields{"id": sha, "tree_id": head.tree, "message": head.message, "timestamp": stamp(head.author.Date)}, "sender": s.user(Owner)})
}

// WorkflowRunJob is a job that runs after another run has ended, with the default branch checked out and a token of its own.
func (s *Server) WorkflowRunJob(of *Run) *Job {
	s.mu.Lock()
	defer s.mu.Unlock()
	sha := s.repos[Owner].refs["refs/heads/main"]
	run := s.run(Run{Event: "workflow_run", Branch: "main", HeadSHA: sha, HeadRepo: Owner + "/" + Name})
	return s.job(run, map[string]string{
		"GITHUB_SHA": sha, "GITHUB_REF": "refs/heads/main", "GITHUB_REF_NAME": "main", "GITHUB_ACTOR": Owner, "GITHUB_WORKFLOW": "Diagnose",
	}, fields{"action": "completed", "workflow_run": s.runJSON(of), "workflow": fields{"id": 9, "name": "Build", "path": ".github/workflows/build.yml"},
		"sender": s.user(Owner)})
}

func (s *Server) job(run *Run, env map[string]string, event fields) *Job {
	event["repository"] = s.repoJSON(s.repos[Owner])
	text, err := json.Marshal(completed(run.Event, event))
	if err != nil {
		s.t.Fatalf("githubtest: writing the event: %v", err)
	}
	folder := s.t.TempDir()
	write := func(name string, data []byte) string {
		file := filepath.Join(folder, name)
		if err := os.WriteFile(file, data, 0o600); err != nil {
			s.t.Fatalf("githubtest: %v", err)
		}
		return file
	}
	for name, value := range map[string]string{
		"GITHUB_ACTIONS": "true", "CI": "true", "GITHUB_REPOSITORY": Owner + "/" + Name, "GITHUB_REPOSITORY_OWNER": Owner,
		"GITHUB_SERVER_URL": s.URL, "GITHUB_API_URL": s.APIURL(), "GITHUB_GRAPHQL_URL": s.GraphQLURL(),
		"GITHUB_EVENT_NAME": run.Event, "GITHUB_JOB": "build", "GITHUB_RUN_ID": strconv.FormatInt(run.ID, 10),
		"GITHUB_RUN_NUMBER": strconv.Itoa(run.Number), "GITHUB_RUN_ATTEMPT": "1", "GITHUB_WORKSPACE": folder, "RUNNER_TEMP": folder,
		"GITHUB_EVENT_PATH": write("event.json", text), "GITHUB_STEP_SUMMARY": write("summary.md", nil),
		"GITHUB_OUTPUT": write("output", nil), "GITHUB_ENV": write("env", nil), "GITHUB_STATE": write("state", nil), "GITHUB_PATH": write("path", nil),
	} {
		if _, set := env[name]; !set {
			env[name] = value
		}
	}
	return &Job{Run: run, Env: env, Event: text}
}

// runJSON is a workflow run. Pull requests of forks are not named in it, which GitHub leaves out for whoever reads it.
func (s *Server) runJSON(r *Run) fields {
	api := fmt.Sprintf("%s/repos/%s/%s/actions/runs/%d", s.APIURL(), Owner, Name, r.ID)
	pulls := []fields{}
	if r.Pull > 0 && r.HeadRepo == Owner+"/"+Name {
		p := s.pulls[r.Pull-1]
		end := func(ref, sha string) fields {
			return fields{"ref": ref, "sha": sha, "repo": fields{"id": number(r.HeadRepo), "name": Name, "url": s.APIURL() + "/repos/" + r.HeadRepo}}
		}
		pulls = append(pulls, fields{"id": 5000 + p.Number, "number": p.Number, "url": fmt.Sprintf("%s/repos/%s/%s/pulls/%d", s.APIURL(), Owner, Name, p.Number),
			"head": end(p.headRef, p.HeadSHA), "base": end(p.Base, s.repos[Owner].refs["refs/heads/"+p.Base])})
	}
	head, _ := s.commit(r.HeadSHA)
	var from *repository
	for _, one := range s.repos {
		if one.name() == r.HeadRepo {
			from = one
		}
	}
	return fields{
		"id": r.ID, "node_id": fmt.Sprintf("WFR_%d", r.ID), "name": "Build", "path": ".github/workflows/build.yml", "display_title": head.message,
		"head_branch": r.Branch, "head_sha": r.HeadSHA, "run_number": r.Number, "run_attempt": 1, "event": r.Event, "status": "completed",
		"conclusion": r.Conclusion, "workflow_id": 9, "url": api, "html_url": fmt.Sprintf("%s/%s/%s/actions/runs/%d", s.URL, Owner, Name, r.ID),
		"pull_requests": pulls, "created_at": stamp(s.clock), "updated_at": stamp(s.clock), "run_started_at": stamp(s.clock),
		"jobs_url": api + "/jobs", "logs_url": api + "/logs", "artifacts_url": api + "/artifacts", "cancel_url": api + "/cancel", "rerun_url": api + "/rerun",
		"check_suite_url": api, "workflow_url": api, "repository": s.repoJSON(s.repos[Owner]), "head_repository": s.repoJSON(from),
		"head_commit": fields{"id": r.HeadSHA, "tree_id": head.tree, "message": head.message, "timestamp": stamp(head.author.Date),
			"author": fields{"name": head.author.Name, "email": head.author.Email}, "committer": fields{"name": head.author.Name, "email": head.author.Email}},
		"actor": s.user(from.owner), "triggering_actor": s.user(from.owner),
	}
}

// completed lays an event over GitHub's own example of it, where that is found, so that it has everything that an event has.
func completed(name string, event fields) any {
	file, err := ContractFile("github-webhook-examples.json")
	if err != nil {
		return event
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return event
	}
	var all map[string][]fields
	if err := json.Unmarshal(text, &all); err != nil || len(all[name]) == 0 {
		return event
	}
	example := all[name][0]
	for _, one := range all[name] {
		if one["action"] == event["action"] {
			example = one
		}
	}
	return over(example, plainJSON(event))
}

// over lays own values over an example, object by object; lists are replaced whole.
func over(example, own any) any {
	e, isObject := example.(fields)
	o, both := own.(fields)
	if !isObject || !both {
		return own
	}
	for name, value := range o {
		e[name] = over(e[name], value)
	}
	return e
}
