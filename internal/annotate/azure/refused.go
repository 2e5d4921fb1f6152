package azure

import (
	"context"
	"net/http"
	"strings"
)

// Rights, in the words of the page that grants them.
const (
	toComment = `"Contribute to pull requests"`
	toPropose = `"Contribute", "Create branch" and "Contribute to pull requests"`
	toRead    = `"Read"`
	toTag     = `"Update build information"`
	toSeeLogs = `"View builds"`
)

// refused says in one line why a feature was left out, if err is one. A right that is missing is named, with whom to grant it to.
func (h *Host) refused(ctx context.Context, doing, right string, err error) {
	if err == nil {
		return
	}
	status, text := answer(err)
	text = strings.TrimRight(short(text), ". ")
	switch {
	case status == http.StatusForbidden && h.run.fork:
		text = "not allowed here (" + text + "): the build of a fork's pull request gets a token with fewer rights; the step's log and its summary have everything"
	case status == http.StatusForbidden, strings.Contains(text, "TF401027"):
		text = "not allowed (" + text + "): grant " + right + " to " + h.granted(ctx) + " in " + h.where(right)
	case status == http.StatusNotFound:
		text = "not found (" + text + "); a token that may not read it gets the same answer: see that " + h.granted(ctx) + " has the right " + toRead
	}
	h.say(doing + ": " + text)
}

// where is the page that grants a right.
func (h *Host) where(right string) string {
	if right == toTag || right == toSeeLogs {
		return "Pipelines, the pipeline's menu, Manage security"
	}
	return "Project settings, Repositories, " + h.run.repoName + ", Security"
}

// short is a text on one line.
func short(text string) string { return cut(strings.Join(strings.Fields(text), " ")) }

// cut is at most 400 characters of a text.
func cut(text string) string {
	if r := []rune(text); len(r) > 400 {
		return string(r[:400]) + "…"
	}
	return text
}
