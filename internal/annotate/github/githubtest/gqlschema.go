package githubtest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

func (s *Server) gqlQuery(c *call) *gqlObject {
	return &gqlObject{"Query", map[string]func(fields) any{
		"viewer": plain(&gqlObject{"User", map[string]func(fields) any{"login": plain(c.by.login), "id": plain("U_" + c.by.login)}}),
		"repository": func(a fields) any {
			if a["owner"] != Owner || a["name"] != Name {
				return gqlError{"NOT_FOUND", fmt.Sprintf("Could not resolve to a Repository with the name '%v/%v'.", a["owner"], a["name"])}
			}
			return s.gqlRepository()
		},
		"node": func(a fields) any { return s.gqlNode(a["id"]) },
	}}
}

func (s *Server) gqlNode(id any) any {
	text, _ := id.(string)
	kind, digits, _ := strings.Cut(text, "_")
	n, _ := strconv.ParseInt(digits, 10, 64)
	switch c, r := s.comment(n), s.remark(n); {
	case kind == "PR" && s.pull(n) != nil:
		return s.gqlPull(s.pull(n))
	case kind == "PRRT" && r != nil:
		return s.gqlThread(r)
	case kind == "PRRC" && r != nil:
		return s.gqlRemark(r)
	case kind == "IC" && c != nil:
		return s.gqlComment(c)
	}
	return gqlError{"NOT_FOUND", fmt.Sprintf("Could not resolve to a node with the global id of '%v'", id)}
}

func (s *Server) gqlRepository() *gqlObject {
	return &gqlObject{"Repository", map[string]func(fields) any{
		"id": plain("R_" + Owner), "nameWithOwner": plain(Owner + "/" + Name),
		"pullRequest": func(a fields) any {
			n, _ := a["number"].(float64)
			if p := s.pull(int64(n)); p != nil {
				return s.gqlPull(p)
			}
			return gqlError{"NOT_FOUND", fmt.Sprintf("Could not resolve to a PullRequest with the number of %v.", a["number"])}
		},
	}}
}

func (s *Server) gqlPull(p *pull) *gqlObject {
	var threads, comments []*gqlObject
	for _, r := range s.remarks {
		if r.Pull == p.Number && r.InReplyTo == 0 {
			threads = append(threads, s.gqlThread(r))
		}
	}
	for _, c := range s.comments {
		if c.Pull == p.Number {
			comments = append(comments, s.gqlComment(c))
		}
	}
	return &gqlObject{"PullRequest", map[string]func(fields) any{
		"id": plain(fmt.Sprintf("PR_%d", p.Number)), "number": plain(p.Number), "headRefOid": plain(p.HeadSHA), "state": plain(strings.ToUpper(p.State)),
		"reviewThreads": connection("PullRequestReviewThreadConnection", threads), "comments": connection("IssueCommentConnection", comments),
	}}
}

// connection is a list in pages of at most a hundred; the cursor is how many entries came before.
func connection(kind string, all []*gqlObject) func(fields) any {
	return func(a fields) any {
		first, given := a["first"].(float64)
		if !given || first < 1 || first > 100 {
			return gqlError{"MISSING_PAGINATION_BOUNDARIES", "You must provide a `first` value from 1 to 100 to properly paginate the connection."}
		}
		after, _ := a["after"].(string)
		from, _ := strconv.Atoi(after)
		from = min(from, len(all))
		to := min(from+int(first), len(all))
		info := map[string]func(fields) any{"hasNextPage": plain(to < len(all)), "hasPreviousPage": plain(from > 0),
			"endCursor": plain(strconv.Itoa(to)), "startCursor": plain(strconv.Itoa(from))}
		return &gqlObject{kind, map[string]func(fields) any{
			"nodes": plain(all[from:to]), "totalCount": plain(len(all)), "pageInfo": plain(&gqlObject{"PageInfo", info}),
		}}
	}
}

func (s *Server) gqlThread(r *ReviewComment) *gqlObject {
	s.follow(r)
	var comments []*gqlObject
	for _, one := range s.remarks {
		if one == r || one.InReplyTo == r.ID {
			comments = append(comments, s.gqlRemark(one))
		}
	}
	return &gqlObject{"PullRequestReviewThread", map[string]func(fields) any{
		"id": plain(fmt.Sprintf("PRRT_%d", r.ID)), "isResolved": plain(r.Resolved), "isOutdated": plain(r.Outdated), "path": plain(r.Path),
		"line": plain(orNull(r.Line)), "startLine": plain(orNull(r.StartLine)), "originalLine": plain(orNull(r.line)),
		"diffSide": plain(r.Side), "viewerCanResolve": plain(!r.Resolved), "viewerCanReply": plain(true),
		"comments": connection("PullRequestReviewCommentConnection", comments),
	}}
}

