package diagnose

import (
	"slices"
	"strconv"
	"strings"

	"github.com/envmedic/envmedic/internal/edit"
	"github.com/envmedic/envmedic/internal/manifest"
)

// condaSyntax finds what keeps an environment file from being read: tabs, dashes without a blank, keys that stand twice, merge marks.
func condaSyntax(files *manifest.Set) []flaw {
	var all []flaw
	for _, f := range files.Files {
		_, encoding := recoded(f.Src)
		if f.Kind != manifest.KindConda || templated(f) || encoding != "" && encoding != markBytes {
			continue // condaUTF8 tells of another encoding
		}
		if fl, bad := unreadable(f); bad {
			all = append(all, fl)
			continue
		}
		all = append(all, gluedDashes(f)...)
		all = append(all, doubleKeys(f)...)
	}
	return all
}

var notYAML = lazy(`line (\d+): this is not YAML: (.*)`)

// unreadable is the fault of a file that is no YAML.
func unreadable(f *manifest.File) (flaw, bool) {
	if i := slices.IndexFunc(f.Errs, func(err error) bool { return notYAML.MatchString(err.Error()) }); i >= 0 {
		m := notYAML.FindStringSubmatch(f.Errs[i].Error())
		n, _ := strconv.Atoi(m[1])
		fl := flawOn(f, lineText(f, n), map[string]string{"problem": m[2]})
		fl.noFix = "two blanks for each level, no tabs, a blank after each dash and colon, and quotes round what holds a colon"
		if mark := mergeMark(f); mark > 0 {
			fl.span, fl.captures["problem"] = lineText(f, mark), "the marks of a merge conflict are left in it"
			fl.noFix = "take the lines of one side and remove the marks"
			return fl, true
		}
		if glued := gluedDashes(f); len(glued) > 0 && glued[0].edits != nil {
			return glued[0], true
		}
		if edits := untabbed(f); edits != nil && readable(f, edits) {
			fl.captures["problem"] = "a tab stands in the indentation"
			return fl.edited("put blanks in the place of tabs", true, edits...), true
		}
		return fl, true
	}
	return flaw{}, false
}

// lineText is line n without its indentation.
func lineText(f *manifest.File, n int) manifest.Span {
	s := f.LineSpan(n)
	s.Start += len(f.Indent(n))
	return manifest.Span{Start: min(s.Start, s.End), End: s.End}
}

var conflictMark = lazy(`^(?:<{7}|>{7}|\|{7})(?: |$)|^={7}$`)

// mergeMark is the first line that git left of a conflict; 0 for none.
func mergeMark(f *manifest.File) int {
	for n := 1; n <= f.Lines(); n++ {
		if conflictMark.MatchString(f.Text(n)) {
			return n
		}
	}
	return 0
}

// untabbed puts the indentation of the line above, or two blanks, in the place of an indentation with tabs.
func untabbed(f *manifest.File) []edit.Edit {
	var edits []edit.Edit
	above := ""
	for n := 1; n <= f.Lines(); n++ {
		indent := f.Indent(n)
		if strings.TrimSpace(f.Text(n)) == "" {
			continue
		}
		if strings.Contains(indent, "\t") {
			start := f.LineSpan(n).Start
			want := strings.ReplaceAll(indent, "\t", "  ")
			if above != "" && !strings.Contains(above, "\t") && strings.Count(indent, "\t") == 1 && len(indent) == 1 {
				want = above
			}
			edits = append(edits, edit.Edit{Start: start, End: start + len(indent), New: want})
			indent = want
		}
		above = indent
	}
	return edits
}

// readable tells whether the file is YAML after the edits.
func readable(f *manifest.File, edits []edit.Edit) bool {
	src, err := edit.File{Path: f.Path, Base: f.Src, Edits: edits}.Apply()
	if err != nil {
		return false
	}
	again := manifest.Parse(f.Path, src, true)
	return again != nil && again.Conda != nil && len(again.Errs) == 0
}

var gluedDash = lazy(`^\s*-([A-Za-z][A-Za-z0-9_.-]*)(?:[=<>!~\[:].*)?$`)

// gluedDashes finds "-numpy": YAML takes it for a part of the line before.
func gluedDashes(f *manifest.File) []flaw {
	d := f.Conda
	if d == nil || d.Dependencies == nil {
		return nil
	}
	var edits []edit.Edit
	first := 0
	for n := d.Dependencies.Key.Line + 1; n <= f.Lines(); n++ {
		if f.Indent(n) == "" && !strings.HasPrefix(f.Text(n), "-") && strings.TrimSpace(f.Text(n)) != "" && f.Text(n)[0] != '#' {
			break // the next key
		}
		if gluedDash.MatchString(f.Text(n)) {
			if first == 0 {
				first = n
			}
			at := f.LineSpan(n).Start + len(f.Indent(n)) + 1
			edits = append(edits, edit.Edit{Start: at, End: at, New: " "})
		}
	}
	if first == 0 {
		return nil
	}
	fl := flawOn(f, lineText(f, first), problem("no blank follows the dash, so the line belongs to the one before"))
	fl.noFix = "write a blank after the dash"
	if readable(f, edits) {
		fl = fl.edited("put a blank after the dash", true, edits...)
	}
	return []flaw{fl}
}

// doubleKeys finds keys that stand twice on the top level. Two lists that follow each other become one without the second key.
func doubleKeys(f *manifest.File) []flaw {
	if f.Conda == nil {
		return nil
	}
	var all []flaw
	for _, k := range f.Conda.Duplicates() {
		i := slices.IndexFunc(f.Conda.Keys, func(o manifest.Key) bool { return o.Name.Value == k.Name.Value })
		j := slices.IndexFunc(f.Conda.Keys, func(o manifest.Key) bool { return o.Name.Span == k.Name.Span })
		first := f.Conda.Keys[i]
		fl := flawOn(f, k.Name.Span, problem("the key "+k.Name.Value+" stands on line "+itoa(first.Name.Line)+" and on line "+itoa(k.Name.Line)+", and only the last counts"))
		fl.noFix = "put what stands under the two into one"
		drop := removeLines(f, k.Name.Span)
		if j == i+1 && first.Kind == "list" && k.Kind == "list" && readable(f, []edit.Edit{drop}) {
			fl = fl.edited("join the two lists", false, drop)
		}
		all = append(all, fl)
	}
	return all
}
