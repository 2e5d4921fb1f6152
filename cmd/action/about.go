package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/diagnose"
)

// about answers what is asked of the program itself. It says whether anything was.
func (c *command) about() (done bool, status int) {
	switch {
	case c.version:
		fmt.Fprintln(c.stdout, "envmedic "+versionText())
	case c.schema:
		fmt.Fprint(c.stdout, annotate.Schema)
	case c.options.rules:
		return true, c.listRules()
	case c.explain != "":
		return true, c.explainRule()
	default:
		return false, told
	}
	return true, told
}

func (c *command) listRules() int {
	if !c.loadRules() {
		return misused
	}
	if c.format == "markdown" {
		c.printRuleBook()
		return c.status
	}
	ids := c.rules.IDs()
	width := 0
	for _, id := range ids {
		width = max(width, len(id))
	}
	for _, id := range ids {
		if p, ok := c.rules.Page(id); ok {
			fmt.Fprintf(c.stdout, "%-*s  %s\n", width, id, annotate.Plain(p.Summary))
		}
	}
	return c.status
}

// printRuleBook prints the pages of all rules as one Markdown document: docs/rules.md of a release.
func (c *command) printRuleBook() {
	fmt.Fprintf(c.stdout, "# What envmedic knows\n\nMade by `envmedic --rules --format markdown`, version %s.\n\n", versionText())
	for _, id := range c.rules.IDs() {
		p, _ := c.rules.Page(id)
		fmt.Fprintf(c.stdout, "- [%s](#%s): %s\n", id, id, annotate.Text(p.Summary))
	}
	for _, id := range c.rules.IDs() {
		p, _ := c.rules.Page(id)
		fmt.Fprintf(c.stdout, "\n<a id=\"%s\"></a>\n\n## %s\n\n%s\n", id, id, lowered(p.Body))
		for _, l := range p.Links {
			fmt.Fprintf(c.stdout, "\n<%s>\n", l)
		}
	}
}

// lowered puts the headings of a page two levels lower, outside of fences.
func lowered(page string) string {
	lines := strings.Split(page, "\n")
	fenced := false
	for i, l := range lines {
		if strings.HasPrefix(l, "```") {
			fenced = !fenced
		}
		if strings.HasPrefix(l, "#") && !fenced {
			lines[i] = "##" + l
		}
	}
	return strings.Join(lines, "\n")
}

func (c *command) explainRule() int {
	if !c.loadRules() {
		return misused
	}
	p, ok := c.rules.Page(c.explain)
	if !ok {
		c.say(fmt.Sprintf("there is no rule %q; %s", c.explain, c.alike()))
		return misused
	}
	fmt.Fprintf(c.stdout, "%s: %s\n\n", p.ID, annotate.Plain(p.Summary))
	for _, line := range strings.Split(strings.TrimSpace(p.Body), "\n") {
		fmt.Fprintln(c.stdout, annotate.Plain(line))
	}
	c.printLinks(p)
	return c.status
}

func (c *command) printLinks(p diagnose.Page) {
	if len(p.Links) == 0 {
		return
	}
	fmt.Fprintln(c.stdout)
	for _, l := range p.Links {
		fmt.Fprintln(c.stdout, annotate.Plain(l))
	}
}

// alike names the rules whose ids share most words with the one that was asked for.
func (c *command) alike() string {
	words := strings.Split(c.explain, "-")
	best, most := []string(nil), 0
	for _, id := range c.rules.IDs() {
		shared := 0
		for _, w := range strings.Split(id, "-") {
			if slices.Contains(words, w) {
				shared++
			}
		}
		if shared > most {
			best, most = nil, shared
		}
		if shared == most && most > 0 {
			best = append(best, id)
		}
	}
	if len(best) == 0 || len(best) > 5 {
		return "envmedic --rules lists them"
	}
	return "did you mean " + strings.Join(best, " or ") + "?"
}