func (s *Server) gqlRemark(r *ReviewComment) *gqlObject {
	o := gqlWritten("PullRequestReviewComment", "PRRC", r.ID, r.Author, r.Body, &r.Minimized)
	o.fields["path"], o.fields["outdated"] = plain(r.Path), plain(r.Outdated)
	return o
}

func (s *Server) gqlComment(c *Comment) *gqlObject {
	return gqlWritten("IssueComment", "IC", c.ID, c.Author, c.Body, &c.Minimized)
}

// gqlWritten is what all comments have. Here, unlike in REST, the login of an app has no "[bot]".
func gqlWritten(kind, prefix string, id int64, author, body string, minimized *string) *gqlObject {
	who := "User"
	if bot(author) {
		who = "Bot"
	}
	login := strings.TrimSuffix(author, "[bot]")
	var reason any
	if *minimized != "" {
		reason = strings.ToLower(*minimized)
	}
	return &gqlObject{kind, map[string]func(fields) any{
		"id": plain(fmt.Sprintf("%s_%d", prefix, id)), "databaseId": plain(id), "fullDatabaseId": plain(strconv.FormatInt(id, 10)), "body": plain(body),
		"author":      plain(&gqlObject{who, map[string]func(fields) any{"login": plain(login)}}),
		"isMinimized": plain(*minimized != ""), "minimizedReason": plain(reason),
	}}
}

func (s *Server) gqlMutation(c *call) *gqlObject {
	resolve := func(name string, to bool) func(fields) any {
		return func(a fields) any {
			in, _ := a["input"].(fields)
			r, kind := s.gqlRemarkOf(in["threadId"])
			switch {
			case r == nil || kind != "PRRT":
				return gqlError{"NOT_FOUND", fmt.Sprintf("Could not resolve to a node with the global id of '%v'", in["threadId"])}
			case !c.by.may("contents:write") || !c.by.may("pull_requests:write"):
				return gqlError{"FORBIDDEN", "Resource not accessible by integration"}
			}
			r.Resolved = to
			return &gqlObject{name + "Payload", map[string]func(fields) any{"thread": plain(s.gqlThread(r)), "clientMutationId": plain(in["clientMutationId"])}}
		}
	}
	return &gqlObject{"Mutation", map[string]func(fields) any{
		"resolveReviewThread":   resolve("ResolveReviewThread", true),
		"unresolveReviewThread": resolve("UnresolveReviewThread", false),
		"minimizeComment":       func(a fields) any { return s.minimize(c, a) },
	}}
}

func (s *Server) gqlRemarkOf(id any) (*ReviewComment, string) {
	text, _ := id.(string)
	kind, digits, _ := strings.Cut(text, "_")
	n, _ := strconv.ParseInt(digits, 10, 64)
	return s.remark(n), kind
}

// classifiers are the reasons with which a comment can be hidden.
var classifiers = []string{"ABUSE", "DUPLICATE", "LOW_QUALITY", "OFF_TOPIC", "OUTDATED", "RESOLVED", "SPAM"}

func (s *Server) minimize(c *call, a fields) any {
	in, _ := a["input"].(fields)
	classifier, _ := in["classifier"].(string)
	if !slices.Contains(classifiers, classifier) {
		return gqlError{"INVALID", fmt.Sprintf("Argument 'classifier' has an invalid value (%v). Expected type 'ReportedContentClassifiers!'.", in["classifier"])}
	}
	var hidden *string
	r, kind := s.gqlRemarkOf(in["subjectId"])
	if kind == "PRRC" && r != nil {
		hidden = &r.Minimized
	} else if kind == "IC" {
		text, _ := in["subjectId"].(string)
		n, _ := strconv.ParseInt(strings.TrimPrefix(text, "IC_"), 10, 64)
		if found := s.comment(n); found != nil {
			hidden = &found.Minimized
		}
	}
	switch {
	case hidden == nil:
		return gqlError{"NOT_FOUND", fmt.Sprintf("Could not resolve to a node with the global id of '%v'", in["subjectId"])}
	case !c.by.may("pull_requests:write") && !c.by.may("issues:write"):
		return gqlError{"FORBIDDEN", "Resource not accessible by integration"}
	}
	*hidden = classifier
	return &gqlObject{"MinimizeCommentPayload", map[string]func(fields) any{
		"minimizedComment": plain(&gqlObject{"Minimizable", map[string]func(fields) any{"isMinimized": plain(true), "minimizedReason": plain(strings.ToLower(classifier))}}),
		"clientMutationId": plain(in["clientMutationId"]),
	}}
}
