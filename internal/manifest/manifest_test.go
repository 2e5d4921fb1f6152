package manifest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", os.Getenv("UPDATE") != "", "rewrite what is expected in testdata")

// TestLoad reads the files of every archive and compares what was read with its last file, "dump".
// In the archives ␍ stands for a carriage return, ␉ for a tab, and ¶ at the end of a file says that its last line has no end.
func TestLoad(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			last := len(a.Files) - 1
			got := dump(t, files(a.Files[:last]))
			if *update {
				a.Files[last].Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(a), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			if d := cmp.Diff(string(a.Files[last].Data), got); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
		})
	}
}

func files(in []txtar.File) fstest.MapFS {
	fsys := fstest.MapFS{}
	for _, f := range in {
		s := strings.NewReplacer("␍", "\r", "␉", "\t", "¶\n", "", "␀", "\x00", "⇤", "\ufeff").Replace(string(f.Data))
		fsys[f.Name] = &fstest.MapFile{Data: []byte(s)}
	}
	return fsys
}

func dump(t *testing.T, fsys fstest.MapFS) string {
	t.Helper()
	s, errs := Load(fsys, nil)
	var b strings.Builder
	for _, f := range s.Files {
		fmt.Fprintf(&b, "%s: %s\n", f.Path, f.Kind)
		dumpViews(&b, f)
		for _, e := range f.Entries() {
			dumpEntry(&b, e)
			if e.Format == "pip" && !e.NameSpan.IsZero() && Normalise(f.At(e.NameSpan)) != e.Name {
				t.Errorf("%s: name %q, but its span holds %q", f.Path, e.Name, f.At(e.NameSpan))
			}
			if !e.SpecSpan.IsZero() && e.Line == e.EndLine && f.At(e.SpecSpan) != e.Spec {
				t.Errorf("%s: spec %q, but its span holds %q", f.Path, e.Spec, f.At(e.SpecSpan))
			}
		}
		check(t, f)
	}
	for _, err := range errs {
		fmt.Fprintf(&b, "error %v\n", err)
	}
	return b.String()
}

func dumpViews(b *strings.Builder, f *File) {
	if c := f.Conda; c != nil {
		for _, l := range []*List{c.Channels, c.Dependencies, c.Pip} {
			dumpList(b, l)
		}
		dumpOptions(b, c.PipOptions)
	}
	if a := f.AzureML; a != nil {
		for i, s := range []*Scalar{a.Name, a.Version, a.Image, a.CondaFile, a.BuildPath, a.Dockerfile} {
			if s != nil {
				fmt.Fprintf(b, "  %s %q at %d\n", []string{"name", "version", "image", "conda_file", "build.path", "dockerfile_path"}[i], s.Value, s.Line)
			}
		}
	}
	if r := f.Requirements; r != nil {
		dumpOptions(b, r.Options)
	}
	if p := f.PyProject; p != nil && p.RequiresPython != nil {
		fmt.Fprintf(b, "  requires-python %q at %d\n", p.RequiresPython.Value, p.RequiresPython.Line)
	}
	if f.Dockerfile != nil {
		dumpDockerfile(b, f.Dockerfile)
	}
}

func dumpList(b *strings.Builder, l *List) {
	if l == nil {
		return
	}
	fmt.Fprintf(b, "  list %s at %d to %d flow=%v indent=%d gap=%d:", l.Key.Value, l.Key.Line, l.Last, l.Flow, len(l.Indent), len(l.Gap))
	for _, s := range l.Items {
		fmt.Fprintf(b, " %q", s.Value)
	}
	fmt.Fprintln(b)
}

func dumpOptions(b *strings.Builder, options []Option) {
	for _, o := range options {
		fmt.Fprintf(b, "  option %s %q at %d\n", o.Name, o.Value, o.Line)
	}
}

func dumpEntry(b *strings.Builder, e Entry) {
	fmt.Fprintf(b, "  %d:%d %s/%s %s `%s`", e.Line, e.File.Col(e.Span.Start), e.Format, e.Where, e.Name, e.Raw)
	for _, s := range e.Specs {
		fmt.Fprintf(b, " [%s %s]", s.Op, s.Version)
	}
	for _, p := range []struct{ name, value string }{
		{"spec", e.Spec}, {"build", e.Build}, {"channel", e.Channel}, {"url", e.URL}, {"marker", e.Marker}, {"comment", e.Comment},
		{"extras", strings.Join(e.Extras, ",")},
	} {
		if p.value != "" {
			fmt.Fprintf(b, " %s=%s", p.name, p.value)
		}
	}
	if len(e.Hashes) > 0 {
		fmt.Fprintf(b, " hashes=%d", len(e.Hashes))
	}
	if e.Quote != 0 {
		fmt.Fprintf(b, " quote=%c", e.Quote)
	}
	if e.Opaque {
		b.WriteString(" opaque")
	}
	fmt.Fprintln(b)
}

func dumpDockerfile(b *strings.Builder, d *Dockerfile) {
	for _, in := range d.Instructions {
		fmt.Fprintf(b, "  %d-%d stage %d %s", in.Line, in.EndLine, in.Stage, in.Keyword)
		for _, w := range append(in.Flags, in.Words...) {
			fmt.Fprintf(b, " ‹%s›", w.Text)
		}
		for _, p := range []struct{ name, value string }{{"workdir", in.Workdir}, {"user", in.User}, {"shell", strings.Join(in.Shell, " ")}} {
			if p.value != "" {
				fmt.Fprintf(b, " %s=%s", p.name, p.value)
			}
		}
		if f := in.From; f != nil {
			fmt.Fprintf(b, " image=%s name=%s tag=%s digest=%s alias=%s parent=%d", f.Image, f.Name, f.Tag, f.Digest, f.Alias, f.Parent)
		}
		if in.Unparsed {
			b.WriteString(" unparsed")
		}
		fmt.Fprintln(b)
	}
}

// check holds what every span promises.
func check(t *testing.T, f *File) {
	t.Helper()
	for _, e := range f.Entries() {
		if e.Raw != f.At(e.Span) {
			t.Errorf("%s: raw %q, but its span holds %q", f.Path, e.Raw, f.At(e.Span))
		}
		if !e.Outer.Holds(e.Span) {
			t.Errorf("%s: %v is not within %v", f.Path, e.Span, e.Outer)
		}
		for _, s := range append([]Span{e.ExtrasSpan, e.SpecSpan, e.BuildSpan, e.ChannelSpan, e.MarkerSpan}, e.Hashes...) {
			if s.Start < 0 || s.End < s.Start || s.End > len(f.Src) {
				t.Errorf("%s: %q has a span %v outside the file", f.Path, e.Raw, s)
			}
		}
	}
	if f.Dockerfile == nil {
		return
	}
	for _, in := range f.Dockerfile.Instructions {
		for _, w := range append(in.Words, in.Flags...) {
			if !in.Span.Holds(w.Span) {
				t.Errorf("%s: line %d: word %q at %v is outside its instruction %v", f.Path, in.Line, w.Text, w.Span, in.Span)
			}
		}
	}
}
